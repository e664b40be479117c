import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readResources, together, UnreadableResources } from "../../access";
import type { Operation, Resource } from "../../access";
import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { withPath } from "../../toolkit/system/userFile";
import { backendDir } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/run/recovery";
import { reason, shown } from "../../toolkit/shown";
import { interrupt } from "../command/interrupt";
import { userPath } from "../command/options";
import { previewDigest } from "../sandbox/digest";

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
        reads.push(await readSource(source, options));
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
    const digest = await previewDigest({ stack, root: projectDir, configFile });
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

async function readSource(source: string, options: SourceOptions): Promise<Read> {
    const [, kind, rest = ""] = /^(stack|git):(.+)$/.exec(source) ?? [];
    if (kind === "stack") {
        const deployment = readDeployment(backendDir(), rest);
        if (deployment === undefined) {
            throw new UserError(
                `the sandbox has no stack ${JSON.stringify(rest)}; deploy it: npm start -- --stack ${rest}`,
            );
        }
        return read({ deployment: { resources: [], ...deployment } }, source);
    }
    if (kind === "git") {
        return read(await previewRevision(rest, options.stack), source);
    }
    return read(parseFile(source), source);
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

function parseFile(path: string): unknown {
    try {
        return JSON.parse(readFileSync(path === "-" ? 0 : userPath(path), "utf8")) as unknown;
    } catch (error) {
        throw new UserError(
            shown`${path} can't be read as JSON: ${reason(error)}; pass a file, stack:NAME or git:REVISION`,
        );
    }
}

/** Previews a revision in a separate process and folder, with the packages that are installed here. */
async function previewRevision(revision: string, stack: string): Promise<unknown> {
    if (revision.startsWith("-")) {
        throw new UserError(
            `${JSON.stringify(revision)} is not a revision: git would parse it as an option; name a branch, a tag or a commit`,
        );
    }
    const folder = mkdtempSync(join(tmpdir(), "keyless-revision-"));
    const tree = join(folder, "tree");
    try {
        git("worktree", "add", "--detach", "--force", tree, revision);
        symlinkSync(join(projectDir, "node_modules"), join(tree, "node_modules"));
        const output = join(folder, "digest.json");
        const preload = join(projectDir, "toolkit", "preload.cjs");
        const args = ["--require", preload, join(projectDir, "cli", "sandbox", "revision.ts"), stack, tree, output];
        // eslint-disable-next-line keyless/one-terminal -- revision.ts writes by toolkit/terminal.ts itself
        const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
        interrupt.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
        const [code] = (await once(child, "exit")) as [number | null];
        if (code !== 0) {
            throw new Error("its error is above");
        }
        return JSON.parse(readFileSync(output, "utf8")) as unknown;
    } catch (error) {
        throw new UserError(shown`revision ${revision} can't be previewed: ${reason(error)}`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
        git("worktree", "prune");
    }
}

function git(...args: readonly string[]): void {
    execFileSync("git", args, { cwd: projectDir, stdio: ["ignore", "ignore", "pipe"] });
}
