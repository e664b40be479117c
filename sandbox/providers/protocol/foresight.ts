import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { inForesight } from "./chance";
import { isUnknown } from "../../cloud/props";
import { ProviderError } from "./types";
import type { Props } from "../../cloud/props";
import type { Context, Created, Current, Kind } from "./types";

/** Seeds everything random about a resource, so that each preview of a program foresees the same. */
export function seedOf(urn: string): Uint8Array {
    return createHash("sha256").update(urn).digest();
}

/**
 * Answers a Create in a preview as if the resource were created. Values that do not follow from its arguments stay unknown.
 *
 * @param dir the preview's folder, where the answer is recorded for readers of the preview
 */
export async function foresee(kind: Kind, news: Props, context: Context, dir: string): Promise<Created> {
    const created = await inForesight(context.urn, () =>
        kind.foresee === undefined || isUnknown(news) ? kind.create(news, context, true) : kind.foresee(news, context),
    );
    const known = Object.entries(created.state).filter(([, value]) => !isUnknown(value));
    const note = { urn: context.urn, id: created.id, outputs: Object.fromEntries(known) };
    const notes = join(dir, "notes");
    mkdirSync(notes, { recursive: true });
    writeFileSync(join(notes, `${Buffer.from(seedOf(context.urn)).toString("hex")}.json`), JSON.stringify(note));
    return created;
}

/** A data source that the program reads, and with which provider. */
export interface Lookup {
    readonly token: string;
    readonly args: Props;
    readonly region: string;
    /** ARN of the role that the provider assumes; empty if none. */
    readonly role: string;
}

/** Records a data source for readers of the preview, which does not contain them. */
export function noteLookup(lookup: Lookup, dir: string): void {
    const text = JSON.stringify(lookup);
    const lookups = join(dir, "lookups");
    mkdirSync(lookups, { recursive: true });
    writeFileSync(join(lookups, `${createHash("sha256").update(text).digest("hex")}.json`), text);
}

/** What is imported exists, though what holds it (a database, a cluster) is perhaps only foreseen and cannot be asked. */
export async function foundThere(reading: Promise<Current | undefined>, id: string): Promise<Current> {
    const unseen = { id, state: {}, inputs: {} };
    try {
        return (await reading) ?? unseen;
    } catch (error) {
        if (error instanceof ProviderError) {
            return unseen;
        }
        throw error;
    }
}
