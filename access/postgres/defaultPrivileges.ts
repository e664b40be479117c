import { DATABASE_OWNER, Members } from "./members";
import { builtIn, PUBLIC } from "./serverState";
import type { Defaults, Entry, ObjectKind, PgObject, ServerState } from "./serverState";

/** The kinds whose objects migrations create later. */
export const FUTURE_KINDS: readonly ObjectKind[] = ["table", "sequence", "function"];

/** Default privileges, found by their scope. */
export class DefaultEntries {
    private readonly found = new Map<string, Defaults>();

    constructor(
        private readonly version: number,
        defaults: readonly Defaults[] = [],
    ) {
        defaults.forEach((one) => this.set(one));
    }

    /** Replaces the setting for the same database, owner, kind and schema. */
    set(defaults: Defaults): void {
        this.found.set(keyOfDefaults(defaults), defaults);
    }

    all(): readonly Defaults[] {
        return [...this.found.values()];
    }

    /** The setting for a database, owner, kind and schema, or Postgres' built-in default. */
    at(to: Omit<Defaults, "entries">): readonly Entry[] {
        return (
            this.found.get(keyOfDefaults(to))?.entries ??
            (to.schema === undefined ? builtIn(to.kind, to.owner, this.version) : [])
        );
    }

    /** The access list of a new object of this owner (`get_user_default_acl`). */
    of(to: Omit<Defaults, "entries">): readonly Entry[] {
        const everywhere = this.at({ ...to, schema: undefined });
        const entries = to.schema === undefined ? everywhere : [...everywhere, ...this.at(to)];
        // If nothing is left, Postgres falls back to its built-in defaults (aclmerge returns NULL).
        return entries.length === 0 ? builtIn(to.kind, to.owner, this.version) : entries;
    }
}

/** For every schema and every role that may create objects in it: one object of each kind for all future ones. */
export function futureObjects(world: ServerState): readonly PgObject[] {
    const defaults = new DefaultEntries(world.version, world.defaults);
    const members = new Members(world);
    return world.objects
        .filter((object) => object.kind === "schema")
        .flatMap((schema) =>
            makers(world, members, schema).flatMap((owner) =>
                FUTURE_KINDS.map((kind) => ({
                    kind,
                    database: schema.database,
                    schema: schema.name,
                    name: "*",
                    owner,
                    entries: defaults.of({ database: schema.database, schema: schema.name, kind, owner }),
                    future: true,
                    source: schema.source,
                })),
            ),
        );
}

/**
 * The roles that may create in a schema, by a direct or inherited entry. PUBLIC's entry shows on the schema itself:
 * the owners of those objects are unknown.
 */
function makers(world: ServerState, members: Members, schema: PgObject): readonly string[] {
    const found = new Set<string>();
    for (const entry of schema.entries) {
        if (entry.privilege !== "CREATE" || entry.grantee === PUBLIC) {
            continue;
        }
        const grantee = entry.grantee === DATABASE_OWNER ? databaseOwner(world, schema.database) : entry.grantee;
        for (const heir of members.heirs(grantee)) {
            if (heir === grantee || world.roles.get(heir)?.login === true) {
                found.add(heir);
            }
        }
    }
    return [...found];
}

function databaseOwner(world: ServerState, database: string): string {
    return (
        world.objects.find((object) => object.kind === "database" && object.name === database)?.owner ?? DATABASE_OWNER
    );
}

function keyOfDefaults(to: Omit<Defaults, "entries">): string {
    return [to.database, to.owner, to.kind, to.schema ?? ""].join("\n");
}
