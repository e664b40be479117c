import { audienceTypes, audiencesIn } from "../resources/audiences";
import { clip, parseDocument, trust, visible } from "../iam";
import type { Statement, Trust, TrustContext, TrustExcess } from "../iam";
import { accountsBySibling, accountsOf } from "../resources/ownAccounts";
import { trustsOf, trustTypes } from "../resources/iamDocumentLocations";
import type { Resource } from "../resources/resource";
import type { Finding, Rule, Settings } from "../resources/rule";

interface Parameters extends Settings {
    /** The organisation's own accounts, which may assume roles without a condition. */
    readonly accounts?: readonly string[];
    /** Patterns that StringLike may compare `sub` with. */
    readonly subjects?: readonly string[];
}

/** A role may be assumed only by the principals that its trust document names. */
export const requireExactTrust: Rule<Parameters> = {
    name: "role-trust",
    description:
        "A role must trust only the principals that its document names: token subjects with their audience, one cluster's pods, known accounts",
    severity: "critical",
    remediation:
        "Restrict sub and aud of one issuer's tokens with StringEquals, Pod Identity to one cluster, and other accounts with a condition.",
    parameters: {
        accounts: {
            type: "array",
            items: { type: "string" },
            description: "the organisation's own accounts, which may assume roles without a condition",
        },
        subjects: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "patterns that StringLike may compare sub with, such as repo:my-org/my-repo:*",
        },
    },
    types: new Set([...trustTypes, ...audienceTypes]),
    judge: (resource, parameters) =>
        trustsOf(resource).flatMap(({ path, value }) =>
            atOnce(trust(parseDocument(value, "trust"), before(resource, parameters)), path),
        ),
    judgeStack: (resources, parameters) => {
        const siblings = accountsBySibling(resources);
        const audiencesOf = audiencesIn(resources);
        return resources.flatMap((resource) => {
            const early = before(resource, parameters);
            const accounts = early.accounts ?? siblings(resource);
            const late = { ...early, audiencesOf, ...(accounts !== undefined && { accounts }) };
            return trustsOf(resource).flatMap(({ path, value }) => {
                const document = parseDocument(value, "trust");
                return atTheEnd(trust(document, early), trust(document, late), path).map((finding) => ({
                    ...finding,
                    resource,
                }));
            });
        });
    },
};

/**
 * What is known before the role is created: neither its own account, unless the config or the provider names it, nor
 * the contents of other resources.
 */
function before(resource: Resource, { accounts, subjects }: Parameters): TrustContext {
    const known = accounts ?? accountsOf(resource.provider);
    return {
        strangers: "unknown",
        audiencesOf: () => undefined,
        ...(known !== undefined && { accounts: known }),
        ...(subjects !== undefined && { subjects }),
    };
}

/** Checks before the role is created; what depends on other resources is checked at the end. */
function atOnce({ verdict, excesses, open, reason }: Trust, path: string): Finding[] {
    if (verdict === "invalid") {
        return [
            {
                fault: `${path} cannot be evaluated: ${clip(reason, 600)}`,
                fix: "correct the document; AWS would reject it too",
            },
        ];
    }
    const fix = "none, if the update resolves them: the document is checked then, before the role is created";
    const unproven = { fault: `${path} cannot be verified until its values are known`, fix, unproven: true };
    return [
        ...excesses.map((excess) => tooWide(excess, path)),
        ...(excesses.length === 0 && open.some(({ kind }) => kind === "value") ? [unproven] : []),
    ];
}

/** Checks that need all resources: whose accounts are trusted, and which audiences a provider lists. */
function atTheEnd(early: Trust, late: Trust, path: string): Finding[] {
    const reported = new Set(early.excesses.map(keyOf));
    const faults = late.excesses
        .filter((excess) => !reported.has(keyOf(excess)))
        .map((excess) => tooWide(excess, path));
    const advice = late.advice.map(({ statement, reason, fix }): Finding => ({
        fault: `${named(statement)} of ${path}: ${visible(reason)}`,
        fix: visible(fix),
        advice: true,
    }));
    const open = late.open.flatMap((one): Finding[] => {
        switch (one.kind) {
            case "value":
                return [];
            case "account":
                return [
                    {
                        fault: `${path} trusts account ${one.account}; whether it is the role's own account is not known until the role exists`,
                        fix: "none, if it is; list your accounts in the parameter accounts, or in allowedAccountIds of the provider",
                        unproven: true,
                    },
                ];
            case "audience":
                return [
                    {
                        fault: `${path} names no audience, and ${one.provider}, which is not in this stack, may list more than one`,
                        fix: "add a condition StringEquals on its aud",
                        unproven: true,
                    },
                ];
        }
    });
    const once = new Map([...faults, ...advice, ...open].map((finding) => [finding.fault, finding]));
    return early.verdict === "invalid" ? [] : [...once.values()];
}

function keyOf({ statement, reason }: TrustExcess): string {
    return `${statement.index} ${reason}`;
}

function named({ index, sid }: Statement): string {
    return `statement ${index}${sid === undefined || sid === "" ? "" : ` (${clip(sid, 64)})`}`;
}

function tooWide({ statement, counterexample, reason, fix }: TrustExcess, path: string): Finding {
    return {
        fault: `${named(statement)} of ${path} trusts ${clip(visible(counterexample), 240)}: ${visible(reason)}`,
        fix: visible(fix),
    };
}
