import { delimiter } from "node:path";

import { findExecutable } from "../../toolkit/system/executable";
import { UserError } from "../../toolkit/userError";

/** The required programs of the machine's PostgreSQL client. */
export type ClientProgram = "psql" | "pg_dump" | "pg_restore";

export const getClient =
    "install PostgreSQL's client (apt install postgresql-client, brew install libpq, https://www.postgresql.org/download/)";

/** Path of a program of the PostgreSQL client. @throws UserError if there is none on the PATH */
export function clientProgram(name: ClientProgram, path = process.env["PATH"] ?? ""): string {
    const found = findExecutable(name, path.split(delimiter));
    if (found === undefined) {
        throw new UserError(`${name} is not on the PATH, and the sandbox's Postgres does not include it: ${getClient}`);
    }
    return found;
}
