import { Progress } from "../../../toolkit/progress";
import { quoted, shown } from "../../../toolkit/shown";
import { print, printJson, tell } from "../../../toolkit/terminal";
import { fromSandbox } from "../../command/fromSandbox";
import { interrupt } from "../../command/interrupt";
import { backendOf } from "../backend";
import { type FleetOperation, Journal } from "../journal";
import { chosen, flag, listed, needPlaced, numberOf, ofShards, text } from "../options";
import { parallelOf } from "../parallel";
import { shardSourceOf, withPulumi } from "../pulumi";
import { runFleet, type RunShard, type ShardResult } from "../run";
import { readFleet } from "../shards";
import { table } from "../table";
import { verb, type Verb } from "../verb";

const own = {
    ...ofShards,
    all: flag,
    parallel: { type: "string", default: "4" },
    connections: text,
    operations: text,
    retries: { type: "string", default: "3" },
    "policy-pack": listed,
    sandbox: flag,
} as const;

/** Before a shard's first new attempt. */
const RETRY_AFTER_MS = 10_000;

/** The verb that runs an operation on each shard that needs it. */
export function operate(operation: FleetOperation): Verb {
    return verb(own, async (path, options) => {
        const read = needPlaced(readFleet(path), options.file);
        const journal = Journal.of(read.plan.name, await backendOf(read.plan, options.sandbox));
        const wanted = operation === "preview" ? "up" : operation;
        const shards = chosen(read, options.shard);
        const todo = shards.filter((stack) => options.all || !journal.isDone(stack, wanted));
        const parallel = parallelOf(todo, options);
        const retries = numberOf("retries", options.retries, 0);
        const progress = new Progress();
        const work = (run: RunShard) =>
            runFleet(todo, {
                ...{ operation, run, journal, retries },
                parallel: parallel.shards,
                retryAfterMs: RETRY_AFTER_MS,
                signal: interrupt,
                tell: (shard, what) => progress.line(`${shard}: ${what}`),
            });
        const results =
            todo.length === 0
                ? []
                : await (options.sandbox
                      ? fromSandbox().withSandboxShards(work, parallel.operations)
                      : work(
                            withPulumi({
                                ...shardSourceOf(path, read.plan),
                                policyPacks: options["policy-pack"],
                                parallel: parallel.operations,
                            }),
                        ));
        const unchanged = shards.length - todo.length;
        if (options.json) {
            printJson({ shards: results, unchanged });
        } else {
            report(results, unchanged);
        }
        interrupt.throwIfAborted();
        return results.every(({ ok }) => ok) ? 0 : 1;
    });
}

function report(results: readonly ShardResult[], unchanged: number): void {
    const failed = results.filter(({ ok }) => !ok);
    if (results.length > 0) {
        const rows = results.map(({ shard, ok, changes, attempts }) => {
            return [shard, ok ? "ok" : "failed", String(attempts), changes];
        });
        print(table([["shard", "result", "attempts", "changes"], ...rows]));
    }
    print(`${results.length - failed.length} ok, ${failed.length} failed, ${unchanged} unchanged`);
    for (const { shard, errors } of failed) {
        errors.forEach((error) => tell(shown`\n${shard}: ${quoted(error)}`));
    }
}
