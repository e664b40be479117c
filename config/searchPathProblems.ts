import { schemasOf } from "../components/tenancy/names";
import { everyTenant } from "../components/tenancy/privileges";
import type { AccessSettings, TenantSettings } from "./access";
import type { Problem } from "./problems";
import { groupedBy } from "../toolkit/grouped";

/**
 * Finds search paths that lead into another tenant's schema. The creator of objects there decides what an unqualified
 * name of the service means: a table that it writes to, a function that it calls with its own rights.
 * https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS
 */
export function searchPathProblems(access: AccessSettings, platformDatabase: string | undefined): Problem[] {
    const { tenants } = access;
    const placeOf = ({ database }: TenantSettings, schema: string) =>
        JSON.stringify([database ?? platformDatabase, schema]);
    const owners = new Map(
        tenants.flatMap((tenant) => schemasOf(tenant).map((schema) => [placeOf(tenant, schema), tenant] as const)),
    );
    const names = new Set(tenants.map(({ name }) => name));
    const mayUse = permission(access);
    return tenants.flatMap((tenant, index): Problem[] => {
        const { searchPath = [], inSearchPathOf = [] } = tenant;
        const [own = ""] = schemasOf(tenant);
        const path = `access.tenants[${index}].searchPath`;
        // A path that the service has today: the program changes nothing about who decides what its names mean.
        const checked = tenant.model === "existing" ? [] : searchPath;
        const led = checked.flatMap((schema, at): Problem[] => {
            const other = schema === own ? undefined : owners.get(placeOf(tenant, schema));
            if (other === undefined) {
                return [];
            }
            if (other.inSearchPathOf?.includes(tenant.name) !== true && !mayUse(tenant.name, other.name)) {
                const wrong = `${schema} is the schema of the tenant ${other.name}, which could redefine the names that ${tenant.name} uses`;
                const allowed = `its own schema, public, schemas without a tenant, and those of tenants that name ${tenant.name} in inSearchPathOf or that it has a profile for`;
                return [
                    {
                        path,
                        given: searchPath,
                        wrong,
                        allowed,
                        fix: `leave ${schema} out, or write inSearchPathOf: [${tenant.name}] for ${other.name}`,
                    },
                ];
            }
            const before = searchPath.indexOf(own);
            const wrong = `${schema}, of the tenant ${other.name}, comes ${before < 0 ? "without" : "before"} its own schema ${own}`;
            const allowed = "its own schema before any other tenant's";
            return before >= 0 && before < at
                ? []
                : [{ path, given: searchPath, wrong, allowed, fix: `write ${own} before ${schema}` }];
        });
        const lost = inSearchPathOf.flatMap((name, at): Problem[] => {
            const wrong =
                name === tenant.name ? "it is this tenant" : names.has(name) ? undefined : "there is no such tenant";
            if (wrong === undefined) {
                return [];
            }
            const others = [...names].filter((one) => one !== tenant.name);
            const allowed = others.join(", ") || "none: there is no other tenant";
            const path = `access.tenants[${index}].inSearchPathOf[${at}]`;
            return [{ path, given: name, wrong, allowed, fix: "name another tenant" }];
        });
        return [...led, ...lost];
    });
}

/** Whether a tenant holds a profile that grants it access to another's schema. */
function permission({ profiles }: AccessSettings): (tenant: string, other: string) => boolean {
    const held = groupedBy(
        profiles.flatMap(({ grants, holders }) => {
            const granted = new Set(grants.map(({ tenant }) => tenant));
            return holders.map(({ tenant }) => ({ tenant, granted }));
        }),
        ({ tenant }) => tenant,
    );
    return (tenant, other) =>
        (held.get(tenant) ?? []).some(({ granted }) => granted.has(other) || granted.has(everyTenant));
}
