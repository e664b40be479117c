import type { AccessSettings, TenantSettings } from "./access";
import type { Problem } from "./problems";

/** Finds tenants whose namespace or service account cannot be there already, or must be. */
export function existingInKubernetesProblems({ tenants, networkPolicy }: AccessSettings): Problem[] {
    const there = new Map(tenants.flatMap((tenant) => (isThere(tenant) ? [[tenant.namespace, tenant.name]] : [])));
    return tenants.flatMap((tenant, index): Problem[] => {
        if (!("namespace" in tenant)) {
            return [];
        }
        const { namespace, existing = [] } = tenant;
        const problem = (key: string, given: unknown, wrong: string, allowed: string, fix: string): Problem[] => [
            { path: `access.tenants[${index}].${key}`, given, wrong, allowed, fix },
        ];
        if (!existing.includes("namespace")) {
            const twin = there.get(namespace);
            return [
                ...(existing.length === 0
                    ? []
                    : problem(
                          "existing",
                          existing,
                          `the stack would create the namespace ${namespace}, in which nothing is yet`,
                          "namespace, or both",
                          "write [namespace, serviceAccount], or remove it",
                      )),
                ...(twin === undefined
                    ? []
                    : problem(
                          "existing",
                          existing,
                          `the namespace ${namespace} is there for the tenant ${twin}`,
                          "the same for all tenants of a namespace",
                          "write [namespace] here too, or give the tenant another namespace",
                      )),
            ];
        }
        return networkPolicy
            ? problem(
                  "existing",
                  existing,
                  `access.networkPolicy would cut all other pods of the namespace ${namespace} off too`,
                  "namespaces that the stack creates, with access.networkPolicy",
                  "remove access.networkPolicy, and restrict the service's pods by a NetworkPolicy of your own",
              )
            : [];
    });
}

function isThere(tenant: TenantSettings): tenant is Extract<TenantSettings, { readonly namespace: string }> {
    return "namespace" in tenant && tenant.existing?.includes("namespace") === true;
}
