#!/usr/bin/env node
// The command's first part: sets up, then runs cli/main.ts in a process group of its own. So a Ctrl-C, which a
// terminal sends to every process in the foreground, reaches the engine once, through us, and it can end in order.
import { spawn } from "node:child_process";
import { constants, homedir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { SetupError, projectDir, setUp } from "./setup.mjs";

/** npm passes on a Ctrl-C that we got from the terminal already: within this time both are one. */
const SAME_SIGNAL_MS = 500;

const since = String(Math.round(performance.timeOrigin));
try {
    await setUp();
} catch (error) {
    if (!(error instanceof SetupError)) {
        throw error;
    }
    console.error(error.message);
    process.exit(1);
}

// From Node 22 on, the dependencies' code is compiled once, not by each process.
const compileCache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "keyless", "node");
// The AWS SDK's word on Node 20, which its pinned version runs on.
const calm = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
const preload = join(projectDir, "sandbox", "preload.cjs");
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
        // The channel tells main when we are gone, however that came.
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
        // It did not end by itself, so neither did what it had started.
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
        // Nobody was left.
    }
}
