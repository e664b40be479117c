// Plain JavaScript without dependencies: it runs before they are installed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath } from "node:url";

import { acquireLock } from "../toolkit/system/lock.mjs";
import { forAws, isForAws, isSame } from "./installed.mjs";

/** The repository's root. */
export const projectDir = dirname(dirname(fileURLToPath(import.meta.url)));

const lockFile = join(projectDir, "package-lock.json");
const installedFile = join(projectDir, "node_modules", ".package-lock.json");
const SIGN_OF_LIFE_MS = 30_000;

/** A reason not to start, with a message for the user. */
export class SetupError extends Error {}

/** Ends the process with a message for the user if it cannot start. */
export async function setUpOrExit(options = {}) {
    try {
        await setUp(options);
    } catch (error) {
        if (!(error instanceof SetupError)) {
            throw error;
        }
        console.error(error.message);
        process.exit(1);
    }
}

/**
 * Checks this Node's version and installs the dependencies of package-lock.json if necessary. An installation for AWS
 * alone stays one, unless everything is needed. Writes only to standard error.
 */
export async function setUp({ everything = false } = {}) {
    checkNode(process.versions.node, process.platform);
    if (isInstalled(everything)) {
        return;
    }
    const release = await acquireLock(join(projectDir, ".keyless", "setup.lock"), {
        onWait: (pid) => console.error(`process ${pid} is installing the dependencies; waiting for it`),
    });
    try {
        if (!isInstalled(everything)) {
            await install(everything);
        }
    } finally {
        release();
    }
}

/**
 * @param {string} version Node's, without the `v`
 * @param {string} platform
 */
export function checkNode(version, platform) {
    const needed = JSON.parse(readFileSync(join(projectDir, "package.json"), "utf8")).engines.node;
    const [oldestMajor, oldestMinor] = needed.replace(">=", "").split(".").map(Number);
    const [major, minor] = version.split(".").map(Number);
    if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
        throw new SetupError(`Node ${version} is too old; ${needed} is required: https://nodejs.org/en/download`);
    }
    if (platform === "win32") {
        throw new SetupError(
            "Windows itself is not supported: run this in WSL (https://learn.microsoft.com/windows/wsl)",
        );
    }
}

/**
 * npm records what it installed as its last step. A newer lock file may still have the same content: Git gives every file
 * that it writes the current time.
 *
 * @param {boolean} everything whether the sandbox and the tools of development must be installed too
 */
function isInstalled(everything) {
    const since = statSync(installedFile, { throwIfNoEntry: false })?.mtimeMs;
    if (since === undefined) {
        return false;
    }
    const installed = packagesIn(installedFile);
    const partly = isForAws(installed);
    if (partly && everything) {
        return false;
    }
    const wanted = packagesIn(lockFile);
    return since >= statSync(lockFile).mtimeMs || isSame(partly ? forAws(wanted) : wanted, installed);
}

/** @param {string} file */
function packagesIn(file) {
    return JSON.parse(readFileSync(file, "utf8")).packages;
}

/**
 * Skips install scripts: newer versions of npm do too, none is needed, and the one of @pulumi/kubernetes would download a
 * plugin that the sandbox does not use.
 *
 * @param {boolean} everything
 */
async function install(everything) {
    const since = Date.now();
    const elapsed = () => `${Math.round((Date.now() - since) / 1000)} s`;
    const partly = !everything && existsSync(installedFile) && isForAws(packagesIn(installedFile));
    const what = partly ? ["run", "install:aws", "--"] : ["ci"];
    console.error(`installing the dependencies (npm ${partly ? "run install:aws" : "ci"}) …`);
    const timer = setInterval(() => console.error(`installing the dependencies … ${elapsed()}`), SIGN_OF_LIFE_MS);
    try {
        // npm prints its summary to standard output, which belongs to our caller.
        const code = await run("npm", [...what, "--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund"]);
        if (code !== 0) {
            throw new SetupError(`npm failed (exit code ${code}); its messages are above`);
        }
    } finally {
        clearInterval(timer);
    }
    console.error(`dependencies installed (${elapsed()})`);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number | null>} the exit code
 */
function run(command, args) {
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd: projectDir, stdio: ["ignore", 2, 2] });
        child.on("error", (error) => reject(new SetupError(`${command} can't be run: ${error.message}`)));
        child.on("close", resolve);
    });
}
