import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Lookup } from "../../sandbox/providers/protocol/foresight";
import { isRecord } from "../../toolkit/record";
import { stateDir } from "../../toolkit/paths";

/** The engine's placeholder for a secret (pulumi: sdk/go/common/resource/sig), in JSON. */
const SECRET = /"\[secret\]"|"1b47061264138c4ac30d75fd1eb44270"/;

/** A stand-in's response to the creation of a resource. */
interface Note {
    readonly urn: string;
    readonly id: string;
    readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Creates a preview in which the stand-ins create everything in a copy of their cloud, which is discarded. Its ids, ARNs
 * and endpoints follow from the names of the resources: two versions of a program can be compared text by text.
 *
 * @param preview creates the digest in this folder
 */
export async function foreseen(preview: (folder: string) => Promise<unknown>): Promise<unknown> {
    const folder = mkdtempSync(join(tmpdir(), "keyless-foresight-"));
    try {
        const cloud = stateDir("cloud");
        if (existsSync(cloud)) {
            cpSync(cloud, join(folder, "cloud"), { recursive: true });
        }
        const digest = await preview(folder);
        return withAnswers(digest, notesIn(join(folder, "notes")), lookupsIn(join(folder, "lookups")));
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function notesIn(folder: string): ReadonlyMap<string, Note> {
    return new Map((filesIn(folder) as Note[]).map((note) => [note.urn, note]));
}

/** The data sources that the program reads, which the engine's output lacks too. */
function lookupsIn(folder: string): readonly Lookup[] {
    return filesIn(folder) as Lookup[];
}

function filesIn(folder: string): unknown[] {
    const names = existsSync(folder) ? readdirSync(folder).sort() : [];
    return names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown);
}

/** The digest has only the inputs of created resources: it consists of the engine's output before it calls the providers. */
function withAnswers(digest: unknown, notes: ReadonlyMap<string, Note>, lookups: readonly Lookup[]): unknown {
    if (!isRecord(digest) || !Array.isArray(digest["steps"])) {
        return digest;
    }
    const steps: readonly unknown[] = digest["steps"];
    return { ...digest, lookups, steps: steps.map((step) => (isRecord(step) ? answered(step, notes) : step)) };
}

function answered(step: Readonly<Record<string, unknown>>, notes: ReadonlyMap<string, Note>): unknown {
    const { newState } = step;
    const note = isRecord(newState) ? notes.get(String(newState["urn"])) : undefined;
    if (note === undefined || !isRecord(newState)) {
        return step;
    }
    const inputs = isRecord(newState["inputs"]) ? newState["inputs"] : {};
    // An output with the name of a secret input is secret too.
    const shown = Object.entries(note.outputs).filter(([name]) => !SECRET.test(JSON.stringify(inputs[name] ?? null)));
    return { ...step, foreseen: { id: note.id, outputs: Object.fromEntries(shown) } };
}
