import { writeFileSync } from "node:fs";

import { readResources, together, UnreadableResources } from "../../access";
import type { Operation, Resource } from "../../access";
import { projectDir } from "../../toolkit/paths";
import { reason, shown } from "../../toolkit/shown";
import { jsonDocuments } from "../../toolkit/jsonDocuments";
import { readUserInput, withPath } from "../../toolkit/system/userFile";
import { UserError } from "../../toolkit/userError";
import { fromSandbox } from "../command/fromSandbox";
import { userPath } from "../command/options";

/** The command line's choice of a source of resources. */
export interface SourceOptions {
    /** The stack to preview a revision as. */
    readonly stack: string;
    readonly configFile?: string | undefined;
}

/** The resources, and their earlier state if the source has it. */
export interface Read {
    readonly after: readonly Resource[];
    readonly before?: readonly Resource[];
    /** What the sources that are previews do to resources that exist. */
    readonly operations?: readonly Operation[];
    /** Each source's config under keyless:assertions, if the source has it. */
    readonly stated: readonly unknown[];
}

/**
 * Resources from several sources together: files, `stack:NAME` (the sandbox's state of a stack), `git:REVISION` (the
 * preview of that revision's program and config).
 *
 * @throws UserError
 */
export async function readSources(sources: readonly string[], options: SourceOptions): Promise<Read> {
    const reads: Read[] = [];
    for (const source of sources) {
        reads.push(...(await readSource(source, options)));
    }
    return {
        after: together(...reads.map(({ after }) => after)),
        before: reads.some(({ before }) => before !== undefined)
            ? together(...reads.map(({ before, after }) => before ?? after))
            : undefined,
        operations: reads.flatMap(({ operations = [] }) => operations),
        stated: reads.flatMap(({ stated }) => stated),
    };
}

/** Previews the program in the working tree, and also writes the preview to a file if one is given. */
export async function readPreview({ stack, configFile }: SourceOptions, save?: string): Promise<Read> {
    const digest = await fromSandbox().previewDigest({ stack, root: projectDir, configFile });
    if (save !== undefined) {
        const path = userPath(save);
        withPath(path, () => writeFileSync(path, JSON.stringify(digest)));
    }
    return read(digest, `the preview of ${stack}`);
}

/**
 * Rejects what looks like a truncated or invented document: a version without any resource, unless all were
 * deleted.
 *
 * @throws UserError
 */
export function requireResources({ after, before = [] }: Read, source: string): void {
    if (
        ![...after, ...before].some(
            ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
        )
    ) {
        throw new UserError(
            shown`${source}: no resources, so access cannot be computed; pass a complete preview or stack export`,
        );
    }
}

async function readSource(source: string, options: SourceOptions): Promise<readonly Read[]> {
    const [, kind, rest = ""] = /^(stack|git):(.+)$/.exec(source) ?? [];
    if (kind === "stack") {
        return [read({ deployment: fromSandbox().deploymentOf(rest) }, source)];
    }
    if (kind === "git") {
        return [read(await fromSandbox().previewRevision(rest, options.stack), source)];
    }
    const documents = parseFile(source);
    return documents.map((document, index) =>
        read(document, documents.length === 1 ? source : `${source}, document ${index + 1}`),
    );
}

function read(document: unknown, source: string): Read {
    try {
        const resources = readResources(document);
        // Only a list has no config.
        const { config } = document as { config?: Readonly<Record<string, unknown>> | null };
        const stated = config?.["keyless:assertions"];
        return { ...resources, stated: stated === undefined ? [] : [stated] };
    } catch (error) {
        if (error instanceof UnreadableResources) {
            throw new UserError(shown`${source}: ${reason(error)}`);
        }
        throw error;
    }
}

function parseFile(path: string): readonly unknown[] {
    const text = readUserInput(path === "-" ? path : userPath(path));
    try {
        return jsonDocuments(text);
    } catch (error) {
        throw new UserError(
            shown`${path} can't be read as JSON: ${reason(error)}; pass a file, stack:NAME or git:REVISION`,
        );
    }
}
