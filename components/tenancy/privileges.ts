/**
 * The owner of a tenant's schema: a role without a login (split), the application itself (owner), or a role that the
 * program does not manage, which the application acts as (existing).
 */
export const tenantModels = ["split", "owner", "existing"] as const;
export type TenantModel = (typeof tenantModels)[number];

/** Objects of a tenant that may already exist and can be adopted. */
export const adoptable = ["schema", "owner", "login"] as const;
export type Adoptable = (typeof adoptable)[number];

/**
 * Privileges that a profile can grant, by kind of object (the manual's table 5.2:
 * https://www.postgresql.org/docs/current/ddl-priv.html).
 */
export const grantable = {
    tables: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
    sequences: ["USAGE", "SELECT", "UPDATE"],
    functions: ["EXECUTE"],
    schemas: ["USAGE", "CREATE"],
} as const;

export type ObjectKind = keyof typeof grantable;
export const objectKinds = ["tables", "sequences", "functions", "schemas"] as const;

/** Kinds of objects in a schema. */
export type ContentKind = Exclude<ObjectKind, "schemas">;

/** Privileges that can be granted on single columns. */
export const columnPrivileges: readonly string[] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

/**
 * Code of the owner that runs with the rights of the role that reads an object, as far as the reader's settings can
 * stop it.
 */
export const readersRun = ["views", "policies"] as const;
export type ReadersRun = (typeof readersRun)[number];

/** What happens to the rights that a database's owner, or Postgres, gave PUBLIC on it and on its schema `public`. */
export const publicRightsChoices = ["revoke", "keep"] as const;
export type PublicRights = (typeof publicRightsChoices)[number];

/** Matches every tenant, including future ones. */
export const everyTenant = "*";
