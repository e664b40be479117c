import type { Sql } from "../toolkit/sql";

/** Kinds of differences between a server and the declarations. */
export const KINDS = [
    "privilege of PUBLIC",
    "database privilege",
    "schema privilege",
    "table privilege",
    "column privilege",
    "sequence privilege",
    "function privilege",
    "object privilege",
    "default privilege",
    "grant option",
    "owner",
    "membership",
    "role attribute",
    "role setting",
    "setting of all roles",
    "role",
    "undeclared object",
    "lock-out",
] as const;
export type FindingKind = (typeof KINDS)[number];

/** A difference from the declarations, with its fix. */
export interface Finding {
    readonly kind: FindingKind;
    /** One line, without SQL. */
    readonly message: string;
    /** The database to run the statements in. */
    readonly database: string;
    /** Empty if statements cannot fix it; the message then says what does. */
    readonly sql: readonly Sql[];
    /** The roles whose privileges the statements need; a superuser needs none. */
    readonly as: readonly string[];
}
