import * as pulumi from "@pulumi/pulumi";
import { missingTenants, type NamingTenants } from "./missingTenants";

/**
 * Refuses profiles that name tenants which do not exist.
 *
 * @throws pulumi.RunError with all of them
 */
export function checkNamedTenants(
    tenants: readonly { readonly name: string }[],
    profiles: readonly NamingTenants[],
): void {
    const names = new Set(tenants.map(({ name }) => name));
    const errors = profiles.flatMap((profile, index) =>
        missingTenants(profile, names).map(
            ({ key, given, allowed }) =>
                `access.profiles[${index}].${key}: ${given} is not a tenant of this access; allowed: ${allowed.join(", ")}; name one of them, or add the tenant`,
        ),
    );
    if (errors.length > 0) {
        throw new pulumi.RunError(errors.join("\n"));
    }
}
