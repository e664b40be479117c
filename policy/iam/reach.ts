import { parseDbUser } from "./arn";
import type { DbUser } from "./arn";
import { Budget, BudgetSpent } from "./budget";
import type { Document, Statement } from "./document";
import { clip, lettersOf, matches, tokensOf } from "./pattern";
import { makeRealistic } from "./counterexample";
import { canBegin, ArnSearch } from "./patternIntersection";
import type { ArnSet } from "./patternIntersection";
import { visible } from "./subject";
import { contains, connectStatementsOf } from "./connectStatements";
import type { StatementSet, ConnectStatements } from "./connectStatements";

/** A statement that reaches more users than the documents name, with a counterexample. */
export interface Excess {
    /** The index of its document, from 0. */
    readonly document: number;
    readonly statement: Statement;
    /** The ARN of a database user that is reached but not named. */
    readonly counterexample: string;
    /** The Resource that matches it, as written; undefined for a NotResource. */
    readonly pattern: string | undefined;
}

/**
 * The users that documents together allow `rds-db:connect` for:
 * `exact` only the listed users; `none` no user; `excess` more than they name, with counterexamples;
 * `unknown` exact as far as it is known, but other parts are not known yet;
 * `invalid` AWS would reject a document, or it is too complex to decide.
 */
export interface Reach {
    readonly verdict: "exact" | "none" | "excess" | "unknown" | "invalid";
    /**
     * The users that are named and reached. For `unknown`, {@link PLACEHOLDER} replaces unknown parts; for `excess`,
     * there are others too.
     */
    readonly users: readonly DbUser[];
    /** One per statement that is too wide, at most {@link maxExcesses}; empty unless the verdict is `excess`. */
    readonly excesses: readonly Excess[];
    /** Why AWS would reject a document. */
    readonly problems: readonly string[];
    /** One sentence. */
    readonly reason: string;
}

export const maxExcesses = 10;

/** Elementary steps per query: a fraction of a second, far more than any document that AWS accepts needs. */
const patience = 10_000_000;

/**
 * Decides what identity documents together reach. Conditions of an Allow are assumed to hold, and a Deny counts only
 * without a condition. Boundaries and service-control policies do not count, because they can be removed.
 */
export function reach(documents: readonly Document[]): Reach {
    const problems = documents.flatMap((document) => document.problems);
    if (problems.length > 0) {
        return { verdict: "invalid", users: [], excesses: [], problems, reason: problems.join("; ") };
    }
    try {
        return decide(documents, new Budget(patience));
    } catch (error) {
        if (error instanceof BudgetSpent) {
            const reason = "its patterns are too complex to decide; name each database user by its ARN";
            return { verdict: "invalid", users: [], excesses: [], problems: [reason], reason };
        }
        throw error;
    }
}

function decide(documents: readonly Document[], budget: Budget): Reach {
    // First what is certain, with unknown parts read as ordinary text.
    const plain = answer(connectStatementsOf(documents, { approximation: "over", plain: true }), budget);
    if (plain.excesses.length > 0) {
        return { verdict: "excess", ...plain, problems: [], reason: plain.excesses.map(reasonOf).join("; ") };
    }
    const oddities = documents.flatMap((document) => document.oddities);
    if (oddities.length > 0) {
        return { verdict: "invalid", ...plain, problems: oddities, reason: oddities.join("; ") };
    }
    if (documents.some((document) => document.unknown)) {
        const widest = answer(connectStatementsOf(documents, { approximation: "over", plain: false }), budget);
        if (widest.excesses.length > 0) {
            return {
                verdict: "unknown",
                ...plain,
                excesses: [],
                problems: [],
                reason: "decisive parts are not known yet",
            };
        }
        return settled(widest.users);
    }
    return settled(plain.users);
}

function settled(users: readonly DbUser[]): Reach {
    const verdict = users.length === 0 ? "none" : "exact";
    const reason =
        users.length === 0
            ? "allows no rds-db:connect"
            : `reaches only the ${users.length === 1 ? "one user" : `${users.length} users`} it names`;
    return { verdict, users, excesses: [], problems: [], reason };
}

interface Answer {
    readonly users: readonly DbUser[];
    readonly excesses: readonly Excess[];
}

function answer(view: ConnectStatements, budget: Budget): Answer {
    const users = namedUsers(view, budget);
    const named = new Set(users.map((user) => user.arn));
    const others = (): ArnSet[] => [
        ...view.denies,
        { role: "deny", except: false, patterns: users.map((user) => lettersOf(user.arn)) },
    ];
    const excesses: Excess[] = [];
    for (const allow of view.allows) {
        const outside = (arn: string): boolean =>
            !named.has(arn) && contains(allow, arn, budget) && !view.denies.some((deny) => contains(deny, arn, budget));
        const counterexample = first(parts(allow), (part) => beyond(part, others, outside, budget));
        if (counterexample !== undefined) {
            const { document, statement } = allow;
            excesses.push({ document, statement, counterexample, pattern: sourceOf(allow, counterexample) });
        }
        if (excesses.length === maxExcesses) {
            break;
        }
    }
    return { users, excesses };
}

/** The resources of a statement that could reach more than one user, individually. */
function parts(allow: StatementSet): readonly ArnSet[] {
    return allow.except
        ? [allow]
        : allow.wild.filter(canBegin).map((tokens) => ({ role: "allow", except: false, patterns: [tokens] }));
}

/** An ARN in the part that is in none of the others; likely ones are tried before the full search. */
function beyond(
    part: ArnSet,
    others: () => readonly ArnSet[],
    outside: (arn: string) => boolean,
    budget: Budget,
): string | undefined {
    const member = new ArnSearch([part], budget).run();
    if (member === undefined) {
        return undefined;
    }
    const likely = makeRealistic(member, outside);
    if (outside(likely)) {
        return likely;
    }
    const found = new ArnSearch([part, ...others()], budget).run();
    return found === undefined ? undefined : makeRealistic(found, outside);
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
    for (const item of items) {
        const found = find(item);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/** The users that the documents both name individually and allow: in an Allow, or as the exception of a Deny. */
function namedUsers(view: ConnectStatements, budget: Budget): DbUser[] {
    const allowed = new Set(view.allows.filter((allow) => !allow.except).flatMap(({ literals }) => [...literals]));
    const spared = new Set(view.denies.filter((deny) => deny.except).flatMap(({ literals }) => [...literals]));
    return [...new Set([...allowed, ...spared])].flatMap((arn) => {
        const user = parseDbUser(arn);
        const reached =
            user !== undefined &&
            (allowed.has(arn) || view.allows.some((allow) => contains(allow, arn, budget))) &&
            !view.denies.some((deny) => contains(deny, arn, budget));
        return reached ? [user] : [];
    });
}

/** The statement's Resource, as written, that matches the ARN. */
function sourceOf(set: StatementSet, arn: string): string | undefined {
    if (set.except) {
        return undefined;
    }
    return set.statement.resources?.patterns.find((pattern) => {
        const tokens = tokensOf(pattern, { wide: true, plain: true });
        return tokens !== undefined && matches(tokens, arn);
    })?.source;
}

function reasonOf({ statement, counterexample, pattern }: Excess): string {
    const sid = statement.sid === undefined || statement.sid === "" ? "" : ` (${clip(statement.sid, 64)})`;
    const through = pattern === undefined ? "everything except its NotResource" : JSON.stringify(clip(pattern));
    return `statement ${statement.index}${sid} allows rds-db:connect on ${through}, which includes ${visible(counterexample)}`;
}
