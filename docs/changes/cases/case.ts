import { isRecord } from "../../../toolkit/record";
import type { Base } from "../stacks/bases";

/** A change of one key of a deployed stack. */
export interface Case {
    readonly base: Base;
    readonly edits: readonly Edit[];
}

/** A change of a value at a path, in which numbers are positions in lists; the first edit is the key's own. */
interface Edit {
    /** For the positions of the key's lists, in order. */
    readonly positions: readonly number[];
    /** Another key than the case's, which must change with it. */
    readonly path?: string;
    readonly change: (value: unknown) => unknown;
}

/**
 * The cases of a key by transition. A transition that depends on the values has several, each with its description after
 * a colon: `changed: to a later minor version`.
 */
export type Cases = Readonly<Record<string, Readonly<Record<string, Case>>>>;

/** The key gets another value. */
export function set(base: Base, value: unknown, ...positions: readonly number[]): Case {
    return { base, edits: [{ positions, change: () => value }] };
}

/** The key is removed. */
export function unset(base: Base, ...positions: readonly number[]): Case {
    return set(base, undefined, ...positions);
}

/** The list gains an entry at its end. */
export function append(base: Base, entry: unknown, ...positions: readonly number[]): Case {
    return { base, edits: [{ positions, change: (value) => [...listOf(value), entry] }] };
}

/** The list loses the entry at an index. */
export function drop(base: Base, index: number, ...positions: readonly number[]): Case {
    return { base, edits: [{ positions, change: (value) => listOf(value).filter((_, at) => at !== index) }] };
}

/** The case with other keys that have to change in the same run, by path (`access.tenants.0.image`). */
export function alongside(one: Case, others: Readonly<Record<string, unknown>>): Case {
    const more = Object.entries(others).map(([path, value]) => ({ path, positions: [], change: () => value }));
    return { ...one, edits: [...one.edits, ...more] };
}

/** The config of the base after the change of a key. */
export function changed(
    config: Readonly<Record<string, unknown>>,
    key: string,
    { edits }: Case,
): Readonly<Record<string, unknown>> {
    return edits.reduce((before, { path = key, positions, change }) => {
        const left = [...positions];
        const steps = path
            .split(".")
            .flatMap((name) =>
                name.endsWith("[]")
                    ? [name.slice(0, -2), left.shift() ?? 0]
                    : [/^\d+$/.test(name) ? Number(name) : name],
            );
        const [first = "", ...rest] = steps;
        return edit(before, [`keyless:${first}`, ...rest], change) as Readonly<Record<string, unknown>>;
    }, config);
}

function edit(
    value: unknown,
    [step, ...rest]: readonly (string | number)[],
    change: (value: unknown) => unknown,
): unknown {
    if (step === undefined) {
        return change(value);
    }
    if (typeof step === "number") {
        return listOf(value).map((entry, at) => (at === step ? edit(entry, rest, change) : entry));
    }
    const group = isRecord(value) ? value : {};
    const inner = edit(group[step], rest, change);
    const others = Object.fromEntries(Object.entries(group).filter(([name]) => name !== step));
    return inner === undefined ? others : { ...others, [step]: inner };
}

function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}
