import * as pulumi from "@pulumi/pulumi";
import { everyTenant } from "../tenancy/privileges";
import type { ProfileEntry, TenantEntry } from "./entries";

/**
 * A profile that names a tenant which is not there would give nothing, and say nothing.
 *
 * @throws pulumi.RunError with all of them
 */
export function checkNamedTenants(
    tenants: readonly Pick<TenantEntry, "name">[],
    profiles: readonly ProfileEntry[],
): void {
    const there = new Set(tenants.map(({ name }) => name));
    const errors = profiles.flatMap(({ grants, holders, actsAs }, index) =>
        [
            ...grants.map(({ tenant }, at) => ({ key: `grants[${at}].tenant`, tenant, all: true })),
            ...holders.map(({ tenant }, at) => ({ key: `holders[${at}].tenant`, tenant, all: false })),
            { key: "actsAs", tenant: actsAs, all: false },
        ].flatMap(({ key, tenant, all }) =>
            tenant === undefined || there.has(tenant) || (all && tenant === everyTenant)
                ? []
                : [
                      `access.profiles[${index}].${key}: ${tenant} is not a tenant of this access; allowed: ${[...(all ? [everyTenant] : []), ...there].join(", ")}; name one of them, or add the tenant`,
                  ],
        ),
    );
    if (errors.length > 0) {
        throw new pulumi.RunError(errors.join("\n"));
    }
}
