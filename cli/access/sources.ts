import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readResources, together, UnreadableResources } from "../../access";
import type { Resource } from "../../access";
import { projectDir } from "../../sandbox/paths";
import { UserError } from "../../sandbox/userError";
import { withPath } from "../../sandbox/userFile";
import { backendDir } from "../../sandbox/run";
import { readDeployment } from "../../sandbox/run/recovery";
import { reason, shown } from "../../toolkit/shown";
import { interrupt } from "../interrupt";
import { userPath } from "../options";
import { previewDigest } from "./preview";

/** Where resources come from, as the command line says it. */
export interface SourceOptions {
    /** The stack that a revision is previewed as. */
    readonly stack: string;
    readonly configFile?: string | undefined;
}

/** What was read: the resources, and what they were before where the source tells. */
export interface Read {
    readonly after: readonly Resource[];
    readonly before?: readonly Resource[];
    /** What each source's config has under keyless:assertions, where the source tells. */
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
        stated: reads.flatMap(({ stated }) => stated),
    };
}

/** What the program in the working tree would bring; written to a file as well, where one is given. */
export async function readPreview({ stack, configFile }: SourceOptions, save?: string): Promise<Read> {
    const digest = await previewDigest({ stack, root: projectDir, configFile });
    if (save !== undefined) {
        const path = userPath(save);
        withPath(path, () => writeFileSync(path, JSON.stringify(digest)));
    }
    return read(digest, `the preview of ${stack}`);
}

/**
 * Refuses what cannot be told from a document that was cut off or made up: a version without a single resource, unless it is
 * what deleting them leaves.
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
            shown`${source}: no resources, so it says nothing about who can reach what; give a complete preview or stack export`,
        );
    }
}

async function readSource(source: string, options: SourceOptions): Promise<Read> {
    const [, kind, rest = ""] = /^(stack|git):(.+)$/.exec(source) ?? [];
    if (kind === "stack") {
        const deployment = readDeployment(backendDir(), rest);
        if (deployment === undefined) {
            throw new UserError(
                `the sandbox has no stack ${JSON.stringify(rest)}; bring it up: npm start -- --stack ${rest}`,
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
        // Only a list has no config of its own.
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
            shown`${path} can't be read as JSON: ${reason(error)}; give a file, stack:NAME or git:REVISION`,
        );
    }
}

/** A revision's program needs a process of its own, and a folder; it uses the packages that are installed here. */
async function previewRevision(revision: string, stack: string): Promise<unknown> {
    if (revision.startsWith("-")) {
        throw new UserError(
            `${JSON.stringify(revision)} is no revision: git would take it for an option; name a branch, a tag or a commit`,
        );
    }
    const folder = mkdtempSync(join(tmpdir(), "keyless-revision-"));
    const tree = join(folder, "tree");
    try {
        git("worktree", "add", "--detach", "--force", tree, revision);
        symlinkSync(join(projectDir, "node_modules"), join(tree, "node_modules"));
        const output = join(folder, "digest.json");
        const preload = join(projectDir, "sandbox", "preload.cjs");
        const args = ["--require", preload, join(__dirname, "revision.ts"), stack, tree, output];
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
