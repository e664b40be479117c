import { DisjointSets } from "../../toolkit/disjointSets";
import { isRecord } from "../../toolkit/record";
import type { FleetPlan, FleetTenant } from "./plan";

/** Tenants that have to be in one shard, with the profiles and people that concern them. */
export interface Unit {
    readonly tenants: readonly FleetTenant[];
    readonly profiles: readonly Entry[];
    readonly people: readonly Entry[];
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Divides a plan into what cannot be divided further: tenants of one namespace, of one profile, or of profiles that one
 * person or login holds. A group role, a login and a namespace belong to one stack.
 */
export function unitsOf({ tenants, profiles, people }: FleetPlan): readonly Unit[] {
    const links = new DisjointSets<string>();
    for (const { name, ...entry } of tenants) {
        links.join(`tenant ${name}`, ...textsOf(entry["namespace"]).map((one) => `namespace ${one}`));
    }
    for (const { name, ...profile } of profiles) {
        const [grants, holders] = [recordsIn(profile["grants"]), recordsIn(profile["holders"])];
        const named = [...[...grants, ...holders].map(({ tenant }) => tenant), profile["actsAs"]].flatMap(textsOf);
        const all = named.includes("*") ? tenants.map((tenant) => tenant.name) : named;
        const logins = holders.flatMap(({ user }) => textsOf(user)).map((user) => `login ${user}`);
        links.join(`profile ${name}`, ...all.map((one) => `tenant ${one}`), ...logins);
    }
    for (const person of people) {
        const held = list(person["profiles"]).flatMap(textsOf);
        links.join(`login ${String(person["user"])}`, ...held.map((one) => `profile ${one}`));
    }
    const units = new Map<string, { tenants: FleetTenant[]; profiles: Entry[]; people: Entry[] }>();
    const unit = (key: string) => {
        const root = links.of(key);
        const found = units.get(root) ?? { tenants: [], profiles: [], people: [] };
        units.set(root, found);
        return found;
    };
    tenants.forEach((tenant) => unit(`tenant ${tenant.name}`).tenants.push(tenant));
    profiles.forEach((profile) => unit(`profile ${profile.name}`).profiles.push(profile));
    people.forEach((person) => unit(`login ${String(person["user"])}`).people.push(person));
    return [...units.values()].filter((one) => one.tenants.length > 0);
}

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

function recordsIn(value: unknown): readonly Entry[] {
    return list(value).filter(isRecord);
}

function textsOf(value: unknown): readonly string[] {
    return typeof value === "string" ? [value] : [];
}
