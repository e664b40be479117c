import { type Shown, quoted, shown } from "../../toolkit/shown";
import type { Attempt } from "./attempts";
import type { Access, Right, Tenant } from "./expectation";
import { RIGHTS } from "./expectation";
import type { Answer } from "./trial";

/** Something that is not as it should be. */
export interface Finding {
    /** The role that tried. */
    readonly who: string;
    readonly action: Attempt["action"] | "connect" | "make a table";
    readonly on: string;
    readonly statement: string;
    /** The server's words, when it refused or failed. */
    readonly message?: string;
}

/** What came of an attempt: what should have, or one of the two faults. */
export type Mark = "allowed" | "refused" | "leak" | "missing";

/**
 * What was tried, what came of it, and what is wrong with that. It holds when there is neither a leak nor something
 * missing.
 */
export interface Proof {
    /** Statements tried. */
    readonly attempted: number;
    /** Those of them that the server carried out. */
    readonly allowed: number;
    /** Those that it refused for want of a privilege. */
    readonly refused: number;
    /**
     * What should be refused and was not. A statement that failed for another reason than privileges is here, too: it
     * proves nothing.
     */
    readonly leaks: readonly Finding[];
    /** What should be possible and is not. */
    readonly missing: readonly Finding[];
    readonly logins: readonly string[];
    readonly tenants: readonly Tenant[];
    /** One cell of the table; undefined where nothing could be tried. */
    readonly cell: (login: string, tenant: string) => ReadonlyMap<Right, Mark> | undefined;
}

/** What one login tried; a single answer is the one to its attempt to connect. */
export interface Tried {
    readonly login: string;
    readonly attempts: readonly Attempt[];
    readonly answers: readonly Answer[] | Answer;
}

/**
 * Compares the answers with what was expected.
 *
 * @param failed the tenants on whose data nothing could be tried, and why
 */
export function proofOf(
    { database, tenants }: Access,
    failed: ReadonlyMap<string, string>,
    tried: readonly Tried[],
): Proof {
    const results = tried.flatMap(resultsOf);
    const cells = cellsOf(results);
    const findings = (mark: Mark) => results.filter((result) => result.mark === mark).map(findingOf);
    const unprobed = tenants.flatMap(({ name, owner, schema }): Finding[] => {
        const message = failed.get(name);
        return message === undefined
            ? []
            : [{ who: owner, action: "make a table", on: `schema ${schema}`, statement: "CREATE TABLE", message }];
    });
    const unconnected = tried.flatMap(({ login, answers }): Finding[] =>
        isList(answers)
            ? []
            : [
                  {
                      who: login,
                      action: "connect",
                      on: `database ${database}`,
                      statement: "CONNECT",
                      ...messageOf(answers),
                  },
              ],
    );
    const count = (outcome: Answer["outcome"]) => results.filter(({ answer }) => answer.outcome === outcome).length;
    return {
        attempted: results.length,
        allowed: count("allowed"),
        refused: count("refused"),
        leaks: findings("leak"),
        missing: [...unprobed, ...unconnected, ...findings("missing")],
        logins: tried.map(({ login }) => login),
        tenants,
        cell: (login, tenant) => cells.get(cellKey(login, tenant)),
    };
}

/** A finding in one line. */
export function describeFinding({ who, action, on, statement, message }: Finding): Shown {
    return shown`${who}: ${action} on ${on}: ${statement}${message === undefined ? "" : shown` (${quoted(message)})`}`;
}

interface Result {
    readonly attempt: Attempt;
    readonly answer: Answer;
    readonly mark: Mark;
}

function resultsOf({ attempts, answers }: Tried): Result[] {
    return isList(answers)
        ? answers.flatMap((answer, i) =>
              [attempts[i]].flatMap((attempt) => (attempt === undefined ? [] : judge(attempt, answer))),
          )
        : [];
}

function judge(attempt: Attempt, answer: Answer): Result {
    const { outcome } = answer;
    if (attempt.expected) {
        return { attempt, answer, mark: outcome === "allowed" ? "allowed" : "missing" };
    }
    return { attempt, answer, mark: outcome === "refused" ? "refused" : "leak" };
}

function findingOf({ attempt, answer }: Result): Finding {
    const { login: who, action, on, statement } = attempt;
    return { who, action, on, statement: statement.text, ...messageOf(answer) };
}

function cellsOf(results: readonly Result[]): Map<string, Map<Right, Mark>> {
    const cells = new Map<string, Map<Right, Mark>>();
    for (const { attempt, mark } of results) {
        const right = RIGHTS.find((one) => one === attempt.action);
        if (right !== undefined && attempt.tenant !== undefined) {
            const key = cellKey(attempt.login, attempt.tenant);
            cells.set(key, (cells.get(key) ?? new Map<Right, Mark>()).set(right, mark));
        }
    }
    return cells;
}

/** Names in Postgres hold no zero byte. */
function cellKey(login: string, tenant: string): string {
    return `${login}\0${tenant}`;
}

function messageOf(answer: Answer): { message?: string } {
    return answer.outcome === "allowed" ? {} : { message: answer.message };
}

function isList(answers: Tried["answers"]): answers is readonly Answer[] {
    return Array.isArray(answers);
}
