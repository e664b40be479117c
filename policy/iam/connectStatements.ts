import type { Budget } from "./budget";
import type { Document, PatternSet, Statement } from "./document";
import { lettersOf, matches, textOf, tokensOf } from "./pattern";
import type { ArnSet } from "./patternIntersection";

/** The action that Keyless is about. */
export const connect = "rds-db:connect";

/** The resources of one statement for {@link connect}. */
export interface StatementSet extends ArnSet {
    /** The index of its document, from 0. */
    readonly document: number;
    readonly statement: Statement;
    /** The resources without a wildcard; for an Allow, `patterns` excludes them. */
    readonly literals: ReadonlySet<string>;
    readonly wild: readonly (readonly number[])[];
}

/** The statements of documents about {@link connect}. */
export interface ConnectStatements {
    readonly allows: readonly StatementSet[];
    /** Only the unconditional ones in an over-approximation. */
    readonly denies: readonly StatementSet[];
}

/** How to read documents where more than one reading is possible. */
export interface Reading {
    /**
     * `over`: everything that they may allow; `under`: only what they certainly allow, if conditions of an Allow hold.
     */
    readonly approximation: "over" | "under";
    /** Whether unknown parts are read as ordinary text; statements with an unknown effect are then omitted. */
    readonly plain: boolean;
}

export function connectStatementsOf(documents: readonly Document[], reading: Reading): ConnectStatements {
    const allows: StatementSet[] = [];
    const denies: StatementSet[] = [];
    documents.forEach((document, index) => {
        for (const statement of document.statements) {
            const set = statementSet(statement, index, reading);
            if (set?.role === "allow") {
                allows.push(set);
            } else if (set !== undefined) {
                denies.push(set);
            }
        }
    });
    return { allows, denies };
}

function statementSet(
    statement: Statement,
    document: number,
    { approximation, plain }: Reading,
): StatementSet | undefined {
    const { effect, actions, resources, conditional } = statement;
    const over = approximation === "over";
    const role = effect === "Deny" || (effect === "unknown" && !over) ? "deny" : "allow";
    const idle = effect === "unknown" ? plain : effect === "Deny" && conditional && over;
    const grows = over === (role === "allow");
    if (idle || resources === undefined || !covers(actions, connect, { grows, plain })) {
        return undefined;
    }
    const { except } = resources;
    // Patterns that widen what is allowed are read wide; those that narrow it, only as far as they certainly match.
    const wide = grows !== except;
    const literals = new Set<string>();
    const wild: (readonly number[])[] = [];
    for (const pattern of resources.patterns) {
        const tokens = pattern.literal === undefined ? tokensOf(pattern, { wide, plain }) : undefined;
        if (pattern.literal !== undefined) {
            literals.add(pattern.literal);
        } else if (tokens?.every((token) => token >= 0) === true) {
            literals.add(textOf(tokens));
        } else if (tokens !== undefined) {
            wild.push(tokens);
        }
    }
    const patterns = role === "allow" && !except ? wild : [...wild, ...[...literals].map(lettersOf)];
    return { role, except, patterns, document, statement, literals, wild };
}

export interface Approach {
    /** Whether to read the set as large as possible, or as small as possible. */
    readonly grows: boolean;
    /** As in {@link Reading}. */
    readonly plain: boolean;
}

/** True if the actions include this one, given in lower case. */
export function covers(actions: PatternSet, action: string, { grows, plain }: Approach): boolean {
    const wide = grows !== actions.except;
    const named = actions.patterns.some((pattern) => {
        if (pattern.literal !== undefined) {
            return pattern.literal === action;
        }
        const tokens = tokensOf(pattern, { wide, plain });
        return tokens !== undefined && matches(tokens, action);
    });
    return named !== actions.except;
}

/** True if the statement covers this resource. */
export function contains(set: StatementSet, arn: string, budget: Budget): boolean {
    budget.spend(set.wild.length * 4 + 1);
    const named = set.literals.has(arn) || set.wild.some((tokens) => matches(tokens, arn, budget));
    return named !== set.except;
}
