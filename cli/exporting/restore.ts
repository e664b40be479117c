import { copyable } from "../../toolkit/copyable";
import { PROVISIONER } from "../../toolkit/serverNames";
import { type Showable, shown } from "../../toolkit/shown";
import { sql, type Sql } from "../../toolkit/sql";

/** The role that restores and its target database; both exist only for the restore. */
export const RESTORER = "restorer";
export const RESTORED = "restored";

/**
 * Statements that create a role whose only privileges are on an empty database. A restore runs functions of the schema
 * (of a CHECK, an index, a generated column) with all privileges of the restoring role.
 */
export const prepareStatements: readonly Sql[] = [
    sql`CREATE DATABASE restored`,
    sql`REVOKE ALL ON DATABASE restored FROM PUBLIC`,
    sql`CREATE ROLE restorer LOGIN`,
    sql`GRANT rds_iam TO restorer`,
    sql`GRANT CONNECT, CREATE ON DATABASE restored TO restorer`,
];

/** The pg_restore arguments that restore a file into that database. */
export function restoreArguments(file: string): string[] {
    return ["--no-owner", "--no-privileges", `--dbname=${RESTORED}`, file];
}

/** Instructions for restoring an export. */
export function restoreInstructions(file: string): Showable[] {
    return [
        "a restore runs the schema's own functions with the restoring role's privileges; use a role that has no others",
        shown`  as ${PROVISIONER}:`,
        ...prepareStatements.map((statement) => shown`    ${copyable(statement)}`),
        shown`  as ${RESTORER}, which needs rds-db:connect on that user:`,
        shown`    pg_restore ${restoreArguments(shellWord(file)).join(" ")}`,
    ];
}

/** Quotes a word for a POSIX shell. */
function shellWord(text: string): string {
    return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
