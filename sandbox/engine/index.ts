import { existsSync } from "node:fs";
import { join } from "node:path";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { satisfies } from "semver";

import { type Shown, inLines, quoted, shown } from "../../toolkit/shown";
import { acquireLock } from "../../toolkit/system/lock.mjs";
import { UserError } from "../../toolkit/userError";
import type { Progress } from "../../toolkit/progress";
import { buildEngine } from "./build";
import { installEngine } from "./install";
import { ENGINE_VERSION, SUITABLE_VERSIONS, engineDir } from "./versions";

/** The engine is missing and cannot be obtained; the message lists what to install. */
export class NoEngineError extends UserError {}

/** A way to install the engine into a folder; returns why it failed, or undefined if it succeeded. */
export type Installer = (root: string, progress: Progress, signal: AbortSignal) => Promise<string | undefined>;

/**
 * Finds or installs the Pulumi engine: the CLI on PATH, else the one in our cache, else the official download, else a
 * build from the Go module proxy (some minutes, once).
 *
 * @throws NoEngineError if none of these works
 */
export async function findEngine(
    progress: Progress,
    signal: AbortSignal,
    ways: readonly Installer[] = [installEngine, buildEngine],
): Promise<PulumiCommand> {
    return (await fromPath(progress)) ?? (await fromCache()) ?? (await fetchEngine(progress, signal, ways));
}

async function fromPath(progress: Progress): Promise<PulumiCommand | undefined> {
    const found = await working(PulumiCommand.get({ skipVersionCheck: true }));
    if (found?.version && !satisfies(found.version, SUITABLE_VERSIONS)) {
        progress.line(`the pulumi on PATH is ${found.version}, but ${SUITABLE_VERSIONS} is needed: using our own`);
        return undefined;
    }
    return found;
}

async function fromCache(): Promise<PulumiCommand | undefined> {
    const root = engineDir();
    return existsSync(join(root, "bin", "pulumi")) ? working(PulumiCommand.get({ root })) : undefined;
}

/** One process installs the engine; the others wait and use the result. */
async function fetchEngine(
    progress: Progress,
    signal: AbortSignal,
    ways: readonly Installer[],
): Promise<PulumiCommand> {
    const onWait = (pid: number): void => progress.line(`process ${pid} is getting the Pulumi engine: waiting for it`);
    const root = engineDir();
    const release = await acquireLock(`${root}.lock`, { onWait, signal });
    try {
        const gotByAnother = await fromCache();
        if (gotByAnother !== undefined) {
            return gotByAnother;
        }
        const failures: string[] = [];
        for (const get of ways) {
            const failure = await get(root, progress, signal);
            signal.throwIfAborted();
            if (failure === undefined) {
                return await PulumiCommand.get({ root });
            }
            failures.push(failure);
        }
        throw new NoEngineError(explain(failures));
    } finally {
        release();
    }
}

function explain(failures: readonly string[]): Shown {
    return inLines([
        `the Pulumi engine ${ENGINE_VERSION} is required and could not be installed:`,
        ...failures.map((failure) => shown`  - ${quoted(failure)}`),
        "install one of these, with its command on PATH, and run the same command again:",
        shown`  - the Pulumi CLI (${SUITABLE_VERSIONS}): https://www.pulumi.com/docs/install/`,
        shown`  - Go (1.25.11 or newer), which builds the engine from the Go module proxy: https://go.dev/doc/install`,
    ]);
}

async function working(command: Promise<PulumiCommand>): Promise<PulumiCommand | undefined> {
    try {
        return await command;
    } catch {
        return undefined;
    }
}
