import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { readIfThere, writeWhole } from "../../toolkit/system/files";
import { ENGINE_VERSION } from "../engine/versions";
import type { Deployment, JournalEntry } from "./deployment";
import { replay } from "./replay";

// The stacks' states are in the files of the engine's own file backend, so that plain `pulumi` sees them too. That backend
// rewrites the whole state with every step of a run, which would take most of a run's time: a run in the sandbox appends its
// steps to a journal beside the state instead, and joins the two at its end.

/** A stack's file: https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/stacks.go */
interface Checkpoint {
    readonly version: number;
    readonly features?: readonly string[];
    readonly checkpoint: { readonly stack: string; readonly latest?: Deployment };
}

/** The backend's state of a stack, with what a run has done so far; undefined before the stack's first run. */
export function readDeployment(backendDir: string, stack: string): Deployment | undefined {
    const checkpoint = readCheckpoint(backendDir, stack)?.checkpoint;
    const entries = readJournal(backendDir, stack);
    const latest = checkpoint === undefined ? undefined : (checkpoint.latest ?? {});
    return latest === undefined || entries.length === 0 ? latest : replay(latest, entries);
}

/** A stack's file as it was before the run; undefined before the stack's first run. */
export function readCheckpoint(backendDir: string, stack: string): Checkpoint | undefined {
    const text = readIfThere(checkpointFile(backendDir, stack));
    return text === undefined ? undefined : (JSON.parse(text) as Checkpoint);
}

/** The stacks in the backend. */
export function listStacks(backendDir: string): string[] {
    try {
        return readdirSync(dirname(checkpointFile(backendDir, "")))
            .filter((name) => name.endsWith(".json"))
            .map((name) => name.slice(0, -".json".length));
    } catch {
        return [];
    }
}

/** Records steps; they are kept once this returns, whatever becomes of the process. */
export function appendJournal(backendDir: string, stack: string, entries: readonly JournalEntry[]): void {
    const path = journalFile(backendDir, stack);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""), { mode: 0o600 });
}

/** Brings the state up to date with the journal of a run, complete or not. */
export function settle(backendDir: string, stack: string): void {
    const before = readCheckpoint(backendDir, stack);
    const entries = readJournal(backendDir, stack);
    if (before !== undefined && entries.length > 0) {
        const state = replay(before.checkpoint.latest ?? {}, entries);
        const after: Checkpoint = {
            ...versionFor(state),
            checkpoint: { ...before.checkpoint, latest: { ...state, manifest: manifest() } },
        };
        writeWhole(checkpointFile(backendDir, stack), JSON.stringify(after));
    }
    rmSync(journalFile(backendDir, stack), { force: true });
}

function readJournal(backendDir: string, stack: string): JournalEntry[] {
    // Without a line's end its writer was killed, and the engine never got an answer for it.
    const lines = (readIfThere(journalFile(backendDir, stack)) ?? "").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as JournalEntry);
}

function checkpointFile(backendDir: string, stack: string): string {
    return join(backendDir, ".pulumi", "stacks", "keyless", `${stack}.json`);
}

function journalFile(backendDir: string, stack: string): string {
    return join(backendDir, "journals", `${stack}.jsonl`);
}

/** What an engine must know to read a state: https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/stack/deployment.go */
const FEATURES: Readonly<Record<string, string>> = {
    refreshBeforeUpdate: "refreshBeforeUpdate",
    viewOf: "views",
    resourceHooks: "hooks",
    taint: "taint",
    replaceWith: "replaceWith",
};

function versionFor({ resources = [], pending_operations: pending = [] }: Deployment) {
    const all = [...resources, ...pending.map(({ resource }) => resource)];
    const used = Object.entries(FEATURES).filter(([key]) => all.some((resource) => isSet(Reflect.get(resource, key))));
    const features = used.map(([, feature]) => feature);
    return features.length === 0 ? { version: 3 } : { version: 4, features };
}

function isSet(value: unknown): boolean {
    return typeof value === "object" && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

/** The engine checks the magic: https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/manifest.go */
function manifest() {
    const version = `v${ENGINE_VERSION}`;
    return { time: new Date().toISOString(), magic: createHash("sha256").update(version).digest("hex"), version };
}
