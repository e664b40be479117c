import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import { stateDir } from "../../toolkit/paths";
import { hasCode } from "../../toolkit/system/files";
import type { ShardStack } from "./shards";

export type FleetOperation = "preview" | "up" | "down";

/** One step of a shard. */
export interface Entry {
    readonly shard: string;
    readonly operation: Exclude<FleetOperation, "preview">;
    readonly state: "begun" | "done" | "failed";
    /** Of what the run deployed. */
    readonly digest: string;
    readonly at: string;
    readonly changes?: string;
    readonly errors?: readonly string[];
}

/**
 * What happened to each shard, one line of JSON a step: a killed run leaves a step that has begun and not ended, and the
 * next run takes it up.
 */
export class Journal {
    private readonly last = new Map<string, Entry>();

    constructor(private readonly path: string) {
        for (const line of linesOf(path)) {
            this.last.set(line.shard, line);
        }
    }

    /** The journal of a fleet, in the folder with the state of the sandbox. */
    static of(fleet: string): Journal {
        return new Journal(stateDir("fleet", `${fleet}.jsonl`));
    }

    write(entry: Omit<Entry, "at">): void {
        const whole = { ...entry, at: new Date().toISOString() };
        mkdirSync(dirname(this.path), { recursive: true });
        appendFileSync(this.path, `${JSON.stringify(whole)}\n`);
        this.last.set(entry.shard, whole);
    }

    of(shard: string): Entry | undefined {
        return this.last.get(shard);
    }

    /** Whether the last run deployed exactly this, or removed everything. */
    isDone({ name, digest }: ShardStack, operation: Entry["operation"]): boolean {
        const last = this.last.get(name);
        return (
            last?.operation === operation && last.state === "done" && (operation === "down" || last.digest === digest)
        );
    }
}

/** All whole lines: a kill can cut the last one off. */
function linesOf(path: string): readonly Entry[] {
    try {
        return readFileSync(path, "utf8")
            .split("\n")
            .slice(0, -1)
            .flatMap((line) => entryIn(line) ?? []);
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return [];
        }
        throw error;
    }
}

function entryIn(line: string): Entry | undefined {
    try {
        return JSON.parse(line) as Entry;
    } catch {
        return undefined;
    }
}
