import type { Problem } from "../../config/problems";
import type { Cell, FleetPlan, FleetTenant } from "./plan";
import { usesOf } from "./limits";
import { Places, schemaOf, type Placement } from "./places";
import { unitsOf, type Unit } from "./units";

/** An access stack of a cell, with what it declares. */
export interface Shard {
    readonly name: string;
    readonly cell: Cell;
    readonly units: readonly Unit[];
}

/** The shards, or what prevents some tenants from being placed. */
export interface Placed {
    readonly shards: readonly Shard[];
    readonly problems: readonly Problem[];
}

interface Filling {
    readonly name: string;
    readonly cell: Cell;
    readonly units: Unit[];
}

/**
 * Assigns each tenant to a shard. A placed tenant stays, whoever comes or leaves; a new one gets the first shard with room
 * of its cell, or of the first cell with room. A shard stays when its last tenant leaves, so that its stack removes them.
 */
export function place(plan: FleetPlan, before: Placement): Placed {
    const shards: Filling[] = Object.entries(before).flatMap(([name, { cell }]) => {
        const found = plan.cells.find((one) => one.name === cell);
        return found === undefined ? [] : [{ name, cell: found, units: [] }];
    });
    const places = new Places(plan, before);
    const problems: Problem[] = [...lostCells(plan, before), ...places.problems];
    const units = unitsOf(plan);
    const placeOf = (tenant: FleetTenant) => places.of(tenant);
    const held = (unit: Unit) => [...new Set(unit.tenants.flatMap((tenant) => placeOf(tenant) ?? []))];
    // Those that stay come first: a new one must not take their room.
    for (const unit of units.filter((one) => held(one).length > 0)) {
        const [first, ...others] = held(unit);
        const shard = shards.find(({ name }) => name === first);
        const cell = cellOf(unit);
        if (others.length > 0) {
            problems.push(apart(plan, unit, placeOf));
        } else if (shard !== undefined && cell !== undefined && cell !== shard.cell.name) {
            problems.push(moving(plan, unit, shard, cell));
        } else {
            shard?.units.push(unit);
        }
    }
    for (const unit of units.filter((one) => held(one).length === 0)) {
        const wanted = cellOf(unit);
        const cells = plan.cells.filter(({ name }) => wanted === undefined || name === wanted);
        const shard = cells.map((cell) => roomIn(plan, cell, shards, unit)).find((one) => one !== undefined);
        if (shard === undefined) {
            problems.push(full(plan, unit, cells, shards));
        } else {
            shard.units.push(unit);
        }
    }
    return { shards, problems: [...problems, ...overfull(plan, shards)] };
}

/** What is to be committed. */
export function placementOf(shards: readonly Shard[]): Placement {
    return Object.fromEntries(
        shards.map(({ name, cell, units }) => {
            const renamed = units
                .flatMap(({ tenants }) => tenants)
                .filter((tenant) => schemaOf(tenant) !== tenant.name)
                .map((tenant) => [tenant.name, schemaOf(tenant)] as const)
                .sort(([one], [other]) => (one < other ? -1 : 1));
            const createdAs = renamed.length === 0 ? {} : { createdAs: Object.fromEntries(renamed) };
            return [name, { cell: cell.name, tenants: tenantsOf(units), ...createdAs }];
        }),
    );
}

export function tenantsOf(units: readonly Unit[]): readonly string[] {
    return units.flatMap(({ tenants }) => tenants.map(({ name }) => name)).sort();
}

function cellOf({ tenants }: Unit): string | undefined {
    return tenants.map(({ cell }) => cell).find((cell) => cell !== undefined);
}

/** A shard of the cell that can take the unit, a new one if need be. */
function roomIn(plan: FleetPlan, cell: Cell, shards: Filling[], unit: Unit): Filling | undefined {
    const own = shards.filter((shard) => shard.cell === cell);
    if (exceeded(cell, [...own.flatMap(({ units }) => units), unit]).length > 0) {
        return undefined;
    }
    const size = unit.tenants.length;
    const found = own.find(({ units }) => tenantsOf(units).length + size <= plan.tenantsPerShard);
    if (found !== undefined || own.length >= cell.shards || size > plan.tenantsPerShard) {
        return found;
    }
    const taken = own.map(({ name }) => Number(name.split("-").at(-1)));
    const number = String(Math.max(0, ...taken) + 1).padStart(3, "0");
    const made = { name: `${plan.name}-${cell.name}-${number}`, cell, units: [] };
    shards.push(made);
    return made;
}

function exceeded(cell: Cell, units: readonly Unit[]): readonly string[] {
    return usesOf(cell, units)
        .filter(({ used, most }) => used > most)
        .map(({ what, used, most, source }) => `${used} ${what}, of ${most} (${source})`);
}

function pathOf(plan: FleetPlan, { tenants: [first] }: Unit): string {
    return `tenants[${plan.tenants.findIndex(({ name }) => name === first?.name)}]`;
}

function full(plan: FleetPlan, unit: Unit, cells: readonly Cell[], shards: readonly Filling[]): Problem {
    const reasons = cells.map((cell) => {
        const own = shards.filter((shard) => shard.cell === cell);
        const over = exceeded(cell, [...own.flatMap(({ units }) => units), unit]);
        const room = `${own.length} of ${cell.shards} shards, and none has room for ${unit.tenants.length} more of ${plan.tenantsPerShard} tenants`;
        return `${cell.name}: ${over.length > 0 ? `it would have ${over.join(", ")}` : room}`;
    });
    return {
        path: pathOf(plan, unit),
        given: unit.tenants.map(({ name }) => name),
        wrong: `no cell has room (${reasons.join("; ")})`,
        allowed: "what the cells' limits leave",
        fix: "add a cell, or raise the limit if AWS raised the quota",
    };
}

/** Entries that grew in place. */
function overfull(plan: FleetPlan, shards: readonly Filling[]): Problem[] {
    const cells = plan.cells.flatMap((cell, index) => {
        const units = shards.filter((shard) => shard.cell === cell).flatMap((shard) => shard.units);
        return exceeded(cell, units).map((over) => ({
            path: `cells[${index}]`,
            given: cell.name,
            wrong: `it would have ${over}`,
            allowed: "at most the limit",
            fix: "move tenants to another cell, or raise the limit if AWS raised the quota",
        }));
    });
    const large = shards
        .filter(({ units }) => tenantsOf(units).length > plan.tenantsPerShard)
        .map(({ name, units }) => ({
            path: "tenantsPerShard",
            given: plan.tenantsPerShard,
            wrong: `${name} has ${tenantsOf(units).length} tenants, which do not move`,
            allowed: `at least ${tenantsOf(units).length}`,
            fix: "raise it; new tenants get other shards",
        }));
    return [...cells, ...large];
}

function apart(plan: FleetPlan, unit: Unit, placeOf: (tenant: FleetTenant) => string | undefined): Problem {
    const pairs = unit.tenants.flatMap((tenant) => {
        const shard = placeOf(tenant);
        return shard === undefined ? [] : [`${tenant.name} in ${shard}`];
    });
    return {
        path: pathOf(plan, unit),
        given: unit.tenants.map(({ name }) => name),
        wrong: `a namespace, a profile or a person links them, and they are in several shards: ${pairs.join(", ")}`,
        allowed: "linked tenants in one shard",
        fix: "give each shard's tenants a namespace, profiles and people of their own",
    };
}

function moving(plan: FleetPlan, unit: Unit, { name, cell }: Filling, wanted: string): Problem {
    return {
        path: `${pathOf(plan, unit)}.cell`,
        given: wanted,
        wrong: `its data is in the cell ${cell.name} (${name})`,
        allowed: cell.name,
        fix: "write that one; for another cell, add a tenant there and move the data",
    };
}

function lostCells({ cells }: FleetPlan, before: Placement): Problem[] {
    const known = cells.map(({ name }) => name);
    return Object.entries(before)
        .filter(([, { cell }]) => !known.includes(cell))
        .map(([shard, { cell }]) => ({
            path: "cells",
            given: known,
            wrong: `${cell}, which has the shard ${shard}, is missing`,
            allowed: "every cell that has shards",
            fix: `write it again; or, after keyless fleet down --shard ${shard}, remove the shard from the placement file`,
        }));
}
