import { databaseNames } from "./names";

/** MySQL's limit on a user's name: https://dev.mysql.com/doc/refman/8.0/en/user-names.html */
const userCharacters = 32;

/** Maximum length of a tenant's name in MySQL, so that its login still fits. */
export const mysqlTenantCharacters = userCharacters - databaseNames("").login.length;

/** The database and the user of a tenant; a MySQL database has no schemas and no owner. */
export function mysqlNames(tenant: string): { readonly database: string; readonly login: string } {
    return { database: tenant, login: databaseNames(tenant).login };
}

/** Databases that are MySQL's own or RDS' own. */
const taken = new Set(["information_schema", "innodb", "mysql", "performance_schema", "sys", "tmp"]);

/** Why MySQL cannot give a tenant of this name its own database and nothing else; undefined if it can. */
export function wrongMysqlTenant(name: string): string | undefined {
    if (name.length > mysqlTenantCharacters) {
        return `longer than ${mysqlTenantCharacters} characters, so that its user would not fit MySQL's ${userCharacters}`;
    }
    // https://dev.mysql.com/doc/refman/8.0/en/grant.html: "_" and "%" are wildcards when granting on databases.
    if (/[_%]/.test(name)) {
        return "in a grant on databases MySQL takes _ for any letter, so that other tenants could be meant too";
    }
    return taken.has(name) ? "a database of MySQL's own" : undefined;
}
