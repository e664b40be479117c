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

/** What a difference is about: on a server with others' roles and data, whether it is the stack's. */
export interface About {
    /** The roles that it concerns: a grantee, an owner, both ends of a membership. */
    readonly roles: readonly string[];
    /** The object that it concerns, if any. */
    readonly place?: {
        readonly kind: string;
        readonly database: string;
        readonly schema?: string | undefined;
        readonly name: string;
    };
    /** What is there, where the message also says what to do about it. */
    readonly fact?: string;
    /** Whether something is missing, rather than there. */
    readonly absent?: boolean;
}

/** A difference, before it is known whose it is. */
export interface Found extends Finding {
    readonly about: About;
}

/** What others have on a server, and the stack does not declare. */
export type FromElsewhere = Pick<Finding, "kind" | "message" | "database">;
