import type { Existing } from "../postgres/build";
import type { Privilege } from "../postgres/serverState";

/** A role's attributes, with the key words that set them. */
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

/** The attributes that are access; whether a role logs in shows by itself, and what it inherits shows in its holdings. */
export const POWERS: readonly Attribute[] = ["superuser", "createRole", "createDatabase", "bypassRls", "replication"];

export interface VersionFacts {
    readonly major: number;
    /** Whether the server knows the setting that refuses views (restrict_nonsystem_relation_kind). */
    readonly restricts: boolean;
}

export interface RoleFacts {
    readonly name: string;
    /** -1: unlimited. */
    readonly connectionLimit: number;
    /** The time after which its password is refused; undefined for none. */
    readonly validUntil?: string;
    readonly attributes: Readonly<Record<Attribute, boolean>>;
}

/** The initial value of a setting in a role's sessions. */
export interface SettingFacts {
    /** "" for all databases. */
    readonly database: string;
    readonly name: string;
    readonly value: string;
}

export interface MembershipFacts {
    readonly role: string;
    readonly member: string;
    readonly grantor: string;
    readonly admin: boolean;
    /** Whether the member has the role's privileges at once; up to Postgres 15 the member's own INHERIT decides. */
    readonly inherit?: boolean;
    /** Whether the member may `SET ROLE`; up to Postgres 15 every member may. */
    readonly set?: boolean;
}

/** One privilege in an access list. */
export interface Item {
    /** `public` stands for PUBLIC. */
    readonly grantee: string;
    readonly grantor: string;
    readonly privilege: Privilege;
    readonly grantable: boolean;
}

/** An object with its access list, or with its kind's default list. */
export interface ObjectFacts extends Omit<Existing, "definer"> {
    /** Its own name in statements; for a column, the table's. */
    readonly on: string;
    /** The types of a routine's input arguments, each with its schema: they identify an overload. */
    readonly types?: readonly (readonly [schema: string, type: string])[];
    readonly items: readonly Item[];
    /** The access list as text; undefined for the default list. */
    readonly acl?: string;
    /** Whether it is a column's sequence, which always has the table's owner. */
    readonly linked: boolean;
    /**
     * Whether it is a constructor of a range type. It is created with the type and always belongs to the server's first superuser:
     * the type's owner can neither own it nor revoke EXECUTE on it
     * (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/commands/typecmds.c, makeRangeConstructors).
     */
    readonly generated: boolean;
}

/** Who holds which privilege on which object, directly or not. */
export interface Holding extends Pick<Existing, "kind" | "database" | "schema" | "name"> {
    /** `public` for what every role holds. */
    readonly login: string;
    readonly privilege: Privilege;
}

/** USAGE: has the role's privileges; MEMBER: belongs to it; SET: may become it. */
export const WAYS = ["USAGE", "MEMBER", "SET"] as const;

/** What a login is to a role, directly or not. */
export interface Reach {
    readonly login: string;
    readonly way: (typeof WAYS)[number];
    readonly role: string;
}
