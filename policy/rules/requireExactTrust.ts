import { audienceTypes, audiencesIn } from "../audiences";
import { clip, parseDocument, trust, visible } from "../iam";
import type { Statement, Trust, TrustContext, TrustExcess } from "../iam";
import { accountsBySibling, accountsOf } from "../ownAccounts";
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
    description:
        "A role trusts exactly those whom its document names: token subjects with their audience, one cluster's pods, known accounts",
    severity: "critical",
    remediation:
        "Hold sub and aud by StringEquals to one issuer's tokens, Pod Identity to one cluster, and other accounts to a condition.",
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
            description: "patterns that StringLike may hold sub to, as repo:my-org/my-repo:*",
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
 * What is known before the role is made: neither who its own account is, unless somebody says so, nor what other
 * resources hold.
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

/** What can be judged before the role is made. What other resources decide is judged at the end. */
function atOnce({ verdict, excesses, open, reason }: Trust, path: string): Finding[] {
    if (verdict === "invalid") {
        return [
            {
                fault: `${path} can't be judged: ${clip(reason, 600)}`,
                fix: "correct the document; AWS would refuse it too",
            },
        ];
    }
    const fix = "nothing, if they come with the update: it is judged then, before the role is made";
    const unproven = { fault: `${path} is not provable before its values are known`, fix, unproven: true };
    return [
        ...excesses.map((excess) => tooWide(excess, path)),
        ...(excesses.length === 0 && open.some(({ kind }) => kind === "value") ? [unproven] : []),
    ];
}

/** What shows only in all resources together: whose an account is, and which audiences a provider lists. */
function atTheEnd(early: Trust, late: Trust, path: string): Finding[] {
    const told = new Set(early.excesses.map(keyOf));
    const faults = late.excesses.filter((excess) => !told.has(keyOf(excess))).map((excess) => tooWide(excess, path));
    const advice = late.advice.map(
        ({ statement, reason, fix }): Finding => ({
            fault: `${named(statement)} of ${path}: ${visible(reason)}`,
            fix: visible(fix),
            advice: true,
        }),
    );
    const open = late.open.flatMap((one): Finding[] => {
        switch (one.kind) {
            case "value":
                return [];
            case "account":
                return [
                    {
                        fault: `whether account ${one.account}, which ${path} lets in, is the role's own is not known before the role exists`,
                        fix: "nothing, if it is; say which accounts are yours by the parameter accounts, or by allowedAccountIds of the provider",
                        unproven: true,
                    },
                ];
            case "audience":
                return [
                    {
                        fault: `${path} names no audience, and whether ${one.provider}, which is not of this stack, lists more than one cannot be known here`,
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
        fault: `${named(statement)} of ${path} lets in ${clip(visible(counterexample), 240)}: ${visible(reason)}`,
        fix: visible(fix),
    };
}
