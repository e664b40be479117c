import { mysqlTenantCharacters, wrongMysqlTenant } from "../components/tenancy/mysqlNames";
import type { Problem } from "./problems";
import { isRecord } from "../toolkit/record";

/** What a MySQL stack's `access` may say. */
const accessKeys = ["appTier", "engine", "networkPolicy", "tenants"];
/** What one of its tenants may say. */
const tenantKeys = ["identity", "name", "namespace", "serviceAccount"];

/**
 * What a stack with MySQL asks for that only PostgreSQL can do, and names that MySQL would misread. Looks at the raw values, so
 * that it finds its problems beside all the others.
 */
export function mysqlProblems({ platform, access }: Readonly<Record<string, unknown>>): Problem[] {
    const database = isRecord(platform) && isRecord(platform["database"]) ? platform["database"] : {};
    if (!isRecord(access) || (database["engine"] ?? access["engine"]) !== "mysql") {
        return [];
    }
    const tenants = Array.isArray(access["tenants"]) ? (access["tenants"] as unknown[]) : [];
    return [
        ...foreign(access, accessKeys, "access"),
        ...tenants.flatMap((tenant, index) =>
            isRecord(tenant)
                ? [...foreign(tenant, tenantKeys, `access.tenants[${index}]`), ...named(tenant, index)]
                : [],
        ),
    ];
}

function foreign(given: Record<string, unknown>, known: readonly string[], path: string): Problem[] {
    return Object.entries(given)
        .filter(([key, value]) => !known.includes(key) && value !== undefined)
        .map(([key, value]) => ({
            path: `${path}.${key}`,
            given: value,
            wrong: "the database is MySQL, and this is for PostgreSQL",
            allowed: known.join(", "),
            fix: "remove it",
        }));
}

function named({ name }: Record<string, unknown>, index: number): Problem[] {
    const wrong = typeof name === "string" ? wrongMysqlTenant(name) : undefined;
    if (wrong === undefined) {
        return [];
    }
    const allowed = `at most ${mysqlTenantCharacters} letters, digits and hyphens`;
    return [
        {
            path: `access.tenants[${index}].name`,
            given: name,
            wrong,
            allowed,
            fix: "choose a name like shop or shop-eu",
        },
    ];
}
