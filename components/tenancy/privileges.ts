/**
 * Who owns a tenant's schema: a role without a login (split), or the application itself (owner).
 */
export const tenantModels = ["split", "owner"] as const;
export type TenantModel = (typeof tenantModels)[number];

/** What of a tenant may have been made by hand before, and can be taken over. */
export const adoptable = ["schema", "owner", "login"] as const;
export type Adoptable = (typeof adoptable)[number];

/** What a profile may be given, by kind of object (the manual's table 5.2: https://www.postgresql.org/docs/current/ddl-priv.html). */
export const grantable = {
    tables: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
    sequences: ["USAGE", "SELECT", "UPDATE"],
    functions: ["EXECUTE"],
} as const;

export type ObjectKind = keyof typeof grantable;
export const objectKinds = ["tables", "sequences", "functions"] as const;

/** What may be given on single columns. */
export const columnPrivileges: readonly string[] = ["SELECT", "INSERT", "UPDATE", "REFERENCES"];

/** The owner's code that runs with the rights of an object's reader, as far as the reader's settings can stop it. */
export const readersRun = ["views", "policies"] as const;
export type ReadersRun = (typeof readersRun)[number];

/** Stands for every tenant, those to come included. */
export const everyTenant = "*";
