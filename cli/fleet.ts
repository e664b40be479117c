import { relative } from "node:path";

import { Progress } from "../toolkit/progress";
import { alignedRight, inLines, padded, quoted, type Shown, shown, widthOf } from "../toolkit/shown";
import { print, printJson, tell } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import { readOptions, userPath } from "./command/options";
import { fromSandbox } from "./command/fromSandbox";
import { interrupt } from "./command/interrupt";
import { type FleetOperation, Journal } from "./fleet/journal";
import { usesOf } from "./fleet/limits";
import { filesOf } from "./fleet/plan";
import { type Moved, moveShard, planMove, type States } from "./fleet/move";
import { pulumiStates, withPulumi } from "./fleet/pulumi";
import { runFleet, type RunShard, type ShardResult } from "./fleet/run";
import { type Fleet, readFleet, type ShardStack, writeFleet } from "./fleet/shards";

export const USAGE = shown`usage: keyless fleet plan|preview|up|down|status|move [OPTIONS]

Divides tenants among access stacks, and runs Pulumi on many of them.

  plan       assign tenants to shards, and write the placement and each shard's config file
  preview    preview the shards that changed since their last up
  up         deploy them; after an interruption, the same command goes on
  down       destroy them
  status     list the shards with their last run
  move       move the tenants that another stack has into their shards: in the states only,
             nothing is created, replaced or deleted

  --file PATH          the plan (default: keyless.fleet.yaml)
  --shard NAME         only this shard; repeat it for several
  --all                unchanged shards too, such as after a change of a platform's outputs
  --parallel NUMBER    how many shards at once (default: 4)
  --connections NUMBER the database connections that all runs together may take: fewer shards
                       run at once if they could take more
  --retries NUMBER     how often to try a shard again whose failure may pass: a locked state,
                       a throttled call, a server without free connections (default: 3)
  --policy-pack PATH   a policy pack for each run, as for pulumi; repeat it for several
  --from STACK         with move: the stack that has the tenants
  --dry-run            with move: list what would be moved
  --sandbox            use the sandbox instead of the installed Pulumi and its backend
  --json               print one JSON object

The exit code is 1 if a shard failed.`;

const listed = { type: "string", multiple: true } as const;
const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const own = {
    file: { type: "string", default: "keyless.fleet.yaml" },
    shard: listed,
    all: flag,
    parallel: { type: "string", default: "4" },
    connections: text,
    retries: { type: "string", default: "3" },
    "policy-pack": listed,
    from: text,
    "dry-run": flag,
    sandbox: flag,
    json: flag,
} as const;

/** Before a shard's first new attempt. */
const RETRY_AFTER_MS = 10_000;

type Options = NonNullable<ReturnType<typeof readOptions<typeof own>>>;

export async function fleet([verb, ...args]: string[]): Promise<number> {
    const options = readOptions(verb === "--help" ? ["--help"] : args, USAGE, own);
    if (options === undefined) {
        return 0;
    }
    const path = userPath(options.file);
    switch (verb) {
        case "plan":
            return plan(path, options);
        case "status":
            return status(path, options);
        case "move":
            return move(path, options);
        case "preview":
        case "up":
        case "down":
            return operate(verb, path, options);
        default:
            throw new UserError(
                shown`${verb ?? "nothing"} is not one of plan, preview, up, down, status, move\n\n${USAGE}`,
            );
    }
}

function plan(path: string, { json }: Options): number {
    const read = readFleet(path);
    writeFleet(path, read);
    const { plan, placement, shards } = read;
    const cells = plan.cells.map((cell) => {
        const own = shards.filter((shard) => shard.cell === cell);
        return {
            cell: cell.name,
            shards: own.length,
            uses: usesOf(
                cell,
                own.flatMap(({ units }) => units),
            ),
        };
    });
    if (json) {
        printJson({ placement, cells });
        return 0;
    }
    for (const { cell, shards: number, uses } of cells) {
        print(`${cell}: ${number} shards`);
        uses.forEach(({ what, used, most, source }) => print(`  ${used} of ${most} ${what} (${source})`));
    }
    print(
        `written: ${relative(process.cwd(), filesOf(path).placement)} and ${read.stacks.length} config files of shards`,
    );
    return 0;
}

function status(path: string, { json, shard }: Options): number {
    const read = readFleet(path);
    const journal = Journal.of(read.plan.name);
    const rows = chosen(read, shard).map((stack) => {
        const last = journal.of(stack.name);
        const state =
            last === undefined
                ? "never deployed"
                : last.state === "begun"
                  ? `${last.operation} interrupted`
                  : last.state === "failed"
                    ? `${last.operation} failed`
                    : journal.isDone(stack, last.operation)
                      ? last.operation === "down"
                          ? "destroyed"
                          : "deployed"
                      : "changed";
        return { shard: stack.name, cell: stack.cell, tenants: stack.tenants.length, state, at: last?.at ?? "" };
    });
    if (json) {
        printJson({ shards: rows });
    } else {
        print(
            table([
                ["shard", "cell", "tenants", "state", "since"],
                ...rows.map((row) => Object.values(row).map(String)),
            ]),
        );
    }
    return 0;
}

async function move(path: string, options: Options): Promise<number> {
    const { from, json } = options;
    if (from === undefined) {
        throw new UserError(shown`move needs --from STACK\n\n${USAGE}`);
    }
    const read = needPlaced(readFleet(path), options);
    const shards = chosen(read, options.shard);
    const work = async (states: States): Promise<readonly MoveResult[]> => {
        const moves = await planMove(from, shards, states);
        const results: MoveResult[] = [];
        for (const moved of moves) {
            const shard = shards.find(({ name }) => name === moved.shard);
            interrupt.throwIfAborted();
            const left = shard === undefined || options["dry-run"] ? [] : await moveShard(from, shard, moved, states);
            results.push({ ...moved, left });
        }
        return results;
    };
    const results = await (options.sandbox ? fromSandbox().withSandboxStates(work) : work(pulumiStates));
    const ok = results.every(({ left }) => left.length === 0);
    if (json) {
        printJson({ from, dryRun: options["dry-run"], shards: results });
        return ok ? 0 : 1;
    }
    for (const { shard, urns, left } of results) {
        print(`${shard}: ${urns.length} resources with their children${options["dry-run"] ? " to move" : " moved"}`);
        (options["dry-run"] ? urns : []).forEach((urn) => print(`  ${urn}`));
        left.forEach((one) => tell(`${shard}: its next up would ${one}`));
    }
    const next = `remove these tenants, profiles and people from the config of ${from} before its next run, then run keyless fleet up`;
    print(
        results.length === 0
            ? `${from} has nothing that the shards declare`
            : options["dry-run"]
              ? "nothing was changed"
              : next,
    );
    return ok ? 0 : 1;
}

interface MoveResult extends Moved {
    /** What the shard's next run would create, replace or delete. */
    readonly left: readonly string[];
}

function needPlaced(read: Fleet, { file }: Options): Fleet {
    if (!read.placed) {
        throw new UserError(
            `${file} has changes that are not placed: run keyless fleet plan, and commit what it writes`,
        );
    }
    return read;
}

async function operate(operation: FleetOperation, path: string, options: Options): Promise<number> {
    const read = needPlaced(readFleet(path), options);
    const journal = Journal.of(read.plan.name);
    const wanted = operation === "preview" ? "up" : operation;
    const todo = chosen(read, options.shard).filter((stack) => options.all || !journal.isDone(stack, wanted));
    const rest = chosen(read, options.shard).length - todo.length;
    const parallel = parallelOf(todo, options);
    const retries = numberOf("retries", options.retries, 0);
    const progress = new Progress();
    const work = (run: RunShard) =>
        runFleet(todo, {
            ...{ operation, run, journal, parallel, retries },
            retryAfterMs: RETRY_AFTER_MS,
            signal: interrupt,
            tell: (shard, what) => progress.line(`${shard}: ${what}`),
        });
    const results =
        todo.length === 0
            ? []
            : await (options.sandbox
                  ? fromSandbox().withSandboxShards(work)
                  : work(withPulumi(options["policy-pack"])));
    interrupt.throwIfAborted();
    report(results, rest, options);
    return results.every(({ ok }) => ok) ? 0 : 1;
}

function report(results: readonly ShardResult[], rest: number, { json }: Options): void {
    if (json) {
        printJson({ shards: results, unchanged: rest });
        return;
    }
    if (results.length > 0) {
        const rows = results.map(({ shard, ok, changes, attempts }) => [
            shard,
            ok ? "ok" : "failed",
            String(attempts),
            changes,
        ]);
        print(table([["shard", "result", "attempts", "changes"], ...rows]));
    }
    print(
        `${results.filter(({ ok }) => ok).length} ok, ${results.filter(({ ok }) => !ok).length} failed, ${rest} unchanged`,
    );
    for (const { shard, errors } of results.filter(({ ok }) => !ok)) {
        errors.forEach((error) => tell(shown`\n${shard}: ${quoted(error)}`));
    }
}

function chosen({ stacks }: Fleet, names: readonly string[] | undefined): readonly ShardStack[] {
    const unknown = (names ?? []).filter((name) => !stacks.some((stack) => stack.name === name));
    if (unknown.length > 0) {
        throw new UserError(
            `there is no shard ${unknown.join(", ")}; allowed are ${stacks.map(({ name }) => name).join(", ")}`,
        );
    }
    return names === undefined ? stacks : stacks.filter(({ name }) => names.includes(name));
}

/**
 * The provider of a database takes at most 20 connections
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/blob/main/postgresql/provider.go, `max_connections`), and the
 * program's hooks three more.
 */
const connectionsOfProvider = 23;

function parallelOf(shards: readonly ShardStack[], options: Options): number {
    const parallel = numberOf("parallel", options.parallel, 1);
    if (options.connections === undefined) {
        return parallel;
    }
    const most = Math.max(1, ...shards.map(({ databases }) => databases)) * connectionsOfProvider;
    const allowed = Math.floor(numberOf("connections", options.connections, 1) / most);
    if (allowed < 1) {
        throw new UserError(
            `--connections is ${options.connections}, and one run can take ${most}; allowed is at least ${most}`,
        );
    }
    return Math.min(parallel, allowed);
}

function numberOf(option: string, given: string, least: number): number {
    const value = /^\d{1,6}$/.test(given) ? Number(given) : -1;
    if (value < least) {
        throw new UserError(`--${option} is ${given}; allowed is a whole number from ${least}`);
    }
    return value;
}

function table(rows: readonly (readonly string[])[]): Shown {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
    const numeric = (text: string) => /^\d+$/.test(text);
    return inLines(
        rows.map((row) =>
            row
                .map((text, column) => (numeric(text) ? alignedRight : padded)(text, widths[column] ?? 0))
                .reduce((line, cell) => shown`${line}  ${cell}`),
        ),
    );
}
