import type { Kind, Privilege } from "../access/postgres/serverState";
import type { Sql } from "../toolkit/sql";

/** One privilege in an access list. */
export interface Item {
    /** `public` stands for PUBLIC. */
    readonly grantee: string;
    readonly grantor: string;
    readonly privilege: Privilege;
    readonly grantable: boolean;
}

/** A database object with its access list, or with its kind's default list. */
export interface Listed {
    readonly kind: Kind;
    readonly database: string;
    /** Absent for databases and schemas. */
    readonly schema?: string;
    /** For messages and the model: a function's includes its argument types, a column's its table. */
    readonly name: string;
    /** Its name in statements; for a column, the table's. */
    readonly on: Sql;
    /** A column's own name. */
    readonly column?: string;
    readonly owner: string;
    /** Whether it is a column's sequence, which always has the table's owner. */
    readonly linked: boolean;
    readonly items: readonly Item[];
}

/** A default privilege, as the catalog stores it. */
export interface DefaultList {
    readonly database: string;
    readonly owner: string;
    readonly schema?: string;
    readonly kind: Kind;
    readonly items: readonly Omit<Item, "grantor">[];
}

/** A role's attributes. */
export const ATTRIBUTES = {
    login: "LOGIN",
    inherit: "INHERIT",
    superuser: "SUPERUSER",
    createRole: "CREATEROLE",
    createDatabase: "CREATEDB",
    bypassRls: "BYPASSRLS",
    replication: "REPLICATION",
} as const;
export type Attribute = keyof typeof ATTRIBUTES;

export interface RoleFacts {
    readonly name: string;
    readonly attributes: Readonly<Record<Attribute, boolean>>;
    /** -1: unlimited. */
    readonly connectionLimit: number;
    /** `name=value`, by database; "" for all databases. */
    readonly settings: readonly { readonly database: string; readonly name: string; readonly value: string }[];
}

export interface MembershipFacts {
    readonly role: string;
    readonly member: string;
    readonly grantor: string;
    readonly admin: boolean;
}

/** A server's roles, objects and privileges, from its catalogs. */
export interface Facts {
    readonly major: number;
    /** Whether the server knows the setting that refuses views (restrict_nonsystem_relation_kind). */
    readonly restricts: boolean;
    /** All roles except those of Postgres and RDS. */
    readonly roles: ReadonlyMap<string, RoleFacts>;
    readonly memberships: readonly MembershipFacts[];
    readonly objects: readonly Listed[];
    readonly defaults: readonly DefaultList[];
}
