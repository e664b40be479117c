import type * as pulumi from "@pulumi/pulumi";
import type { GroupRightsArgs } from "../tenancy/groupRights/groupRights";
import { namesOf, schemasOf } from "../tenancy/names";
import type { ReadyDatabase } from "./databases";
import type { ProfileEntry, TenantEntry } from "./entries";

type Right = GroupRightsArgs["rights"][number];

/** A tenant whose schemas and owner exist. */
export interface ExistingTenant {
    readonly owner: string;
    readonly schemas: readonly string[];
    readonly database: pulumi.Input<string>;
}

export function existingTenants(
    tenants: readonly TenantEntry[],
    placeOf: (database: string | undefined) => ReadyDatabase,
): ReadonlyMap<string, ExistingTenant> {
    return new Map(
        tenants
            .filter(({ model }) => model === "existing")
            .map((entry) => [
                entry.name,
                { owner: namesOf(entry).owner, schemas: schemasOf(entry), database: placeOf(entry.database).name },
            ]),
    );
}

/**
 * The rights of a profile on tenants whose schemas exist. A group of the program's own may also use the schemas; what a group that
 * existed may do stands in the profile.
 */
export function rightsOn(
    { group, grants }: ProfileEntry,
    existing: ReadonlyMap<string, ExistingTenant>,
): readonly Right[] {
    const rights = grants.flatMap(({ tenant, on, schemas, objects, columns, privileges }): Right[] => {
        const there = existing.get(tenant);
        return (schemas ?? there?.schemas ?? []).flatMap((schema) =>
            there === undefined
                ? []
                : [
                      {
                          database: there.database,
                          schema,
                          owner: there.owner,
                          on,
                          // No order in the config is a change, and outputs cannot be undefined.
                          ...(objects && { objects: [...objects].sort() }),
                          ...(columns && { columns: [...columns].sort() }),
                          privileges: [...privileges].sort(),
                      },
                  ],
        );
    });
    if (group !== undefined) {
        return rights;
    }
    const usable = new Map(
        rights.map(({ database, schema, owner }): [string, Right] => [
            JSON.stringify([schema, owner]),
            { database, schema, owner, on: "schemas", privileges: ["USAGE"], implied: true },
        ]),
    );
    return [...usable.values(), ...rights];
}
