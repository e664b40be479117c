import { basename } from "node:path";

import { UserError } from "../../toolkit/userError";
import { type Fleet, type ShardStack } from "./shards";

export const listed = { type: "string", multiple: true } as const;
export const text = { type: "string" } as const;
export const flag = { type: "boolean", default: false } as const;

/** The options of every verb. */
export const common = { file: { type: "string", default: "keyless.fleet.yaml" }, json: flag } as const;

/** Of verbs that read or run shards. */
export const ofShards = { ...common, shard: listed } as const;

/** The shards with these names; all without names. @throws UserError that names unknown ones */
export function chosen({ stacks }: Pick<Fleet, "stacks">, names: readonly string[] | undefined): readonly ShardStack[] {
    const unknown = (names ?? []).filter((name) => !stacks.some((stack) => stack.name === name));
    if (unknown.length > 0) {
        throw new UserError(
            `there is no shard ${unknown.join(", ")}; allowed are ${stacks.map(({ name }) => name).join(", ")}`,
        );
    }
    return names === undefined ? stacks : stacks.filter(({ name }) => names.includes(name));
}

/** @throws UserError unless the placement and the shards' config files are those of the plan */
export function needPlaced(read: Fleet, file: string): Fleet {
    const [first, ...more] = read.stale;
    if (first !== undefined) {
        const others = more.length === 0 ? "" : ` and ${more.length} more ${more.length === 1 ? "file" : "files"}`;
        throw new UserError(
            `${file} has changes that ${basename(first)}${others} lack: run keyless fleet plan, and commit what it writes`,
        );
    }
    return read;
}

/** @throws UserError */
export function numberOf(option: string, given: string, least: number): number {
    const value = /^\d{1,6}$/.test(given) ? Number(given) : -1;
    if (value < least) {
        throw new UserError(`--${option} is ${given}; allowed is a whole number from ${least}`);
    }
    return value;
}
