import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";

import { SettingsError, type Problem } from "../../config/problems";
import { parseSettings } from "../../config/settings";
import { projectDir } from "../../toolkit/paths";
import { readIfThere, writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";
import { isRecord } from "../../toolkit/record";
import type { Placement } from "./places";
import { place, placementOf, type Shard } from "./placement";
import { filesOf, fullName, readPlan, type FleetPlan } from "./plan";

/** An access stack as it is deployed. */
export interface ShardStack {
    readonly name: string;
    /** As Pulumi names it: with its organization and project, if the platform's name has them. */
    readonly stack: string;
    readonly cell: string;
    readonly tenants: readonly string[];
    /** How many databases its run connects to. */
    readonly databases: number;
    /** By full key. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Of everything that a run depends on, other stacks' outputs excepted. */
    readonly digest: string;
}

export interface Fleet {
    readonly plan: FleetPlan;
    readonly stacks: readonly ShardStack[];
    readonly shards: readonly Shard[];
    readonly placement: Placement;
    /** The files that keyless fleet plan would change: the placement's, and configs of shards. */
    readonly stale: readonly string[];
}

/** Reads a plan and its placement file, and checks the config of each shard. @throws UserError, SettingsError */
export function readFleet(path: string): Fleet {
    const plan = readPlan(path);
    const before = readPlacement(filesOf(path).placement);
    const { shards, problems } = place(plan, before);
    const program = programDigest();
    const stacks = shards.map((shard): ShardStack => {
        const config = configOf(shard);
        const entries = shard.units.flatMap((unit) => unit.tenants);
        const tenants = entries.map(({ name }) => name).sort();
        // The platform's own is unnamed, and always connected to.
        const databases = new Set([undefined, ...entries.map((tenant) => tenant["database"])]).size;
        const digest = createHash("sha256")
            .update(JSON.stringify([program, config]))
            .digest("hex");
        const stack = fullName(shard.cell, shard.name);
        return { name: shard.name, stack, cell: shard.cell.name, tenants, databases, config, digest };
    });
    const all = [...problems, ...stacks.flatMap(problemsIn)];
    if (all.length > 0) {
        throw new SettingsError(all);
    }
    const placement = placementOf(shards);
    const files = filesOf(path);
    const stale = [
        ...(isDeepStrictEqual(placement, before) ? [] : [files.placement]),
        ...stacks.filter((one) => !isWritten(files.stack(one.name), one)).map(({ name }) => files.stack(name)),
    ];
    return { plan, stacks, shards, placement, stale };
}

/** Whether the file that Pulumi reads has the shard's config. */
function isWritten(file: string, { config }: ShardStack): boolean {
    const text = readIfThere(file);
    const values: unknown = text === undefined ? undefined : parse(text);
    return isRecord(values) && isDeepStrictEqual(values["config"], JSON.parse(JSON.stringify(config)));
}

function readPlacement(path: string): Placement {
    const text = readIfThere(path);
    const values: unknown = text === undefined ? {} : JSON.parse(text);
    const valid =
        isRecord(values) &&
        Object.values(values).every(
            (one) =>
                isRecord(one) &&
                typeof one["cell"] === "string" &&
                Array.isArray(one["tenants"]) &&
                one["tenants"].every((name) => typeof name === "string") &&
                (one["createdAs"] === undefined ||
                    (isRecord(one["createdAs"]) &&
                        Object.values(one["createdAs"]).every((name) => typeof name === "string"))),
        );
    if (!valid) {
        throw new UserError(
            `${path} is not a placement that keyless fleet plan wrote: restore it from version control`,
        );
    }
    return values as Placement;
}

/** In the order of their names: neither the plan's order nor that of placements is a change. */
function configOf({ cell, units }: Shard): ShardStack["config"] {
    const tenants = byName(units.flatMap((unit) => unit.tenants.map(({ cell: _, ...tenant }) => tenant)));
    const [profiles, people] = [
        byName(units.flatMap((unit) => unit.profiles)),
        byName(units.flatMap((unit) => unit.people)),
    ];
    return {
        ...cell.config,
        "keyless:platformStack": cell.platformStack,
        "keyless:access": {
            ...cell.access,
            databaseStack: cell.databaseStack ?? cell.platformStack,
            tenants,
            ...(profiles.length > 0 && { profiles }),
            ...(people.length > 0 && { people }),
        },
    };
}

function byName<T extends Readonly<Record<string, unknown>>>(entries: readonly T[]): readonly T[] {
    const nameOf = (entry: T) => String(entry["name"] ?? entry["user"]);
    return [...entries].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

/** The problems of a shard's config, as paths of the stack. */
function problemsIn({ name, config }: ShardStack): readonly Problem[] {
    const prefix = "keyless:";
    const own = Object.entries(config).flatMap(([key, value]) =>
        key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    );
    try {
        parseSettings(Object.fromEntries(own));
        return [];
    } catch (error) {
        if (error instanceof SettingsError) {
            return error.problems.map((problem) => ({ ...problem, path: `${name}: ${problem.path}` }));
        }
        throw error;
    }
}

/** The program's files and folders: a change of one concerns all shards. */
export const PROGRAM = ["Pulumi.yaml", "components", "config", "config.ts", "index.ts", "package-lock.json", "toolkit"];

/** Of the program's files, without the tests and the rest of the repository. */
function programDigest(root = projectDir): string {
    const hash = createHash("sha256");
    const add = (path: string): void => {
        if (statSync(path).isDirectory()) {
            readdirSync(path)
                .sort()
                .filter((name) => name !== "node_modules")
                .forEach((name) => add(join(path, name)));
        } else {
            hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
        }
    };
    PROGRAM.forEach((name) => add(join(root, name)));
    return hash.digest("hex");
}

const HEADER = "# Written by `keyless fleet plan`; change the plan instead.\n";

/**
 * Writes the placement and a config file for each shard, keeping what Pulumi wrote to these: the secrets provider and its keys.
 *
 * @throws UserError if one of the files is somebody else's
 */
export function writeFleet(path: string, { placement, stacks }: Fleet, write: typeof writeWhole = writeWhole): void {
    const files = filesOf(path);
    const known = readPlacement(files.placement);
    const texts = stacks.map(({ name, config }) => {
        const file = files.stack(name);
        const before = readIfThere(file);
        if (before !== undefined && !before.startsWith(HEADER)) {
            throw new UserError(`${file} was not written by keyless fleet plan: rename it, or the fleet`);
        }
        // Its tenants would be removed with their data: the placement was lost, or another fleet has a shard of this name.
        if (before !== undefined && !Object.hasOwn(known, name)) {
            throw new UserError(
                `${file} exists, and ${files.placement} does not know ${name}: restore the placement from version control; ` +
                    "if another fleet has this shard, rename this one; if the shard is destroyed, delete the file",
            );
        }
        const kept = parse(before ?? "{}") as Record<string, unknown>;
        return [file, HEADER + stringify({ ...kept, config })] as const;
    });
    // First, so that what is written when the command is killed is known to the next one: a placement says of a shard without a
    // file that it has to be written, and a file without a placement that it may be another fleet's.
    write(files.placement, `${JSON.stringify(placement, undefined, 4)}\n`, 0o644);
    texts.forEach(([file, text]) => write(file, text, 0o644));
}
