import { configKeys, fallback, type Key } from "./configKeys";

/** A key of a stack's config, and the ways in which its value can change on a running stack. */
export interface DemandedKey {
    /** The key's path, such as `access.tenants[].image`. */
    readonly path: string;
    readonly transitions: readonly string[];
}

/**
 * Every change that a stack's config permits, read from its schema:
 * - an optional key is added, changed and removed; a required one, or one with a default, is changed;
 * - a number is raised and lowered: without the key, another number holds, or no limit, so that it is one of the two to
 *   add or remove it;
 * - a choice moves from each value to the next one and back, which includes a flag;
 * - a list gains and loses an entry; a list with a default is changed;
 * - of a group, its keys are changed; an optional group is added and removed.
 */
export function demandedKeys(): readonly DemandedKey[] {
    return within("", configKeys);
}

function within(path: string, key: Key): DemandedKey[] {
    const forms = [key, ...(key.anyOf ?? [])];
    const names = [...new Set(forms.flatMap(({ properties = {} }) => Object.keys(properties)))];
    return names.flatMap((name) => {
        const having = forms.filter(({ properties = {} }) => name in properties);
        const inner = having.map(({ properties = {} }) => properties[name]).find((one) => one !== undefined) ?? {};
        // A key of one form only marks that form: with it, the group has another form.
        const required = having.length === forms.filter(isGroup).length && having.every(isRequiredIn(name));
        return demandedOf(path === "" ? name : `${path}.${name}`, inner, required);
    });
}

function demandedOf(path: string, key: Key, required: boolean): DemandedKey[] {
    const transitions = transitionsOf(key, required);
    const own = transitions.length === 0 ? [] : [{ path, transitions }];
    return [...own, ...within(key.items === undefined ? path : `${path}[]`, key.items ?? key)];
}

function transitionsOf(key: Key, required: boolean): readonly string[] {
    const { default: value, items } = key;
    const always = required || value !== undefined;
    const optional = (...changes: string[]) => (always ? changes : ["added", ...changes, "removed"]);
    if (items !== undefined) {
        return isGroup(items) || items.anyOf !== undefined || !always ? ["added", "removed"] : ["changed"];
    }
    if (isGroup(key) || key.anyOf?.some(isGroup) === true) {
        return required || fallback(key) === "the defaults of its keys" ? [] : ["added", "removed"];
    }
    if (key.type === "boolean") {
        return ["false to true", "true to false"];
    }
    if (key.type === "number" || key.type === "integer") {
        return ["raised", "lowered"];
    }
    return optional(...(key.enum === undefined ? ["changed"] : toNeighbours(key.enum.map(String))));
}

/** From each value to the next one, and back. */
function toNeighbours(values: readonly string[]): string[] {
    return values.slice(1).flatMap((value, index) => [`${values[index]} to ${value}`, `${value} to ${values[index]}`]);
}

function isGroup({ properties }: Key): boolean {
    return properties !== undefined;
}

function isRequiredIn(name: string): (form: Key) => boolean {
    return ({ required = [] }) => required.includes(name);
}
