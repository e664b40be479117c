import { label } from "../resources/resource";
import { DISRUPTIVE, EFFECTS } from "./effect";
import type { Effect } from "./effect";
import { isWithin } from "../resources/operations";
import type { Operation } from "../resources/operations";
import { TYPES } from "./types";

/** What a change does in one way to deployed resources, with one effect. */
export interface Consequence {
    readonly effect: Effect;
    readonly operation: Operation["operation"];
    /** The properties that change; for a replacement, those that cause it. */
    readonly properties: readonly string[];
    /** The resources' labels: `aws:Proxy shop`. */
    readonly resources: readonly string[];
}

/** The effects of operations on what runs, worst first; operations without an effect are omitted. */
export function consequencesOf(operations: readonly Operation[]): readonly Consequence[] {
    const groups = new Map<string, Omit<Consequence, "resources"> & { readonly resources: string[] }>();
    for (const operation of operations) {
        const effect = effectOf(operation);
        if (effect === undefined) {
            continue;
        }
        const like = { effect, operation: operation.operation, properties: operation.properties };
        const key = JSON.stringify(like);
        const group = groups.get(key) ?? { ...like, resources: [] };
        group.resources.push(label(operation.resource));
        groups.set(key, group);
    }
    groups.forEach(({ resources }) => resources.sort());
    const rank = ({ effect }: Consequence): number => EFFECTS.indexOf(effect);
    return [...groups.values()].sort(
        (one, other) => rank(one) - rank(other) || other.resources.length - one.resources.length || byName(one, other),
    );
}

/** Whether a change deletes, replaces or interrupts what holds data or carries traffic. */
export function disrupts(consequences: readonly Consequence[]): boolean {
    return consequences.some(({ effect }) => DISRUPTIVE.includes(effect));
}

function effectOf({ operation, resource, properties }: Operation): Effect | undefined {
    const { type, component } = resource;
    // Components have no state of their own, and a provider's replacement shows in its resources.
    if (component || type.startsWith("pulumi:")) {
        return undefined;
    }
    const known = TYPES[type];
    if (operation !== "updated") {
        return known === undefined ? "other" : known.gone;
    }
    const effects = Object.entries(known?.updated ?? {})
        .filter(([path]) => properties.some((property) => isWithin(property, path)))
        .map(([, effect]) => effect);
    return EFFECTS.find((effect) => effects.includes(effect));
}

function byName({ resources: [one = ""] }: Consequence, { resources: [other = ""] }: Consequence): number {
    return one < other ? -1 : 1;
}
