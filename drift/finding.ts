import type { Sql } from "../toolkit/sql";

/** Ways in which a server can differ from what is declared. */
export const KINDS = [
    "privilege of PUBLIC",
    "database privilege",
    "schema privilege",
    "table privilege",
    "column privilege",
    "sequence privilege",
    "function privilege",
    "default privilege",
    "grant option",
    "owner",
    "membership",
    "role attribute",
    "role setting",
    "role",
    "lock-out",
] as const;
export type FindingKind = (typeof KINDS)[number];

/** Something that is not as declared, and what would mend it. */
export interface Finding {
    readonly kind: FindingKind;
    /** In one line, without the SQL. */
    readonly message: string;
    /** The database to run the statements in. */
    readonly database: string;
    /** None: it takes more than a statement, and the message says what. */
    readonly sql: readonly Sql[];
    /** The roles whose rights the statements need; a superuser needs none. */
    readonly as: readonly string[];
}
