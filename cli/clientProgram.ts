import { delimiter } from "node:path";

import { findExecutable } from "../sandbox/executable";
import { UserError } from "../sandbox/userError";

/** What a machine's own PostgreSQL client consists of, as far as we use it. */
export type ClientProgram = "psql" | "pg_dump" | "pg_restore";

export const getClient =
    "install PostgreSQL's client (apt install postgresql-client, brew install libpq, https://www.postgresql.org/download/)";

/** Path of a program of the PostgreSQL client. @throws UserError when there is none on the PATH */
export function clientProgram(name: ClientProgram, path = process.env["PATH"] ?? ""): string {
    const found = findExecutable(name, path.split(delimiter));
    if (found === undefined) {
        throw new UserError(
            `there is no ${name} on the PATH, and the sandbox's Postgres comes without one: ${getClient}`,
        );
    }
    return found;
}
