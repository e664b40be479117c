import type { ServerState } from "../access/postgres/serverState";
import type { Facts } from "./facts";
import type { Found } from "./finding";
import { alterOwner, describe, type NamedObject } from "./statements";

/** Returns an object's declared owner; undefined outside declared schemas. */
export type OwnerOf = (
    object: Pick<NamedObject, "kind" | "database" | "schema" | "name"> & { readonly owner: string },
) => string | undefined;

/**
 * The objects of a schema must have its owner. A database that comes with the server may belong to any provisioner: the
 * master owns one on RDS. On an existing server it belongs to whomever it belongs to.
 */
export function ownerOf(world: ServerState, administrators: readonly string[], existing: boolean): OwnerOf {
    const declared = world.objects.filter(({ future }) => future !== true);
    const schemas = new Map(
        declared
            .filter(({ kind, source }) => kind === "schema" && source.startsWith("urn:"))
            .map(({ database, name, owner }) => [`${database}/${name}`, owner]),
    );
    const databases = new Map(
        declared
            .filter(({ kind }) => kind === "database")
            .map(({ name, owner, source }) => [name, { owner, made: source.startsWith("urn:") }]),
    );
    return ({ kind, database, schema, name, owner }) => {
        if (kind !== "database") {
            return schemas.get(`${database}/${schema ?? name}`);
        }
        const plan = databases.get(name);
        return plan !== undefined && !plan.made && (existing || administrators.includes(owner)) ? owner : plan?.owner;
    };
}

/** Databases, schemas and their objects whose owner is not the declared one. */
export function ownerFindings(wantedOf: OwnerOf, facts: Facts): Found[] {
    return facts.objects.flatMap((object): Found[] => {
        const { kind, database, owner, linked } = object;
        const wanted = wantedOf(object);
        // A column and its sequence have the table's owner.
        if (wanted === undefined || wanted === owner || kind === "column" || linked) {
            return [];
        }
        const message = `${describe(object)} belongs to ${owner}, not to ${wanted}`;
        const about = { roles: [owner], place: object };
        return [{ kind: "owner", about, message, database, sql: [alterOwner(object, wanted)], as: [owner, wanted] }];
    });
}
