// `npm run bench:fleet`: computes who reaches what over 10 and 100 shards of 50 tenants, each size in a separate process. Of each
// further shard only names may stay in memory, and time may grow with the number of shards at most.
import { spawnSync } from "node:child_process";

import { ownName } from "../cli/command/stackName";
import { examine } from "../cli/fleet/access/examine";
import { parsePlan } from "../cli/fleet/plan";
import type { ShardStack } from "../cli/fleet/shards";
import { documentsOf } from "../test/access/support/shards";
import { print, printJson } from "../toolkit/terminal";

const SIZES = [10, 100];
const TENANTS = 50;
/** Memory: kilobytes of names for each further tenant. Time: the factor for each shard at ten times the shards. */
const LIMITS = { memory: 5, time: 1.5 };

interface Measured {
    readonly shards: number;
    /** CPU seconds, without making the documents and measuring memory. */
    readonly seconds: number;
    readonly megabytes: number;
    readonly crossings: number;
}

async function measure(count: number): Promise<Measured> {
    const cell = { name: "one", platformStack: "organization/keyless/test" };
    const { cells } = parsePlan({ name: "bench", cells: [cell], tenants: [{ name: "shop" }] });
    const shards = Array.from({ length: count }, (_, index): ShardStack => {
        return {
            name: `bench-${index}`,
            stack: `bench-${index}`,
            cell: "one",
            tenants: [],
            databases: 1,
            config: {},
            digest: "",
        };
    });
    let making = 0;
    const document = (stack: string): unknown => {
        const start = process.cpuUsage();
        const number = stack.split("-")[1] ?? "";
        const tenants = Array.from({ length: TENANTS }, (_, index) => `t${number}x${index}`);
        const made = documentsOf(number === "" ? {} : { [stack]: tenants })[number === "" ? "test" : stack];
        making += spent(start);
        return made;
    };
    const start = process.cpuUsage();
    const versions = { after: async (stack: string) => document(ownName(stack)), compared: false };
    // What is alive while a shard is in memory; how far the heap grows before it is collected is the engine's choice.
    let most = 0;
    let collecting = 0;
    const { after } = await examine({ cells, shards, versions }, async () => {
        const since = process.cpuUsage();
        globalThis.gc?.();
        most = Math.max(most, process.memoryUsage().heapUsed);
        collecting += spent(since);
    });
    return {
        shards: count,
        seconds: spent(start) - making - collecting,
        megabytes: most / 2 ** 20,
        crossings: after.crossings.length,
    };
}

function spent(since: NodeJS.CpuUsage): number {
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1e6;
}

async function main([size]: string[]): Promise<number> {
    if (size !== undefined) {
        printJson(await measure(Number(size)));
        return 0;
    }
    const results = SIZES.map((shards): Measured => {
        const args = [...process.execArgv, "--expose-gc", __filename, String(shards)];
        const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
        if (status !== 0) {
            throw new Error(stderr);
        }
        return JSON.parse(stdout) as Measured;
    });
    for (const { shards, seconds, megabytes, crossings } of results) {
        print(
            `${shards} shards of ${TENANTS} tenants: ${seconds.toFixed(1)} s of CPU, ${megabytes.toFixed(0)} MB, ${crossings} crossings`,
        );
    }
    const [few, many] = results;
    if (few === undefined || many === undefined) {
        return 1;
    }
    const memory = ((many.megabytes - few.megabytes) * 1024) / ((many.shards - few.shards) * TENANTS);
    const time = many.seconds / few.seconds / (many.shards / few.shards);
    print(`${memory.toFixed(1)} KB for each further tenant; a shard takes ${time.toFixed(2)} times as long`);
    return memory <= LIMITS.memory && time <= LIMITS.time ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
