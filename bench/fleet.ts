// `npm run bench:fleet`: computes who reaches what over 10 and 100 shards of 50 tenants, each size in a separate process. Memory must
// not grow with the number of shards, and time must grow with it at most.
import { spawnSync } from "node:child_process";

import { examine } from "../cli/fleet/access/examine";
import { parsePlan } from "../cli/fleet/plan";
import type { ShardStack } from "../cli/fleet/shards";
import { documentsOf } from "../test/access/support/shards";
import { print, printJson } from "../toolkit/terminal";

const SIZES = [10, 100];
const TENANTS = 50;
/** The allowed factors at ten times the shards: names of 4,500 more tenants, and time for each shard. */
const LIMITS = { memory: 1.3, time: 1.5 };

interface Measured {
    readonly shards: number;
    /** CPU seconds, without making the documents. */
    readonly seconds: number;
    readonly megabytes: number;
    readonly crossings: number;
}

async function measure(count: number): Promise<Measured> {
    const cell = { name: "one", platformStack: "organization/keyless/test" };
    const { cells } = parsePlan({ name: "bench", cells: [cell], tenants: [{ name: "shop" }] });
    const shards = Array.from({ length: count }, (_, index): ShardStack => {
        return { name: `bench-${index}`, cell: "one", tenants: [], databases: 1, config: {}, digest: "" };
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
    const versions = { after: async (stack: string) => document(stack.split("/").at(-1) ?? ""), compared: false };
    const { after } = await examine({ cells, shards, versions }, async () => undefined);
    return {
        shards: count,
        seconds: spent(start) - making,
        megabytes: process.resourceUsage().maxRSS / 1024,
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
        // A heap that is collected: otherwise it grows as far as it may, whatever is in it.
        const args = [...process.execArgv, "--max-semi-space-size=8", __filename, String(shards)];
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
    const memory = many.megabytes / few.megabytes;
    const time = many.seconds / few.seconds / (many.shards / few.shards);
    print(`memory: ${memory.toFixed(2)} times as much; a shard takes ${time.toFixed(2)} times as long`);
    return memory <= LIMITS.memory && time <= LIMITS.time ? 0 : 1;
}

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
