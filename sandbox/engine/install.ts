import { mkdtemp, rename, rm } from "node:fs/promises";
import { get } from "node:https";

import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

import type { Progress } from "../progress";
import { ENGINE_VERSION } from "./versions";

/** What the Automation API's installation downloads first. */
const INSTALLER = "https://get.pulumi.com/install.sh";
/** A network that drops packets is told from a slow one within this time. */
const PROBE_MS = 3_000;

/**
 * Lets the Automation API install the official CLI into `root`, if its download can be reached.
 *
 * @returns why it did not work, or undefined when it did
 */
export async function installEngine(root: string, progress: Progress, signal: AbortSignal): Promise<string | undefined> {
    const unreachable = await probe(INSTALLER, signal);
    if (unreachable !== undefined) {
        return `the official download can't be reached (${INSTALLER}: ${unreachable})`;
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

/** Why the address can't be reached, or undefined when it answers. */
export async function probe(url: string, signal: AbortSignal, withinMs = PROBE_MS): Promise<string | undefined> {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    return new Promise((resolve) => {
        const request = get(url, { signal: inTime }, (response) => {
            response.destroy();
            resolve(response.statusCode === 200 ? undefined : `status ${response.statusCode}`);
        });
        request.on("error", (error) => resolve(inTime.aborted ? `no answer within ${withinMs / 1000} s` : error.message));
    });
}

function lastLine(error: unknown): string {
    return String(error).trim().split("\n").at(-1) ?? "";
}
