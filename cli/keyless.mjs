#!/usr/bin/env node
// Entry point: sets up, then runs cli/main.ts in its own process group. A terminal sends Ctrl-C to every foreground
// process; this way it reaches the engine once, through us, and the engine can shut down in order.
import { spawn } from "node:child_process";
import { constants, homedir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { projectDir, setUpOrExit } from "./setup.mjs";

/** npm forwards a Ctrl-C that the terminal already sent us: within this time both count as one. */
const SAME_SIGNAL_MS = 500;

const since = String(Math.round(performance.timeOrigin));
await setUpOrExit();

// From Node 22, caches the dependencies' compiled code across processes.
const compileCache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "keyless", "node");
// Silences the AWS SDK's warning about Node 20, which its pinned version supports.
const calm = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
const preload = join(projectDir, "toolkit", "preload.cjs");
const main = spawn(
    process.execPath,
    ["--require", preload, join(projectDir, "cli", "main.ts"), ...process.argv.slice(2)],
    {
        detached: true,
        env: {
            INIT_CWD: process.cwd(),
            NODE_COMPILE_CACHE: compileCache,
            ...calm,
            ...process.env,
            KEYLESS_SINCE: since,
        },
        // The channel closes when this process is gone, so main notices.
        stdio: ["inherit", "inherit", "inherit", "ipc"],
    },
);

const lastSignal = new Map();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
        const since = Date.now() - (lastSignal.get(signal) ?? 0);
        if (since > SAME_SIGNAL_MS) {
            lastSignal.set(signal, Date.now());
            main.kill(signal);
        }
    });
}

main.on("exit", (code, signal) => {
    if (signal !== null) {
        // It did not exit by itself, so neither did its children.
        killGroup(main.pid);
        process.exit(128 + constants.signals[signal]);
    }
    process.exit(code ?? 1);
});

/** @param {number | undefined} leader */
function killGroup(leader) {
    try {
        process.kill(-(leader ?? process.pid), "SIGKILL");
    } catch {
        // No process was left.
    }
}
