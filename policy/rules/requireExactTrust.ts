import { clip, parseDocument, trust, UNKNOWN, visible } from "../iam";
import type { Trust, TrustExcess } from "../iam";
import { trustsOf, trustTypes } from "../places";
import type { Resource } from "../resource";
import type { Finding, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** The organisation's own accounts, which may assume roles without a condition. */
    readonly accounts?: readonly string[];
    /** Patterns that StringLike may hold `sub` to. */
    readonly subjects?: readonly string[];
}

/** Only those may take on a role whom its trust document names. */
export const requireExactTrust: Rule<Parameters> = {
    name: "role-trust",
    description: "A role trusts exactly those whom its document names: token subjects with their audience, one cluster's pods, known accounts",
    severity: "critical",
    remediation: "Hold sub and aud by StringEquals to one issuer's tokens, Pod Identity to one cluster, and other accounts to a condition.",
    parameters: {
        accounts: { type: "array", items: { type: "string" }, description: "the organisation's own accounts, which may assume roles without a condition" },
        subjects: { type: "array", items: { type: "string" }, default: [], description: "patterns that StringLike may hold sub to, as repo:my-org/my-repo:*" },
    },
    types: trustTypes,
    judge: (resource, { accounts, subjects }) => {
        const known = accounts ?? providerAccounts(resource);
        const context = { strangers: "unknown", ...(known !== undefined && { accounts: known }), ...(subjects !== undefined && { subjects }) } as const;
        return trustsOf(resource).flatMap(({ path, value }) => findings(trust(parseDocument(value, "trust"), context), path));
    },
    // Whether an account is the role's own shows in the role's ARN, where nobody has said it before.
    judgeStack: (resources, { accounts, subjects }) =>
        resources.flatMap((resource) => {
            const own = accountOf(resource.props["arn"]);
            if (accounts !== undefined || own === undefined || providerAccounts(resource) !== undefined) {
                return [];
            }
            return trustsOf(resource).flatMap(({ path, value }) => {
                const document = parseDocument(value, "trust");
                const before = trust(document, { strangers: "unknown", subjects: subjects ?? [] });
                const after = trust(document, { accounts: [own], subjects: subjects ?? [] });
                return before.verdict === "excess" ? [] : findings(after, path).map((finding) => ({ ...finding, resource }));
            });
        }),
};

function findings(found: Trust, path: string): Finding[] {
    switch (found.verdict) {
        case "exact":
        case "none":
            return [];
        case "excess":
            return found.excesses.map((excess) => open(excess, path));
        case "invalid":
            return [{ fault: `${path} can't be judged: ${clip(found.reason, 600)}`, fix: "correct the document; AWS would refuse it too" }];
        case "unknown":
            return [{ fault: `${path} is not provable before its values are known`, fix: "nothing, if they come with the update: it is judged then, before the role is made; own accounts can be given by the parameter accounts", unproven: true }];
    }
}

function open({ statement, counterexample, reason, fix }: TrustExcess, path: string): Finding {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    return { fault: `statement ${statement.index}${sid} of ${path} lets in ${clip(visible(counterexample))}: ${visible(reason)}`, fix: visible(fix) };
}

/** The accounts that the provider is held to, if it is. */
function providerAccounts({ provider }: Resource): readonly string[] | undefined {
    const given = provider.props["allowedAccountIds"];
    const list: unknown = typeof given === "string" ? parseList(given) : given;
    return Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === "string" && one !== UNKNOWN) ? (list as string[]) : undefined;
}

/** A provider's lists arrive as JSON text. */
function parseList(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function accountOf(arn: unknown): string | undefined {
    return typeof arn === "string" ? /^arn:[^:]+:iam::(\d{12}):/.exec(arn)?.[1] : undefined;
}
