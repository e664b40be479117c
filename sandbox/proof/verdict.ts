import { type Shown, quoted, shown } from "../../toolkit/shown";
import { markOf, type Answer, type Failure, type Mark, type Result, type Tried } from "../attempts/run";
import type { Attempt } from "./attempts";
import type { Choice } from "./choice";
import type { Access, Right, Tenant } from "./expectation";
import { RIGHTS } from "./expectation";

/** An unexpected result. */
export interface Deviation {
    /** The role that made the attempt. */
    readonly who: string;
    readonly action: Attempt["action"] | "connect" | "make a table";
    readonly on: string;
    readonly statement: string;
    /** The server's message, if it refused or failed. */
    readonly message?: string;
}

/**
 * What was tried, the results, and the faults found. The proof holds if there is neither a leak nor a missing right.
 */
export interface Proof {
    /** Number of statements tried. */
    readonly attempted: number;
    /** Number of statements that the server executed. */
    readonly allowed: number;
    /** Number of statements that it refused for lack of a privilege. */
    readonly refused: number;
    /**
     * Attempts that should be refused and were not. Includes statements that failed for a reason other than privileges:
     * those prove nothing.
     */
    readonly leaks: readonly Deviation[];
    /** Attempts that should succeed and did not. */
    readonly missing: readonly Deviation[];
    /** Attempts that should succeed, and failed for a reason other than privileges: a trigger, a policy, a publication. */
    readonly undecided: readonly Deviation[];
    readonly logins: readonly string[];
    readonly tenants: readonly Tenant[];
    /** The logins that differ only in whose they are. */
    readonly classes: readonly (readonly string[])[];
    /** How many pairs of a login and a tenant's data were chosen, and how many there are. */
    readonly pairs: { readonly chosen: number; readonly all: number };
    /** One cell of the table; undefined if nothing was or could be tried. */
    readonly cell: (login: string, tenant: string) => ReadonlyMap<Right, Mark> | undefined;
}

/**
 * Compares the answers with the expectations.
 *
 * @param failed the tenants on whose data nothing could be tried, by schema, and the server's answers
 * @param choice what was to be tried
 */
export function proofOf(
    { database, tenants }: Access,
    failed: ReadonlyMap<string, Failure>,
    tried: readonly Tried<Attempt>[],
    { classes, data: { chosen, all } }: Pick<Choice, "classes" | "data">,
): Proof {
    const results = tried.flatMap((one) => one.results);
    const cells = cellsOf(results);
    const findings = (mark: Mark) => results.filter((result) => result.mark === mark).map(findingOf);
    const unprobed = (mark: Mark) =>
        tenants.flatMap(({ owner, schema }): Deviation[] => {
            const answer = failed.get(schema);
            return answer === undefined || markOf({ expected: true }, answer) !== mark
                ? []
                : [
                      {
                          who: owner,
                          action: "make a table",
                          on: `schema ${schema}`,
                          statement: "CREATE TABLE",
                          ...messageOf(answer),
                      },
                  ];
        });
    const unconnected = tried
        .filter(({ connect }) => connect.outcome !== "allowed")
        .map(({ login: who, connect }): Deviation => {
            return { who, action: "connect", on: `database ${database}`, statement: "CONNECT", ...messageOf(connect) };
        });
    const count = (outcome: Answer["outcome"]) => results.filter(({ answer }) => answer.outcome === outcome).length;
    return {
        attempted: results.length,
        allowed: count("allowed"),
        refused: count("refused"),
        leaks: findings("leak"),
        missing: [...unprobed("missing"), ...unconnected, ...findings("missing")],
        undecided: [...unprobed("undecided"), ...findings("undecided")],
        logins: tried.map(({ login }) => login),
        tenants,
        classes,
        pairs: { chosen, all },
        cell: (login, tenant) => cells.get(cellKey(login, tenant)),
    };
}

/** A finding in one line. */
export function describeFinding({ who, action, on, statement, message }: Deviation): Shown {
    return shown`${who}: ${action} on ${on}: ${statement}${message === undefined ? "" : shown` (${quoted(message)})`}`;
}

function findingOf({ attempt, answer }: Result<Attempt>): Deviation {
    const { login: who, action, on, statement } = attempt;
    return { who, action, on, statement: statement.text, ...messageOf(answer) };
}

function cellsOf(results: readonly Result<Attempt>[]): Map<string, Map<Right, Mark>> {
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

/** Names in Postgres cannot contain a zero byte. */
function cellKey(login: string, tenant: string): string {
    return `${login}\0${tenant}`;
}

function messageOf(answer: Answer): { message?: string } {
    return answer.outcome === "allowed" ? {} : { message: answer.message };
}
