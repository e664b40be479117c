import type { Condition } from "./condition";
import type { Statement } from "./document";
import { wanted } from "./issuer";
import { clip, lower, UNKNOWN } from "./pattern";

/** The tokens that a statement speaks of. */
export interface Token {
    readonly provider: string;
    readonly issuer: string;
    readonly statement: Statement;
    /** What a request has to meet: the statement's conditions, and past those of each Deny. */
    readonly asked: readonly Condition[];
}

/** What a statement asks of one claim. */
export interface Claim {
    readonly name: "sub" | "aud";
    readonly key: string;
    readonly conditions: readonly Condition[];
    /** The values that it must equal, undefined for one that is not known yet; undefined altogether when none must. */
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

/** The patterns that StringLike holds a claim to, where all of them are allowed. */
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

/** An operator as it is written. */
function spelling({ set, operator, ifExists }: Condition): string {
    return `${set === undefined ? "" : `${set}:`}${operator}${ifExists ? "IfExists" : ""}`;
}

/** What to write so that the claims are pinned. */
export function write({ issuer }: Token, claims: readonly Claim[]): string {
    const values = claims.map(
        ({ name }) => `"${issuer}:${name}": "${name === "sub" ? wanted(issuer) : "sts.amazonaws.com"}"`,
    );
    return `write StringEquals {${values.join(", ")}}`;
}
