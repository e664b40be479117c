import type { z } from "zod";
import { count, list, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedDatabaseName, wrongDatabaseName } from "./rules";

const user = text({
    allowed: allowedDatabaseName(63),
    fix: "write the login to make for this person, like support_sue",
    wrong: (given) => wrongDatabaseName(given, 63),
});

const principal = text({
    allowed: "the ARN of an IAM user",
    fix: "write one like arn:aws:iam::111122223333:user/sue",
    wrong: wrongPrincipal,
});

/** Somebody who logs in to the database by a role that he assumes with a second factor. */
export const person = section({
    user,
    assumedBy: list(principal, "a list of ARNs of IAM users"),
    sessionHours: count(1, 12, "write how many hours a session lasts, like 1").default(1),
    profiles: list(text({ allowed: "the name of a profile", fix: "write a profile of access.profiles" }), "a list of names of profiles"),
});

export type PersonSettings = z.infer<typeof person>;

/** A role's session has no second factor, wherever the role came from: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html */
function wrongPrincipal(given: string): string | undefined {
    if (/^arn:aws[a-z-]*:iam::\d{12}:role\//.test(given)) {
        return "a role, whose sessions never show a second factor";
    }
    return /^arn:aws[a-z-]*:iam::\d{12}:user\/[\w+=,.@/-]+$/.test(given) ? undefined : "not the ARN of an IAM user";
}

/** What is wrong between people and profiles. */
export function peopleProblems(people: readonly PersonSettings[], profiles: readonly { readonly name: string }[]): Problem[] {
    const names = profiles.map(({ name }) => name);
    return people.flatMap((one, index) => {
        const path = `access.people[${index}]`;
        const nobody = one.assumedBy.length === 0 ? [{ key: "assumedBy", wrong: "names nobody", allowed: "one IAM user or more", fix: "write who it is" }] : [];
        const idle = one.profiles.length === 0 ? [{ key: "profiles", wrong: "names none", allowed: "one profile or more", fix: "write what this person may do" }] : [];
        return [
            ...[...nobody, ...idle].map(({ key, ...problem }) => ({ path: `${path}.${key}`, given: [], ...problem })),
            ...one.profiles.flatMap((given, at) =>
                names.includes(given)
                    ? []
                    : [{ path: `${path}.profiles[${at}]`, given, wrong: "no such profile", allowed: names.join(", ") || "none: there are no profiles", fix: "name a profile, or add it" }],
            ),
        ];
    });
}
