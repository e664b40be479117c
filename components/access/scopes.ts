import type * as pulumi from "@pulumi/pulumi";
import { groupedBy } from "../../toolkit/grouped";
import { everyTenant } from "../tenancy/privileges";
import type { ReadyDatabase } from "./databases";
import type { ProfileEntry, ProfileGrant } from "./entries";

/** One grant of a profile. */
export interface ScopedGrant {
    readonly entry: ProfileEntry;
    readonly grant: ProfileGrant;
}

/**
 * Which profiles concern which tenants, found by name: a search of all profiles for each tenant would take quadratic
 * time. All lists are in the order of the config.
 */
export class Scopes {
    private readonly byName: Ordered<ProfileEntry>;
    private readonly concerned: Ordered<ProfileEntry>;
    private readonly granted: Ordered<ScopedGrant>;
    private readonly held: Ordered<ProfileEntry>;
    private readonly order: ReadonlyMap<string, number>;
    private readonly everyGroup: readonly pulumi.Output<string>[];

    /** @param places the database of each tenant */
    constructor(
        entries: readonly ProfileEntry[],
        private readonly places: ReadonlyMap<string, ReadyDatabase>,
    ) {
        this.byName = new Ordered(entries.map((entry) => [entry.name, entry] as const));
        this.concerned = new Ordered(
            entries.flatMap((entry) => [...tenantsOf(entry)].map((tenant) => [tenant, entry] as const)),
        );
        this.granted = new Ordered(
            entries.flatMap((entry) => entry.grants.map((grant) => [grant.tenant, { entry, grant }] as const)),
        );
        this.held = new Ordered(
            entries.flatMap((entry) => entry.holders.map(({ tenant = "" }) => [tenant, entry] as const)),
        );
        this.order = new Map([...places.keys()].map((name, index) => [name, index]));
        this.everyGroup = [...new Set([...places.values()].map(({ group }) => group))];
    }

    /** The profiles that concern a tenant. */
    concerning(tenant: string): readonly ProfileEntry[] {
        return this.concerned.of(tenant, everyTenant);
    }

    /** The grants on a tenant's objects. */
    grantsOn(tenant: string): readonly ScopedGrant[] {
        return this.granted.of(tenant, everyTenant);
    }

    /** The profiles that a tenant's own login holds. */
    heldBy(tenant: string): readonly ProfileEntry[] {
        return this.held.of(tenant);
    }

    /** The profiles of these names. */
    named(names: readonly string[]): readonly ProfileEntry[] {
        return this.byName.of(...names);
    }

    /** The groups whose members may connect to the databases of the tenants that these profiles concern. */
    groupsOf(entries: readonly ProfileEntry[]): readonly pulumi.Output<string>[] {
        const names = new Set(entries.flatMap((entry) => [...tenantsOf(entry)]));
        return names.has(everyTenant)
            ? this.everyGroup
            : [...new Set(this.inOrder(names).flatMap((name) => this.places.get(name)?.group ?? []))];
    }

    /** Those of the names that are tenants'. */
    inOrder(names: Iterable<string>): readonly string[] {
        const known = [...names].flatMap((name) => {
            const at = this.order.get(name);
            return at === undefined ? [] : [{ name, at }];
        });
        return known.sort((one, other) => one.at - other.at).map(({ name }) => name);
    }
}

/** The tenants that a profile names, or `*`. */
function tenantsOf({ grants, actsAs }: ProfileEntry): ReadonlySet<string> {
    return new Set([...grants.map(({ tenant }) => tenant), ...(actsAs === undefined ? [] : [actsAs])]);
}

/** Values by key, which keep their order across keys. */
class Ordered<T> {
    private readonly byKey: ReadonlyMap<
        string,
        readonly { readonly key: string; readonly value: T; readonly at: number }[]
    >;

    constructor(pairs: readonly (readonly [key: string, value: T])[]) {
        this.byKey = groupedBy(
            pairs.map(([key, value], at) => ({ key, value, at })),
            ({ key }) => key,
        );
    }

    /** The values of these keys, each once. */
    of(...keys: readonly string[]): readonly T[] {
        const found = keys.flatMap((key) => this.byKey.get(key) ?? []);
        return [...new Set(found.sort((one, other) => one.at - other.at).map(({ value }) => value))];
    }
}
