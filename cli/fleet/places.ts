import type { Problem } from "../../config/problems";
import type { FleetPlan, FleetTenant } from "./plan";

/** The shards by their stacks' names; what is committed beside the plan. */
export type Placement = Readonly<Record<string, PlacedShard>>;

interface PlacedShard {
    readonly cell: string;
    readonly tenants: readonly string[];
    /** Of renamed tenants: the names that they were created with. */
    readonly createdAs?: Readonly<Record<string, string>>;
}

/** A tenant as the placement file has it. */
interface Place {
    readonly name: string;
    /** What it was created with, and what its data is called: its first name, whatever its names since then. */
    readonly schema: string;
    readonly shard: string;
    readonly cell: string;
}

/** The schema of a tenant of this name: `formerly` is the name that the tenant was created with, and is kept. */
export function schemaOf({ name, formerly }: FleetTenant): string {
    return typeof formerly === "string" ? formerly : name;
}

/**
 * Which shard has each tenant's data. A tenant is known by its schema: a name can pass from one tenant to another, also in
 * the change that renames the first one, and whoever got a shard by a name would get somebody else's data.
 */
export class Places {
    readonly problems: readonly Problem[];
    private readonly found = new Map<string, Place>();

    constructor({ tenants }: FleetPlan, before: Placement) {
        const all = placesIn(before);
        const problems: Problem[] = [...placedTwice(all)];
        tenants.forEach((tenant, index) => {
            const own = all.filter(({ schema }) => schema === schemaOf(tenant));
            const exact = own.find(({ name }) => name === tenant.name);
            const free = own.filter(
                ({ name }) => !tenants.some((one) => one.name === name && schemaOf(one) === schemaOf(tenant)),
            );
            const inCell = free.filter(({ cell }) => cell === tenant.cell);
            const [first, ...more] = exact !== undefined ? [exact] : inCell.length > 0 ? inCell : free;
            if (more.length > 0) {
                problems.push(
                    severalOf(
                        index,
                        tenant,
                        [first, ...more].flatMap((one) => one?.cell ?? []),
                    ),
                );
            }
            if (first !== undefined) {
                this.found.set(tenant.name, first);
            }
        });
        const taken = new Set(this.found.values());
        tenants.forEach((tenant, index) => {
            // The placement does not say with which name it was created.
            const named = all.find((one) => one.name === tenant.name && !taken.has(one));
            if (named === undefined || this.found.has(tenant.name)) {
                return;
            }
            this.found.set(tenant.name, named);
            if (named.schema !== named.name) {
                problems.push(forgotten(index, tenant, named));
            }
        });
        this.problems = [...problems, ...this.sharedSchemas(tenants)];
    }

    /** The shard of a tenant; undefined if it is new. */
    of({ name }: FleetTenant): string | undefined {
        return this.found.get(name)?.shard;
    }

    /** Tenants of one schema, unless they are in different cells, and so in different databases. */
    private sharedSchemas(tenants: readonly FleetTenant[]): Problem[] {
        const cellOf = (tenant: FleetTenant) => this.found.get(tenant.name)?.cell ?? tenant.cell;
        return tenants.flatMap((tenant, index) => {
            const schema = schemaOf(tenant);
            const other = tenants
                .slice(0, index)
                .find((one) => schemaOf(one) === schema && !areApart(cellOf(one), cellOf(tenant)));
            return other === undefined ? [] : [oneSchema(index, tenant, other)];
        });
    }
}

function areApart(cell: string | undefined, other: string | undefined): boolean {
    return cell !== undefined && other !== undefined && cell !== other;
}

function placesIn(before: Placement): readonly Place[] {
    return Object.entries(before).flatMap(([shard, { cell, tenants, createdAs = {} }]) =>
        tenants.map((name) => ({
            name,
            schema: Object.hasOwn(createdAs, name) ? (createdAs[name] ?? name) : name,
            shard,
            cell,
        })),
    );
}

/** As a merge of two branches leaves it: each shard may have the tenant's data. */
function placedTwice(places: readonly Place[]): Problem[] {
    return places.flatMap((place, index) => {
        const same = (one: Place) =>
            one.name === place.name || (one.schema === place.schema && one.cell === place.cell);
        const all = places.filter((one) => same(one));
        return all.length < 2 || places.findIndex((one) => same(one)) < index
            ? []
            : [
                  {
                      path: "the placement file",
                      given: all.map(({ shard }) => shard),
                      wrong: `${[...new Set(all.map(({ name }) => name))].join(", also named ")} is in several shards`,
                      allowed: "each tenant in one",
                      fix: "keep it in the shard that has its data, and remove it from the others' tenants",
                  },
              ];
    });
}

function severalOf(index: number, tenant: FleetTenant, cells: readonly string[]): Problem {
    return {
        path: `tenants[${index}].formerly`,
        given: schemaOf(tenant),
        wrong: `several cells have a tenant that was created with this name: ${cells.join(", ")}`,
        allowed: "one that is meant",
        fix: "write the cell of the tenant that is renamed",
    };
}

function forgotten(index: number, tenant: FleetTenant, { schema, shard }: Place): Problem {
    return {
        path: `tenants[${index}].formerly`,
        given: tenant["formerly"],
        wrong: `${tenant.name} was created as ${schema} (${shard}), and would lose its data`,
        allowed: schema,
        fix: `write formerly: ${schema}; if this is another tenant, remove the old one first, in a change of its own`,
    };
}

function oneSchema(index: number, tenant: FleetTenant, other: FleetTenant): Problem {
    const schema = schemaOf(tenant);
    return {
        path: `tenants[${index}].${typeof tenant["formerly"] === "string" ? "formerly" : "name"}`,
        given: schema,
        wrong: `${other.name} has the schema ${schema} too, and one would get the other's data`,
        allowed: "each schema once in a cell",
        fix: `give a new tenant a name that no other was created with; correct formerly if ${tenant.name} was never ${schema}`,
    };
}
