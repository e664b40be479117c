import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";
import { ownName } from "../command/stackName";
import { type ExportedState, reparent } from "./reparent";
import type { ShardStack } from "./shards";

/** A resource in a stack's state. */
export interface Held {
    readonly urn: string;
    readonly type: string;
    readonly parent?: string;
}

/** What an engine would do with a resource. */
export interface Planned {
    readonly urn: string;
    readonly op: string;
}

/** The engine, for the states of stacks. */
export interface States {
    /** What an `up` of the shard would do. @throws UserError if the preview fails */
    preview(shard: ShardStack): Promise<readonly Planned[]>;
    /** The resources of a stack. */
    resources(stack: string): Promise<readonly Held[]>;
    /** Runs `pulumi` with these arguments in the shard's project. */
    pulumi(shard: ShardStack, args: readonly string[]): Promise<string>;
    /** A shard's stack as `pulumi` finds it. */
    named(shard: ShardStack): string;
}

export interface Moved {
    readonly shard: string;
    /** Without those that follow their parents; none if a move was killed after it moved them. */
    readonly urns: readonly string[];
}

/** Each run makes these again, or reads them; and the components that hold the whole access of both stacks. */
const remaining = /^(pulumi:pulumi:|pulumi:providers:|keyless:access:Access$)/;

/**
 * What each shard declares and another stack has in its state: to be moved from there. Children follow their parents.
 *
 * @param from the name of the stack that has the tenants
 */
export async function planMove(from: string, shards: readonly ShardStack[], states: States): Promise<readonly Moved[]> {
    const held = new Map((await states.resources(from)).map((resource) => [resource.urn, resource]));
    const moves: Moved[] = [];
    for (const shard of shards) {
        const planned = await states.preview(shard);
        const found = planned
            .filter(({ op }) => op === "create")
            .flatMap(({ urn }) => held.get(inStack(urn, from)) ?? [])
            .filter(({ type }) => !remaining.test(type));
        const urns = new Set(found.map(({ urn }) => urn));
        const roots = found.filter(({ parent = "" }) => !urns.has(parent)).map(({ urn }) => urn);
        // Of a move that was killed halfway.
        const state = await stateOf(shard, states);
        const unfinished = reparent(state, new Set(planned.map(({ urn }) => urn))) !== state;
        if (roots.length > 0 || unfinished) {
            moves.push({ shard: shard.name, urns: roots });
        }
    }
    return moves;
}

/**
 * Moves a shard's resources, and previews the shard afterwards.
 *
 * @returns what the shard's next `up` would create, replace or delete; nothing if the move is complete
 */
export async function moveShard(
    from: string,
    shard: ShardStack,
    { urns }: Moved,
    states: States,
): Promise<readonly string[]> {
    const planned = new Set((await states.preview(shard)).map(({ urn }) => urn));
    if (urns.length > 0) {
        // With all their children: https://www.pulumi.com/docs/iac/cli/commands/pulumi_state_move/
        await states.pulumi(shard, [
            "state",
            "move",
            "--yes",
            "--source",
            from,
            "--dest",
            states.named(shard),
            ...urns,
        ]);
    }
    const state = await stateOf(shard, states);
    const folder = mkdtempSync(join(tmpdir(), "keyless-move-"));
    try {
        const file = join(folder, "state.json");
        writeWhole(file, JSON.stringify(reparent(state, planned)));
        await states.pulumi(shard, ["stack", "import", "--stack", states.named(shard), "--file", file]);
    } finally {
        rmSync(folder, { recursive: true });
    }
    const left = (await states.preview(shard)).filter(
        ({ op, urn }) => /create|replace|delete/.test(op) && !remaining.test(typeOf(urn)),
    );
    return left.map(({ op, urn }) => `${op} ${urn}`);
}

async function stateOf(shard: ShardStack, states: States): Promise<ExportedState> {
    return JSON.parse(await states.pulumi(shard, ["stack", "export", "--stack", states.named(shard)])) as ExportedState;
}

/** The same resource in another stack of the project. */
export function inStack(urn: string, stack: string): string {
    const [prefix = "", ...rest] = urn.split("::");
    const name = ownName(stack);
    if (!prefix.startsWith("urn:pulumi:")) {
        throw new UserError(`${urn} is not a URN`);
    }
    return [`urn:pulumi:${name}`, ...rest].join("::");
}

/** A resource's own type, without its parents'. */
function typeOf(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
