/**
 * One Postgres server as its catalogs would describe it: roles, memberships, objects and their access lists,
 * independent of the source (resources or a live catalog).
 */

import type { BeginsWith } from "./sessionSettings";

/** The grantee that stands for every role; no role can have this name. */
export const PUBLIC = "public";

/** The kinds of objects with privileges. Views count as tables, procedures as functions. */
export type ObjectKind = "database" | "schema" | "table" | "column" | "sequence" | "function" | "type";

export const PRIVILEGES = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "MAINTAIN",
    "USAGE",
    "CREATE",
    "CONNECT",
    "TEMPORARY",
    "EXECUTE",
] as const;
export type Privilege = (typeof PRIVILEGES)[number];

/** The urn of the declaring resource, or words in parentheses for Postgres' own behavior. */
export type Source = string;

/** The source of a role that existed before the program, which names it and does not manage it. */
export const EXISTED: Source = "(existed before)";

/** The source of what is on a server, and in no resource. */
export const FOUND: Source = "(found on the server)";

export interface Role {
    readonly name: string;
    readonly login: boolean;
    readonly inherit: boolean;
    readonly superuser: boolean;
    readonly createRole: boolean;
    /** It created the server's roles: the master, or the user of a provider. */
    readonly provisions?: boolean;
    readonly createDatabase: boolean;
    readonly bypassRls: boolean;
    readonly replication: boolean;
    /** True when the role can log in with a known password. */
    readonly password: boolean;
    /** The initial role of its sessions (`ALTER ROLE … SET role`). */
    readonly assumes?: string | undefined;
    /** The search path for unqualified names; undefined for Postgres' default. */
    readonly searchPath?: readonly string[];
    /** Initial settings of its sessions that keep foreign code out. */
    readonly settings: BeginsWith;
    /** A group that existed before, and of which a profile states what it may do. */
    readonly takenOver?: boolean;
    readonly source: Source;
}

/** `member` belongs to `role`. */
export interface Membership {
    readonly role: string;
    readonly member: string;
    readonly admin: boolean;
    /** The member has the role's privileges at once; up to Postgres 15 the member's own INHERIT decides. */
    readonly inherit: boolean;
    /** The member may `SET ROLE`. */
    readonly set: boolean;
    readonly source: Source;
}

export interface Entry {
    readonly grantee: string;
    readonly privilege: Privilege;
    readonly grantable: boolean;
    readonly source: Source;
}

export interface PgObject {
    readonly kind: ObjectKind;
    readonly database: string;
    /** Undefined for databases and schemas. */
    readonly schema?: string;
    /** A function's name carries its argument types, `f(integer)`; a column's the table's, `orders.total`; `*` stands for all. */
    readonly name: string;
    /** A column's own name, if it is known: either name may contain a dot. */
    readonly column?: string;
    readonly owner: string;
    readonly entries: readonly Entry[];
    /** A function that runs with its owner's privileges (SECURITY DEFINER). */
    readonly definer?: boolean;
    /** True if it stands for all future objects of this kind that the owner creates in the schema. */
    readonly future?: boolean;
    readonly source: Source;
}

/** `ALTER DEFAULT PRIVILEGES FOR ROLE owner [IN SCHEMA schema]`, as pg_default_acl keeps it. */
export interface Defaults {
    readonly database: string;
    readonly owner: string;
    /** Undefined: for every schema; the entries then replace the built-in ones instead of adding to them. */
    readonly schema?: string;
    readonly kind: ObjectKind;
    readonly entries: readonly Entry[];
}

export interface ServerState {
    /** Major version. */
    readonly version: number;
    /** True if the version is not known. */
    readonly versionAssumed?: boolean;
    readonly roles: ReadonlyMap<string, Role>;
    readonly memberships: readonly Membership[];
    readonly objects: readonly PgObject[];
    readonly defaults: readonly Defaults[];
    /** Databases on which, and on whose schema `public`, PUBLIC keeps what its owner gave it: the entries are Postgres' own. */
    readonly publicKept?: ReadonlySet<string>;
}

/** All privileges of a kind, in the order of the manual (postgresql.org/docs/current/ddl-priv.html). */
export function privilegesOf(kind: ObjectKind, version: number): readonly Privilege[] {
    switch (kind) {
        case "database":
            return ["CREATE", "CONNECT", "TEMPORARY"];
        case "schema":
            return ["CREATE", "USAGE"];
        case "table":
            return version >= 17 ? [...TABLE, "MAINTAIN"] : TABLE;
        case "column":
            return ["SELECT", "INSERT", "UPDATE", "REFERENCES"];
        case "sequence":
            return ["SELECT", "UPDATE", "USAGE"];
        case "function":
            return ["EXECUTE"];
        case "type":
            return ["USAGE"];
    }
}

/** The privileges that a statement's keywords name (any case, `ALL`, `TEMP`); omits those unknown to the kind. */
export function privilegesNamed(kind: ObjectKind, words: readonly string[], version: number): readonly Privilege[] {
    const known = privilegesOf(kind, version);
    const named = new Set(words.map((word) => word.toUpperCase().replace(/^TEMP$/, "TEMPORARY")));
    return named.has("ALL") || named.has("ALL PRIVILEGES") ? known : known.filter((privilege) => named.has(privilege));
}

const TABLE: readonly Privilege[] = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];

/** The access list of an object without any GRANT or REVOKE (`acldefault`). */
export function builtIn(kind: ObjectKind, owner: string, version: number): readonly Entry[] {
    const own =
        kind === "column"
            ? []
            : privilegesOf(kind, version).map((privilege) => entry(owner, privilege, "(its owner)", true));
    const everyone: readonly Privilege[] =
        kind === "database"
            ? ["CONNECT", "TEMPORARY"]
            : kind === "function"
              ? ["EXECUTE"]
              : kind === "type"
                ? ["USAGE"]
                : [];
    return [...own, ...everyone.map((privilege) => entry(PUBLIC, privilege, "(given to PUBLIC by Postgres)"))];
}

export function entry(grantee: string, privilege: Privilege, source: Source, grantable = false): Entry {
    return { grantee, privilege, grantable, source };
}

/** A readable name for an object, unique on its server. */
export function keyOf(object: Pick<PgObject, "kind" | "database" | "schema" | "name" | "owner" | "future">): string {
    const where = object.schema === undefined ? object.database : `${object.database}/${object.schema}`;
    return object.future === true
        ? `${where}/${object.kind} to come of ${object.owner}`
        : `${where}/${object.kind} ${object.name}`;
}
