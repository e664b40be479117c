import type { MembershipFacts, ObjectFacts, RoleFacts, SettingFacts, VersionFacts } from "../access/catalog/facts";
import type { Defaults } from "../access/postgres/serverState";
import type { OtherFacts } from "./catalog/read";
import type { Sql } from "../toolkit/sql";

/** A database object, with its name in statements; for a column, the table's. */
export interface Listed extends Pick<
    ObjectFacts,
    "kind" | "database" | "schema" | "name" | "column" | "owner" | "linked" | "items"
> {
    readonly on: Sql;
}

/** A server's roles, objects and privileges, from its catalogs. */
export interface Facts extends VersionFacts {
    /** All roles except those of Postgres and RDS. */
    readonly roles: ReadonlyMap<string, RoleFacts & { readonly settings: readonly SettingFacts[] }>;
    readonly memberships: readonly MembershipFacts[];
    readonly objects: readonly Listed[];
    readonly defaults: readonly Defaults[];
    /** The roles that Postgres and RDS reserve for themselves. */
    readonly ownRoles: ReadonlySet<string>;
    /** Objects of classes that the access matrix does not contain. */
    readonly others: OtherFacts;
}
