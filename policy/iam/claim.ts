import type { Condition } from "./condition";
import type { Statement } from "./document";
import { wanted } from "./issuer";
import { clip, lower, UNKNOWN } from "./pattern";

/** The tokens that a statement trusts. */
export interface Token {
    readonly provider: string;
    readonly issuer: string;
    readonly statement: Statement;
    /** The conditions that a request must meet: the statement's, and the negated ones of each Deny. */
    readonly asked: readonly Condition[];
}

/** What a statement requires of one claim. */
export interface Claim {
    readonly name: "sub" | "aud";
    readonly key: string;
    readonly conditions: readonly Condition[];
    /** The values that it must equal, undefined for one that is not known yet; undefined if the claim is not pinned. */
    readonly values: readonly (string | undefined)[] | undefined;
}

export function claimOf(
    name: Claim["name"],
    { provider, issuer, statement }: Token,
    allowed: readonly string[],
): Claim {
    const unnamed = provider.includes(UNKNOWN);
    const own = lower(`${issuer}:${name}`);
    const conditions = statement.conditions.filter(({ key }) =>
        unnamed || key.includes(UNKNOWN) ? key.endsWith(`:${name}`) : key === own,
    );
    return {
        name,
        key: conditions[0]?.key ?? own,
        conditions,
        values: pinned(conditions) ?? declared(conditions, allowed),
    };
}

/** The values of the first StringEquals that pins a claim. */
export function pinned(conditions: readonly Condition[]): readonly (string | undefined)[] | undefined {
    const exact = conditions.find(
        ({ operator, set, ifExists, values }) =>
            operator === "StringEquals" &&
            set === undefined &&
            !ifExists &&
            values.length > 0 &&
            values.every((value) => value.literal !== undefined || value.unknown),
    );
    return exact?.values.map((value) => value.literal);
}

/** The patterns that StringLike compares a claim with, if all of them are allowed. */
function declared(conditions: readonly Condition[], allowed: readonly string[]): readonly string[] | undefined {
    return conditions
        .find(
            ({ operator, set, ifExists, values }) =>
                operator === "StringLike" &&
                set === undefined &&
                !ifExists &&
                values.length > 0 &&
                values.every(({ source }) => allowed.includes(source)),
        )
        ?.values.map(({ source }) => source);
}

/** Why a claim is not pinned. */
export function weakness(claim: Claim, token: Token): string {
    const [weak] = claim.conditions;
    if (weak !== undefined) {
        const given = weak.values.map((value) => JSON.stringify(clip(value.source, 80))).join(", ");
        return `${claim.name} is compared with ${given === "" ? "nothing" : given} by ${spelling(weak)}, not by StringEquals with literal values`;
    }
    const other = elsewhere(claim, token);
    return other === undefined
        ? `no condition on ${claim.name}`
        : `the condition on ${claim.name} names another issuer (${clip(other.key, 80)})`;
}

export function elsewhere({ name }: Claim, { statement }: Token): Condition | undefined {
    return statement.conditions.find(({ key }) => key.endsWith(`:${name}`));
}

/** An operator in its written form. */
function spelling({ set, operator, ifExists }: Condition): string {
    return `${set === undefined ? "" : `${set}:`}${operator}${ifExists ? "IfExists" : ""}`;
}

/** The condition that pins the claims. */
export function write({ issuer }: Token, claims: readonly Claim[]): string {
    const values = claims.map(
        ({ name }) => `"${issuer}:${name}": "${name === "sub" ? wanted(issuer) : "sts.amazonaws.com"}"`,
    );
    return `write StringEquals {${values.join(", ")}}`;
}
