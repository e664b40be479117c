import type { Operation } from "./operations";
import { readPreview } from "./preview";
import type { Resource } from "./resource";
import { kindOf, readState } from "./state";
import type { Json } from "./state";
import { UnreadableResources } from "./unreadable";
import { isRecord } from "../../toolkit/record";

/** A document's resources, and their earlier state if the document has it, like a preview. */
export interface Reading {
    readonly after: readonly Resource[];
    readonly before?: readonly Resource[];
    /** What it does to resources that exist, if the document is a preview. */
    readonly operations?: readonly Operation[];
}

const KINDS =
    "the output of pulumi preview --json --show-sames, of pulumi stack export, a state file, or a list of {type, name, inputs, outputs}";

/**
 * The resources in a parsed document: `pulumi preview --json --show-sames`, `pulumi stack export`, a state file of the file
 * backend, or a plain list.
 *
 * @throws {@link UnreadableResources}
 */
export function readResources(document: unknown): Reading {
    if (Array.isArray(document)) {
        return { after: readList(document, "resources") };
    }
    if (!isRecord(document)) {
        throw new UnreadableResources(`no resources in a document that is ${kindOf(document)}; give ${KINDS}`);
    }
    if ("steps" in document || "changeSummary" in document) {
        return readPreview(document);
    }
    const found = [
        dig(document, "deployment", "resources"),
        dig(document, "checkpoint", "latest", "resources"),
        dig(document, "resources"),
    ].find(Array.isArray);
    if (found !== undefined) {
        return { after: readList(found, "resources") };
    }
    if ("deployment" in document || "checkpoint" in document) {
        return { after: [] };
    }
    throw new UnreadableResources(
        `no resources in a document with the keys ${Object.keys(document).slice(0, 8).join(", ") || "(none)"}; give ${KINDS}`,
    );
}

/** Several stacks as one: for an urn in several of them, the last one applies. */
export function together(...lists: readonly (readonly Resource[])[]): readonly Resource[] {
    const byUrn = new Map<string, Resource>();
    for (const resource of lists.flat()) {
        byUrn.set(resource.urn, resource);
    }
    return [...byUrn.values()];
}

function readList(entries: readonly unknown[], where: string): readonly Resource[] {
    const problems: string[] = [];
    const resources: Resource[] = [];
    entries.forEach((entry, index) => {
        const resource = isRecord(entry) ? readState(entry) : undefined;
        if (resource === undefined) {
            problems.push(`${where}[${index}] is ${kindOf(entry)} without a type and a name or urn`);
        } else if (!isDeleted(entry)) {
            resources.push(resource);
        }
    });
    if (problems.length > 0) {
        throw new UnreadableResources(`${problems.slice(0, 20).join("; ")}; give ${KINDS}`);
    }
    return resources;
}

/** A state that is only pending deletion does not count. */
function isDeleted(entry: unknown): boolean {
    return isRecord(entry) && entry["delete"] === true;
}

function dig(from: Json, ...path: readonly string[]): unknown {
    let here: unknown = from;
    for (const step of path) {
        here = isRecord(here) ? here[step] : undefined;
    }
    return here;
}
