import { mysqlTenantCharacters, wrongMysqlTenant } from "../components/tenancy/mysqlNames";
import type { Problem } from "./problems";
import { isRecord } from "../toolkit/record";

/** The keys allowed under a MySQL stack's `access`. */
const accessKeys = ["appTier", "engine", "networkPolicy", "tenants"];
/** The keys allowed for one of its tenants. */
const tenantKeys = ["identity", "name", "namespace", "serviceAccount"];

/**
 * Finds keys that only PostgreSQL supports, and names that MySQL would misread. Reads the raw values, so that its
 * problems are reported together with all others.
 */
export function mysqlProblems({ platform, access }: Readonly<Record<string, unknown>>): Problem[] {
    const given = isRecord(platform) && isRecord(platform["database"]) ? platform["database"] : {};
    const database = isRecord(given["existing"]) ? given["existing"] : given;
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
            wrong: "only PostgreSQL supports this, and the database is MySQL",
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
