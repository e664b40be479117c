import type { World } from "../access/postgres/world";
import type { Facts, Listed } from "./facts";
import type { Finding } from "./finding";
import { alterOwner, describe } from "./statements";

/** The owner that an object shall have: its schema's; nobody in particular for what is in no schema of ours. */
export function ownerOf(world: World): (object: Pick<Listed, "kind" | "database" | "schema" | "name">) => string | undefined {
    const declared = world.objects.filter(({ future }) => future !== true);
    const schemas = new Map(declared.filter(({ kind, source }) => kind === "schema" && source.startsWith("urn:")).map(({ database, name, owner }) => [`${database}/${name}`, owner]));
    const databases = new Map(declared.filter(({ kind }) => kind === "database").map(({ name, owner }) => [name, owner]));
    return ({ kind, database, schema, name }) => (kind === "database" ? databases.get(name) : schemas.get(`${database}/${schema ?? name}`));
}

/** Databases, schemas, and what is in the schemas, that belong to somebody else than declared. */
export function ownerFindings(world: World, facts: Facts): Finding[] {
    const wantedOf = ownerOf(world);
    return facts.objects.flatMap((object): Finding[] => {
        const { kind, database, owner, linked } = object;
        const wanted = wantedOf(object);
        // A column has its table's owner, and so has a column's sequence.
        if (wanted === undefined || wanted === owner || kind === "column" || linked) {
            return [];
        }
        const message = `${describe(object)} belongs to ${owner}, not to ${wanted}`;
        return [{ kind: "owner", message, database, sql: [alterOwner(object, wanted)], as: [owner, wanted] }];
    });
}
