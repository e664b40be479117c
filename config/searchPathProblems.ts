import { namesOf } from "../components/tenancy/names";
import { everyTenant } from "../components/tenancy/privileges";
import type { AccessSettings, TenantSettings } from "./access";
import type { Problem } from "./problems";

/**
 * Finds search paths that lead into another tenant's schema. The creator of objects there decides what an unqualified
 * name of the service means: a table that it writes to, a function that it calls with its own rights.
 * https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PATTERNS
 */
export function searchPathProblems(access: AccessSettings, platformDatabase: string | undefined): Problem[] {
    const { tenants } = access;
    const place = ({ database }: TenantSettings): string | undefined => database ?? platformDatabase;
    const names = tenants.map(({ name }) => name);
    return tenants.flatMap((tenant, index): Problem[] => {
        const { searchPath = [], inSearchPathOf = [] } = tenant;
        const own = schemaOf(tenant);
        const path = `access.tenants[${index}].searchPath`;
        const led = searchPath.flatMap((schema, at): Problem[] => {
            const other = tenants.find(
                (one) => one !== tenant && schemaOf(one) === schema && schema !== own && place(one) === place(tenant),
            );
            if (other === undefined) {
                return [];
            }
            if (other.inSearchPathOf?.includes(tenant.name) !== true && !mayUse(tenant.name, other.name, access)) {
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
                name === tenant.name
                    ? "it is this tenant"
                    : names.includes(name)
                      ? undefined
                      : "there is no such tenant";
            const allowed = names.filter((one) => one !== tenant.name).join(", ") || "none: there is no other tenant";
            return wrong === undefined
                ? []
                : [
                      {
                          path: `access.tenants[${index}].inSearchPathOf[${at}]`,
                          given: name,
                          wrong,
                          allowed,
                          fix: "name another tenant",
                      },
                  ];
        });
        return [...led, ...lost];
    });
}

function schemaOf(tenant: TenantSettings): string {
    return namesOf(tenant).schema;
}

/** Whether a tenant holds a profile that grants it access to another's schema. */
function mayUse(tenant: string, other: string, { profiles }: AccessSettings): boolean {
    const held = profiles.filter(({ holders }) => holders.some((holder) => holder.tenant === tenant));
    return held.some(({ grants }) => grants.some((grant) => grant.tenant === other || grant.tenant === everyTenant));
}
