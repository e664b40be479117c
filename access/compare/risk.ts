/** Reasons for a closer review of a change, worst first. */
export const RISKS = [
    "crosses",
    "public",
    "wildcard",
    "administers",
    "owns",
    "runs",
    "password",
    "self-granted",
    "enters",
] as const;
export type Risk = (typeof RISKS)[number];

export const RISK_LABELS: Readonly<Record<Risk, string>> = {
    crosses: "reaches another identity's data",
    public: "through a grant to PUBLIC",
    wildcard: "through a document that reaches more than it names",
    administers: "administers the server",
    owns: "owns, so may alter, drop and grant",
    runs: "reading may run the owner's code with the reader's rights",
    password: "with a password",
    "self-granted": "after granting itself a role",
    enters: "reaches into another identity's schema",
};
