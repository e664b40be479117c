import type { Known } from "./known";

/** What a MySQL server says of itself. Sessions, connections and logins a second are in the facts of any database. */
export interface MysqlFacts {
    readonly accounts: Known<readonly Account[]>;
    /** The names of its databases, without MySQL's own. */
    readonly databases: Known<readonly string[]>;
    /** Privileges on all databases, or on those that a pattern matches. */
    readonly grants: Known<readonly MysqlGrant[]>;
    /** Which roles accounts and roles are members of. */
    readonly roles: Known<readonly RoleEdge[]>;
    readonly definers: Known<readonly Definer[]>;
}

/** `'user'@'host'`, without those of MySQL and RDS. */
export interface Account {
    readonly user: string;
    readonly host: string;
    readonly plugin: string;
    readonly requiresTls: boolean;
    readonly locked: boolean;
    readonly hasPassword: boolean;
}

export interface MysqlGrant {
    readonly user: string;
    readonly host: string;
    /** Undefined: all databases (`*.*`); otherwise a pattern, in which `_` and `%` match anything. */
    readonly pattern?: string;
    /** Of SELECT, INSERT, UPDATE and DELETE. */
    readonly privileges: readonly string[];
}

export interface RoleEdge {
    readonly role: string;
    readonly roleHost: string;
    readonly user: string;
    readonly host: string;
}

/** Routines, views, triggers and events that run with the rights of whoever defined them. */
export interface Definer {
    readonly database: string;
    readonly kind: string;
    /** `user@host` */
    readonly definer: string;
    readonly count: number;
}
