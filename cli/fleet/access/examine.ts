import { accessOf, compare, Survey, together } from "../../../access";
import type { AccessModel, Comparison, Findings, Resource } from "../../../access";
import { shown } from "../../../toolkit/shown";
import { UserError } from "../../../toolkit/userError";
import { type Cell, platformStacksOf } from "../plan";
import type { ShardStack } from "../shards";
import { readStack, type StackSource } from "./sources";

/** The versions to look at: what is, and what was, if something is compared. */
export interface Versions {
    readonly after: StackSource;
    /** Undefined: what the documents say themselves, as previews do. */
    readonly before?: StackSource | undefined;
    /** Whether there is an earlier version at all. */
    readonly compared: boolean;
}

/** One version of a stack. */
export interface Side {
    /** Of the stack and its platform together. */
    readonly model: AccessModel;
    readonly resources: readonly Resource[];
}

/** A stack of the fleet as it was looked at. */
export interface Examined {
    readonly stack: string;
    readonly kind: "platform" | "shard";
    readonly cell: string;
    readonly after: Side;
    readonly before?: Side;
    readonly comparison?: Comparison;
    /** For a shard: its platform's part of both versions, which is reported once. */
    readonly platform?: Examined;
}

/** What shows in several shards together, in both versions. */
export interface Together {
    readonly after: Findings;
    readonly before?: Findings;
}

interface Fleet {
    readonly cells: readonly Cell[];
    readonly shards: readonly ShardStack[];
    readonly versions: Versions;
}

/**
 * Reads one stack after another, and tells about each; keeps a platform and one shard in memory, and of all others their names.
 *
 * @param tell given undefined instead of a side for a shard that is not deployed
 */
export async function examine(
    { cells, shards, versions }: Fleet,
    tell: (examined: Examined | string) => Promise<void>,
): Promise<Together> {
    const surveys = { after: new Survey(), before: versions.compared ? new Survey() : undefined };
    const surveyed = new Set<string>();
    for (const cell of cells) {
        const own = shards.filter((shard) => shard.cell === cell.name);
        if (own.length === 0) {
            continue;
        }
        const platform = await platformOf(cell, versions);
        if (!surveyed.has(platform.stack)) {
            surveyed.add(platform.stack);
            surveys.after.addPlatform({ name: platform.stack, ...platform.after });
            if (platform.before !== undefined) {
                surveys.before?.addPlatform({ name: platform.stack, ...platform.before });
            }
            await tell(platform);
        }
        for (const { name, stack } of own) {
            const shard = await shardOn(platform, { name, stack }, versions);
            if (shard === undefined) {
                await tell(name);
                continue;
            }
            surveys.after.addShard({ name, ...shard.after });
            if (shard.before !== undefined) {
                surveys.before?.addShard({ name, ...shard.before });
            }
            await tell(shard);
        }
    }
    const ofSide = (side: "after" | "before") => async (names: readonly string[]) => {
        const group = shards.filter(({ name }) => names.includes(name));
        const used = cells.filter((cell) => group.some((shard) => shard.cell === cell.name));
        const homes = new Map<string, string>();
        const lists: (readonly Resource[])[] = [];
        for (const cell of used) {
            lists.push((await platformResources(cell, versions))[side] ?? []);
        }
        for (const { name, stack } of group) {
            const resources = (await versionsOf(stack, versions))?.[side] ?? [];
            resources.forEach(({ urn }) => homes.set(urn, name));
            lists.push(resources);
        }
        return { model: accessOf(together(...lists)), shardOf: (urn: string) => homes.get(urn) };
    };
    return {
        after: await surveys.after.findings(ofSide("after")),
        before: await surveys.before?.findings(ofSide("before")),
    };
}

/** The stacks that all shards of a cell use. */
async function platformOf(cell: Cell, versions: Versions): Promise<Examined> {
    const { after, before } = await platformResources(cell, versions);
    const [now, was] = [sideOf([], after), versions.compared ? sideOf([], before) : undefined];
    return { stack: cell.platformStack, kind: "platform", cell: cell.name, ...sides(now, was) };
}

async function platformResources(cell: Cell, versions: Versions): Promise<Record<"after" | "before", Resource[]>> {
    const found: Record<"after" | "before", Resource[]> = { after: [], before: [] };
    for (const stack of platformStacksOf(cell)) {
        const read = await versionsOf(stack, versions);
        // Without it nobody would seem to reach anything, such as in a backend that is another one by mistake.
        if (read?.isThere !== true) {
            throw new UserError(
                shown`there is no state of ${stack}, on which ${cell.name}'s shards are: is this the right backend or folder?`,
            );
        }
        found.after.push(...read.after);
        found.before.push(...(read.before ?? []));
    }
    return found;
}

async function shardOn(
    platform: Examined,
    { name, stack }: Pick<ShardStack, "name" | "stack">,
    versions: Versions,
): Promise<Examined | undefined> {
    const read = await versionsOf(stack, versions);
    if (read === undefined) {
        return undefined;
    }
    const after = sideOf(platform.after.resources, read.after);
    const before = versions.compared ? sideOf(platform.before?.resources ?? [], read.before ?? []) : undefined;
    return { stack: name, kind: "shard", cell: platform.cell, platform, ...sides(after, before) };
}

function sideOf(platform: readonly Resource[], resources: readonly Resource[]): Side {
    return { model: accessOf(together(platform, resources)), resources };
}

function sides(after: Side, before: Side | undefined): Pick<Examined, "after" | "before" | "comparison"> {
    return before === undefined ? { after } : { after, before, comparison: compare(before.model, after.model) };
}

interface ReadVersions {
    /** Whether the stack has a state now. */
    readonly isThere: boolean;
    readonly after: readonly Resource[];
    readonly before?: readonly Resource[];
}

async function versionsOf(stack: string, { after, before, compared }: Versions): Promise<ReadVersions | undefined> {
    const [now, was] = [
        await readStack(after, stack),
        before === undefined ? undefined : await readStack(before, stack),
    ];
    if (now === undefined && was === undefined) {
        return undefined;
    }
    // A document without an earlier version, such as the platform's export beside the shards' previews, did not change.
    const earlier = before === undefined ? (now?.before ?? now?.after) : (was?.after ?? []);
    return { isThere: now !== undefined, after: now?.after ?? [], ...(compared && { before: earlier ?? [] }) };
}
