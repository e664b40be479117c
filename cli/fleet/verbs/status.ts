import { print, printJson } from "../../../toolkit/terminal";
import { backendOf } from "../backend";
import { type Entry, Journal } from "../journal";
import { chosen, flag, ofShards } from "../options";
import { readFleet, type ShardStack } from "../shards";
import { table } from "../table";
import { verb } from "../verb";

export const status = verb({ ...ofShards, sandbox: flag }, async (path, { json, shard, sandbox }) => {
    const read = readFleet(path);
    const journal = Journal.of(read.plan.name, await backendOf(read.plan, sandbox));
    const rows = chosen(read, shard).map((stack) => {
        const last = journal.of(stack.name);
        return {
            shard: stack.name,
            cell: stack.cell,
            tenants: stack.tenants.length,
            state: stateOf(stack, last, journal),
            at: last?.at ?? "",
        };
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
});

function stateOf(stack: ShardStack, last: Entry | undefined, journal: Journal): string {
    if (last === undefined) {
        return "never deployed";
    }
    const unfinished = { begun: `${last.operation} interrupted`, failed: `${last.operation} failed` };
    if (last.state !== "done") {
        return unfinished[last.state];
    }
    const done = last.operation === "down" ? "destroyed" : "deployed";
    return journal.isDone(stack, last.operation) ? done : "changed";
}
