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

/** An object of a database with its access list, or with the one that its kind has by itself. */
export interface Listed {
    readonly kind: Kind;
    readonly database: string;
    /** Absent for databases and schemas. */
    readonly schema?: string;
    /** For people and for the model: a function's carries its argument types, a column's its table. */
    readonly name: string;
    /** How a statement names it; a column's names the table. */
    readonly on: Sql;
    /** A column's own name. */
    readonly column?: string;
    readonly owner: string;
    /** A sequence that belongs to a column has its table's owner, whatever is said. */
    readonly linked: boolean;
    readonly items: readonly Item[];
}

/** `ALTER DEFAULT PRIVILEGES` as the catalog keeps it. */
export interface DefaultList {
    readonly database: string;
    readonly owner: string;
    readonly schema?: string;
    readonly kind: Kind;
    readonly items: readonly Omit<Item, "grantor">[];
}

/** What may be said of a role after its name. */
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
    /** -1 is no limit. */
    readonly connectionLimit: number;
    /** `name=value`, by database; "" is every one. */
    readonly settings: readonly { readonly database: string; readonly name: string; readonly value: string }[];
}

export interface MembershipFacts {
    readonly role: string;
    readonly member: string;
    readonly grantor: string;
    readonly admin: boolean;
}

/** What the catalogs of a server say about who may do what. */
export interface Facts {
    readonly major: number;
    /** Whether the server knows the setting that refuses views (restrict_nonsystem_relation_kind). */
    readonly restricts: boolean;
    /** All roles but those that Postgres and RDS keep for themselves. */
    readonly roles: ReadonlyMap<string, RoleFacts>;
    readonly memberships: readonly MembershipFacts[];
    readonly objects: readonly Listed[];
    readonly defaults: readonly DefaultList[];
}
