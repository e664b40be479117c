import { everyTenant } from "../tenancy/privileges";

/** A profile, as far as it names tenants. */
export interface NamingTenants {
    readonly grants: readonly { readonly tenant: string }[];
    readonly holders: readonly { readonly tenant?: string | undefined }[];
    readonly actsAs?: string | undefined;
}

/** A tenant that a profile names and that does not exist. */
export interface MissingTenant {
    /** The path of the key within the profile: `grants[0].tenant`. */
    readonly key: string;
    readonly given: string;
    readonly allowed: readonly string[];
}

interface Named {
    readonly key: string;
    readonly given: string | undefined;
    /** What is allowed beside tenants. */
    readonly more: readonly string[];
}

/** The tenants that a profile names and that do not exist: for them it would give nothing, and say nothing. */
export function missingTenants(
    { grants, holders, actsAs }: NamingTenants,
    tenants: ReadonlySet<string>,
): MissingTenant[] {
    const named: readonly Named[] = [
        ...grants.map(({ tenant }, at) => ({ key: `grants[${at}].tenant`, given: tenant, more: [everyTenant] })),
        ...holders.map(({ tenant }, at) => ({ key: `holders[${at}].tenant`, given: tenant, more: [] })),
        { key: "actsAs", given: actsAs, more: [] },
    ];
    return named.flatMap(({ key, given, more }) =>
        given === undefined || tenants.has(given) || more.includes(given)
            ? []
            : [{ key, given, allowed: [...more, ...tenants] }],
    );
}
