import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { parseSettings } from "../../config/settings";
import { projectDir } from "../../toolkit/paths";
import type { Ran, RunShard } from "../fleet/run";
import { ofProject } from "../command/stackChoice";
import { seedReferencedRoles } from "./rehearsal";
import type { FleetShardRun } from "./fleetShard";
import { inSandbox } from "./session";

/**
 * Does some work with the sandbox's engine. Each shard's run is a process: a program declares its resources in its own module cache.
 *
 * @param parallel how many operations an engine may have in flight
 */
export function withSandboxShards<T>(work: (run: RunShard) => Promise<T>, parallel?: number): Promise<T> {
    return inSandbox(({ server: { socksUrl, identityUrl, caFile } }) =>
        work((operation, { name, config }, signal) => {
            seedReferencedRoles(parseSettings(ofProject(config)), String(config["aws:region"]));
            const given = { operation, stack: name, config, server: { socksUrl, identityUrl, caFile }, parallel };
            return inProcess(given, signal);
        }),
    );
}

async function inProcess(given: FleetShardRun, signal: AbortSignal): Promise<Ran> {
    const preload = join(projectDir, "toolkit", "preload.cjs");
    const child = spawn(process.execPath, ["--require", preload, join(__dirname, "fleetShard.ts")], {
        // The channel carries what to run; it closes when this process is gone, so the child stops.
        // eslint-disable-next-line keyless/one-terminal -- what a program of ours reports passes through toolkit/terminal.ts
        stdio: ["ignore", "pipe", "inherit", "ipc"],
        // A terminal sends Ctrl-C to every process of the group; the child gets it once, from here.
        detached: true,
    });
    const stop = (): void => void child.kill("SIGINT");
    signal.addEventListener("abort", stop);
    try {
        const ended = once(child, "exit") as Promise<[number | null]>;
        child.send(given);
        const answer = child.stdout === null ? "" : await text(child.stdout);
        const [code] = await ended;
        return code === 0
            ? (JSON.parse(answer) as Ran)
            : { ok: false, changes: "", errors: [`the run ended with ${code ?? "a signal"}`] };
    } finally {
        signal.removeEventListener("abort", stop);
    }
}
