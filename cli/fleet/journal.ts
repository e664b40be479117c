import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

import { stateDir } from "../../toolkit/paths";
import { readIfThere } from "../../toolkit/system/files";
import type { ShardStack } from "./shards";

export type FleetOperation = "preview" | "up" | "down";

/** One step of a shard. */
export interface Entry {
    readonly shard: string;
    /** Where the shard's state is: the backend's URL, or the sandbox. */
    readonly backend: string;
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
 * next run takes it up. Steps in another backend, or in the sandbox, say nothing about this one.
 */
export class Journal {
    private readonly last = new Map<string, Entry>();
    /** Whether a kill cut the last line off, so that the next one must not continue it. */
    private torn: boolean;

    constructor(
        private readonly path: string,
        private readonly backend: string,
    ) {
        const text = readIfThere(path) ?? "";
        this.torn = text !== "" && !text.endsWith("\n");
        for (const line of linesOf(text)) {
            if (line.backend === backend) {
                this.last.set(line.shard, line);
            }
        }
    }

    /** The journal of a fleet in a backend, in the folder with the state of the sandbox. */
    static of(fleet: string, backend: string): Journal {
        return new Journal(stateDir("fleet", `${fleet}.jsonl`), backend);
    }

    /** On the disk when it returns: a step that the machine forgets in a power failure would count as not begun. */
    write(entry: Omit<Entry, "at" | "backend">): void {
        const whole = { ...entry, backend: this.backend, at: new Date().toISOString() };
        mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
        const line = `${this.torn ? "\n" : ""}${JSON.stringify(whole)}\n`;
        appendFileSync(this.path, line, { mode: 0o600, flush: true });
        this.torn = false;
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
function linesOf(text: string): readonly Entry[] {
    return text
        .split("\n")
        .slice(0, -1)
        .flatMap((line) => entryIn(line) ?? []);
}

function entryIn(line: string): Entry | undefined {
    try {
        return JSON.parse(line) as Entry;
    } catch {
        return undefined;
    }
}
