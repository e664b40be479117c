import type { Comparison } from "../compare/compare";
import type { AccessModel } from "../matrix/model";
import { check } from "./check";
import type { Violation } from "./check";
import type { Assertion, Verb } from "./parse";
import { followed, isIdle } from "./renamed";
import type { Versions } from "./renamed";
import { includes, includesData } from "./patterns";

/**
 * A statement that no longer holds as written: the new version forbids only part or none of what it forbids; or it is
 * idle, because it names what the change removes or renames.
 */
export interface Withdrawn {
    readonly assertion: Assertion;
    readonly how: "removed" | "weakened" | "idle";
}

/**
 * The earlier version's statements that the later version's do not cover, however they are written.
 *
 * @param versions the models that they apply to, to find those that are idle
 */
export function withdrawn(
    before: readonly Assertion[],
    after: readonly Assertion[],
    versions?: Versions,
): readonly Withdrawn[] {
    return before.flatMap((assertion): Withdrawn[] => {
        const parts = partsOf(assertion);
        const left = parts.filter((part) => after.some((one) => covers(one, part)));
        if (left.length < parts.length) {
            return [{ assertion, how: left.length > 0 ? "weakened" : "removed" }];
        }
        return versions !== undefined && isIdle(assertion, versions) ? [{ assertion, how: "idle" }] : [];
    });
}

/**
 * Violations of withdrawn assertions that the change itself causes: earlier violations are not growth, and the approver decides
 * whether the assertion may be dropped.
 */
export function violatedByChange(
    statements: readonly Withdrawn[],
    before: AccessModel,
    after: AccessModel,
    comparison: Comparison,
): readonly Violation[] {
    const assertions = statements.map(({ assertion }) => assertion);
    const known = new Set(check(before, assertions).map(({ assertion, text }) => `${assertion}\n${text}`));
    const gained = new Set(comparison.gained.map(({ identity, datum }) => `${identity.key}\n${datum.key}`));
    const meant = assertions.map((assertion) => followed(assertion, { before, after }));
    return check(after, meant, before).filter(
        ({ assertion, text, found }) =>
            !known.has(`${assertion}\n${text}`) ||
            found.some(({ cell }) => gained.has(`${cell.identity.key}\n${cell.datum.key}`)),
    );
}

type Sentence = Extract<Assertion, { verb: Verb }>;

/** The smallest equivalent statements: one for each kind of data and, for `never`, for each identity. */
function partsOf(assertion: Assertion): readonly Assertion[] {
    if (assertion.kind === "isolated") {
        return [assertion];
    }
    // To reach is to read or to write: see check.ts.
    const verbs: readonly Verb[] = assertion.verb === "reaches" ? ["reads", "writes"] : [assertion.verb];
    const whom = assertion.kind === "never" ? assertion.who.map((who) => [who]) : [assertion.who];
    return verbs.flatMap((verb) =>
        assertion.data.flatMap((data) => whom.map((who) => ({ ...assertion, verb, data: [data], who }))),
    );
}

/** Each verb with those that it includes: an owner also reads, so a statement about reading covers owning. */
const INCLUDED: Readonly<Record<Verb, readonly Verb[]>> = {
    reaches: ["reaches", "reads", "writes", "owns", "administers"],
    reads: ["reads", "owns", "administers"],
    writes: ["writes", "owns", "administers"],
    "creates in": ["creates in", "owns", "administers"],
    owns: ["owns", "administers"],
    administers: ["administers"],
};

/** Whether every violation of the part also violates the statement. */
function covers(statement: Assertion, part: Assertion): boolean {
    if (statement.kind === "isolated" || part.kind === "isolated") {
        return statement.kind === "isolated" && part.kind === "isolated" && separates(statement.schemas, part.schemas);
    }
    const meansData = part.data.every((data) => statement.data.some((one) => includesData(one, data)));
    return (
        statement.kind === part.kind &&
        INCLUDED[statement.verb].includes(part.verb) &&
        meansData &&
        meansWho(statement, part)
    );
}

/** `never` must match every identity that the part matches; `only` must admit no identity that the part excludes. */
function meansWho(statement: Sentence, part: Sentence): boolean {
    const [outer, inner] = part.kind === "never" ? [statement.who, part.who] : [part.who, statement.who];
    return inner.every((who) => outer.some((one) => includes(one, who)));
}

function separates(schemas: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
    return (
        schemas === undefined ||
        (others !== undefined && others.every((other) => schemas.some((one) => includes(one, other))))
    );
}
