import { shown } from "../../../toolkit/shown";
import { print, printJson, tell } from "../../../toolkit/terminal";
import { UserError } from "../../../toolkit/userError";
import { fromSandbox } from "../../command/fromSandbox";
import { interrupt } from "../../command/interrupt";
import { type Moved, moveShard, planMove, type States } from "../move";
import { chosen, flag, needPlaced, ofShards, text } from "../options";
import { pulumiStates, shardSourceOf } from "../pulumi";
import { readFleet } from "../shards";
import { verb } from "../verb";

interface MoveResult extends Moved {
    /** What the shard's next run would create, replace or delete. */
    readonly left: readonly string[];
}

const own = { ...ofShards, from: text, "dry-run": flag, sandbox: flag } as const;

export const move = verb(own, async (path, { from, file, shard: names, "dry-run": dryRun, sandbox, json }, usage) => {
    if (from === undefined) {
        throw new UserError(shown`move needs --from STACK\n\n${usage}`);
    }
    const read = needPlaced(readFleet(path), file);
    const shards = chosen(read, names);
    const work = async (states: States): Promise<readonly MoveResult[]> => {
        const moves = await planMove(from, shards, states);
        const results: MoveResult[] = [];
        for (const moved of moves) {
            const shard = shards.find(({ name }) => name === moved.shard);
            interrupt.throwIfAborted();
            const left = shard === undefined || dryRun ? [] : await moveShard(from, shard, moved, states);
            results.push({ ...moved, left });
        }
        return results;
    };
    const results = await (sandbox
        ? fromSandbox().withSandboxStates(work)
        : work(pulumiStates(shardSourceOf(path, read.plan))));
    if (json) {
        printJson({ from, dryRun, shards: results });
    } else {
        report(from, dryRun, results);
    }
    return results.every(({ left }) => left.length === 0) ? 0 : 1;
});

function report(from: string, dryRun: boolean, results: readonly MoveResult[]): void {
    for (const { shard, urns, left } of results) {
        print(`${shard}: ${urns.length} resources with their children${dryRun ? " to move" : " moved"}`);
        (dryRun ? urns : []).forEach((urn) => print(`  ${urn}`));
        left.forEach((one) => tell(`${shard}: its next up would ${one}`));
    }
    const next = `remove these tenants, profiles and people from the config of ${from} before its next run, then run keyless fleet up`;
    print(results.length === 0 ? `${from} has nothing that the shards declare` : dryRun ? "nothing was changed" : next);
}
