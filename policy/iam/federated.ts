import type { Condition } from "./condition";
import type { Statement } from "./document";
import { clip, lower, matches, tokensOf, UNKNOWN } from "./pattern";
import type { Subject } from "./subject";

/** What one principal of one statement comes to. */
export interface Finding {
    readonly subjects: readonly Subject[];
    /** Why more than the listed may come in, each with one who would; empty when nobody else may. */
    readonly faults: readonly Fault[];
    /** True when it depends on what is not known yet. */
    readonly unknown: boolean;
}

export interface Fault {
    readonly counterexample: string;
    /** What is wrong. */
    readonly reason: string;
    /** What to write instead. */
    readonly fix: string;
}

/** The issuer of an OIDC provider's ARN, without `https://`; a provider that IAM knows by itself is its own issuer. */
export function issuerOf(provider: string): string {
    return /^arn:[^:]*:iam::[^:]*:oidc-provider\/(.+)$/s.exec(provider)?.[1] ?? provider;
}

/**
 * Judges the trust in tokens of one OIDC provider. Only StringEquals on both `<issuer>:sub` and `<issuer>:aud` pins a
 * token: with IfExists or ForAllValues a token without the claim passes, StringLike is one letter from a wildcard, and a
 * key of another issuer says nothing about this one (IAM user guide, "Available keys for AWS OIDC federation").
 * `allowed` are patterns that StringLike may hold `sub` to all the same.
 */
export function judgeWebIdentity(provider: string, statement: Statement, allowed: readonly string[]): Finding {
    if (provider.includes("*") || provider.includes("?")) {
        const fault = { counterexample: anybody(provider), reason: "Federated holds a wildcard", fix: "name one OIDC provider by its ARN" };
        return { subjects: [], faults: [fault], unknown: false };
    }
    const unnamed = provider.includes(UNKNOWN);
    const issuer = issuerOf(provider);
    const conditionsOn = (claim: string): Condition[] =>
        statement.conditions.filter(({ key }) => (unnamed || key.includes(UNKNOWN) ? key.endsWith(`:${claim}`) : key === lower(`${issuer}:${claim}`)));
    const sub = pinned(conditionsOn("sub")) ?? declared(conditionsOn("sub"), allowed);
    const aud = pinned(conditionsOn("aud"));
    const faults: Fault[] = [];
    if (sub === undefined && !statement.hidden) {
        faults.push(fault("sub", issuer, statement, conditionsOn("sub"), allowed));
    }
    if (aud === undefined && !statement.hidden) {
        const who = sub?.find((value) => value !== undefined) ?? anybody(issuer);
        faults.push({ ...fault("aud", issuer, statement, conditionsOn("aud"), []), counterexample: `${who} with a token made for another audience` });
    }
    const audiences = known(aud ?? []);
    const subjects = known(sub ?? []).map((subject): Subject => ({ kind: "web-identity", provider, issuer, subject, audiences }));
    const open = unnamed || statement.hidden || [...(sub ?? []), ...(aud ?? [])].includes(undefined);
    return { subjects, faults, unknown: open };
}

/** The values that a claim must equal, undefined for one that is not known yet; undefined altogether when none must. */
function pinned(conditions: readonly Condition[]): (string | undefined)[] | undefined {
    const exact = conditions.find(
        ({ operator, set, ifExists, values }) =>
            operator === "StringEquals" && set === undefined && !ifExists && values.length > 0 && values.every((value) => value.literal !== undefined || value.unknown),
    );
    return exact?.values.map((value) => value.literal);
}

/** The patterns that StringLike holds a claim to, where all of them are allowed. */
function declared(conditions: readonly Condition[], allowed: readonly string[]): string[] | undefined {
    return conditions
        .find(({ operator, set, ifExists, values }) => operator === "StringLike" && set === undefined && !ifExists && values.length > 0 && values.every(({ source }) => allowed.includes(source)))
        ?.values.map(({ source }) => source);
}

function known(values: readonly (string | undefined)[]): string[] {
    return values.filter((value) => value !== undefined);
}

function fault(claim: "sub" | "aud", issuer: string, statement: Statement, conditions: readonly Condition[], allowed: readonly string[]): Fault {
    const fix = `write StringEquals {"${issuer}:${claim}": "${claim === "sub" ? wanted(issuer) : "sts.amazonaws.com"}"}`;
    const weak = conditions[0];
    if (weak !== undefined) {
        const spelt = `${weak.set === undefined ? "" : `${weak.set}:`}${weak.operator}${weak.ifExists ? "IfExists" : ""}`;
        const given = weak.values.map((value) => JSON.stringify(clip(value.source, 80))).join(", ");
        return { counterexample: passing(weak, issuer, allowed), reason: `${claim} is held to ${given === "" ? "nothing" : given} by ${spelt}, not by StringEquals on plain text`, fix };
    }
    const elsewhere = statement.conditions.find(({ key }) => key.endsWith(`:${claim}`));
    const why = elsewhere === undefined ? `no condition on ${claim}` : `the condition on ${claim} names another issuer (${clip(elsewhere.key, 80)})`;
    return { counterexample: anybody(issuer), reason: why, fix };
}

/** A subject of the issuer that gets past a condition which doesn't pin it. */
function passing(condition: Condition, issuer: string, allowed: readonly string[]): string {
    if (condition.ifExists || condition.set === "ForAllValues") {
        return `${condition.key} missing from the token`;
    }
    if (condition.operator === "Null" || condition.operator.includes("Not")) {
        return anybody(issuer);
    }
    const usual = ["system:serviceaccount:default:default", anybody(issuer)];
    const open = condition.values.filter(({ literal, source }) => literal === undefined && !allowed.includes(source));
    for (const value of open.length > 0 ? open : condition.values) {
        const tokens = tokensOf(value, { wide: true, plain: true });
        if (tokens === undefined) {
            continue;
        }
        const filled = String.fromCharCode(...tokens.slice(0, 2000).flatMap((token) => (token >= 0 ? [token] : [0x78])));
        const swapped = condition.operator.endsWith("IgnoreCase") ? otherCase(filled) : filled;
        return usual.find((one) => matches(tokens, one)) ?? swapped;
    }
    return anybody(issuer);
}

function otherCase(text: string): string {
    return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

/** How the issuer writes a subject, for whom to fill in. */
function wanted(issuer: string): string {
    if (isGitHub(issuer)) {
        return "repo:<owner>/<repository>:ref:refs/heads/<branch>";
    }
    return issuer.includes("eks") || issuer.includes(UNKNOWN) ? "system:serviceaccount:<namespace>:<name>" : "<one subject>";
}

function isGitHub(issuer: string): boolean {
    return issuer.includes("githubusercontent");
}

/** A subject that an issuer might well write into a token. */
function anybody(issuer: string): string {
    if (isGitHub(issuer)) {
        return "repo:anyone/anything:ref:refs/heads/main";
    }
    return issuer.includes("eks") || issuer.includes("*") || issuer.includes(UNKNOWN) ? "system:serviceaccount:default:default" : "anyone";
}
