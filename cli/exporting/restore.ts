import { PROVISIONER } from "../../bootstrap";
import { copyable } from "../../toolkit/copyable";
import { type Showable, shown } from "../../toolkit/shown";
import { sql, type Sql } from "../../toolkit/sql";

/** The role that restores, and the database that it restores into; both are there for that alone. */
export const RESTORER = "restorer";
export const RESTORED = "restored";

/**
 * What makes a role that has nothing but an empty database. A restore runs functions of the schema (those of a CHECK, an
 * index, a generated column), with all rights of the role that restores.
 */
export const prepareStatements: readonly Sql[] = [
    sql`CREATE DATABASE restored`,
    sql`REVOKE ALL ON DATABASE restored FROM PUBLIC`,
    sql`CREATE ROLE restorer LOGIN`,
    sql`GRANT rds_iam TO restorer`,
    sql`GRANT CONNECT, CREATE ON DATABASE restored TO restorer`,
];

/** The arguments with which pg_restore writes a file into that database. */
export function restoreArguments(file: string): string[] {
    return ["--no-owner", "--no-privileges", `--dbname=${RESTORED}`, file];
}

/** How to restore an export, for people. */
export function restoreInstructions(file: string): Showable[] {
    return [
        "a restore runs the schema's own functions, with the rights of whoever restores: use a role that has nothing else",
        shown`  as ${PROVISIONER}:`,
        ...prepareStatements.map((statement) => shown`    ${copyable(statement)}`),
        shown`  as ${RESTORER}, which needs rds-db:connect on that user:`,
        shown`    pg_restore ${restoreArguments(shellWord(file)).join(" ")}`,
    ];
}

/** A word that a POSIX shell takes as it is. */
function shellWord(text: string): string {
    return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
