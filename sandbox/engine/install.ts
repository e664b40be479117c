import { mkdtemp, rename, rm } from "node:fs/promises";
import { get } from "node:https";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

import type { Progress } from "../../toolkit/progress";
import { ENGINE_VERSION } from "./versions";

/** The first download of the Automation API's installation. */
const INSTALLER = "https://get.pulumi.com/install.sh";
/** Distinguishes a network that drops packets from a slow one. */
const PROBE_MS = 3_000;

/**
 * Installs the official CLI into `root` with the Automation API, if its download is reachable.
 *
 * @returns why it failed, or undefined if it succeeded
 */
export async function installEngine(
    root: string,
    progress: Progress,
    signal: AbortSignal,
): Promise<string | undefined> {
    const unreachable = await probe(INSTALLER, signal);
    if (unreachable !== undefined) {
        return `the official download is unreachable (${INSTALLER}: ${unreachable})`;
    }
    const step = progress.step(`downloading the Pulumi engine ${ENGINE_VERSION}`);
    const draft = await mkdtemp(`${root}.download-`);
    try {
        await PulumiCommand.install({ root: draft, version: new SemVer(ENGINE_VERSION) });
        await rm(root, { recursive: true, force: true });
        await rename(draft, root);
        step.done(`Pulumi engine ${ENGINE_VERSION} downloaded`);
        return undefined;
    } catch (error) {
        step.done();
        return `the official download failed: ${lastLine(error)}`;
    } finally {
        await rm(draft, { recursive: true, force: true });
    }
}

/** Why the address is unreachable, or undefined if it answers. */
export async function probe(url: string, signal: AbortSignal, withinMs = PROBE_MS): Promise<string | undefined> {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    return new Promise((resolve) => {
        const request = get(url, { signal: inTime }, (response) => {
            response.destroy();
            resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`);
        });
        request.on("error", (error) =>
            resolve(inTime.aborted ? `no answer within ${withinMs / 1000} s` : error.message),
        );
    });
}

function lastLine(error: unknown): string {
    return String(error).trim().split("\n").at(-1) ?? "";
}
