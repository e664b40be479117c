// `npm test`: every check, one part after the other, from a bare clone. `npm test -- unit policy` runs only some
// parts; arguments from the first option on go to mocha (`npm test -- unit --grep wildcard`).
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { projectDir, setUpOrExit } from "./setup.mjs";

const bin = (name) => join(projectDir, "node_modules", ".bin", name);
const mocha = (...args) => ({
    command: bin("mocha"),
    args: ["--reporter", "test/support/reporter.cjs", ...args],
    counts: true,
});

const integration = readdirSync(join(projectDir, "test", "integration"))
    .filter((file) => file.endsWith(".test.ts"))
    .sort();

/** A part without counts is one test. `before` must succeed first and does not count. */
const parts = {
    types: { title: "type check", command: bin("tsc"), args: ["--noEmit"] },
    format: { title: "format", command: bin("prettier"), args: ["--check", "--cache", "--log-level", "warn", "."] },
    lint: { title: "lint", command: bin("eslint"), args: ["."] },
    unit: { title: "unit tests", ...mocha("--ignore", "test/policy/**", "test/**/*.test.ts") },
    policy: { title: "policy pack", ...mocha("test/policy/**/*.test.ts") },
    integration: {
        title: "integration: real engine, real Postgres",
        before: { command: process.execPath, args: ["cli/keyless.mjs", "engine"] },
        ...mocha("--config", ".mocharc.integration.yml"),
        // Two concurrent mocha runs, each with every other file: an engine run waits as often as it works.
        shares: [0, 1].map((share) =>
            integration.filter((_, index) => index % 2 === share).map((file) => `test/integration/${file}`),
        ),
    },
};

const firstOption = process.argv.findIndex((arg, index) => index > 1 && arg.startsWith("-"));
const names = process.argv.slice(2, firstOption === -1 ? undefined : firstOption);
const mochaOptions = firstOption === -1 ? [] : process.argv.slice(firstOption);
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0) {
    console.error(`unknown part: ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
    process.exit(2);
}

await setUpOrExit({ everything: true });

const results = [];
for (const [name, part] of Object.entries(parts)) {
    if (names.length === 0 || names.includes(name)) {
        console.log(`\n=== ${part.title} ===`);
        const since = Date.now();
        const result = {
            title: part.title,
            ...(await runPart(part)),
            seconds: Math.round((Date.now() - since) / 1000),
        };
        console.log(`--- ${describe(result)}, ${result.seconds} s`);
        results.push(result);
    }
}

console.log("\n=== summary ===");
for (const result of results) {
    console.log(
        `${result.failed === 0 ? "ok    " : "FAILED"}  ${result.title}: ${describe(result)}, ${result.seconds} s`,
    );
    for (const line of result.because ?? []) {
        console.log(`        ${line}`);
    }
}
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${results.reduce((sum, result) => sum + result.passed, 0)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function describe({ passed, failed, skipped }) {
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function runPart({ command, args, counts, before, shares = [[]] }) {
    const one = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
    if (before !== undefined && (await run(before.command, before.args)) !== 0) {
        return one(1);
    }
    if (!counts) {
        return one(await run(command, args));
    }
    // Streams the first share's output; prints another's at its end.
    const results = await Promise.all(
        shares.map((files, index) => countTests(command, [...args, ...files, ...mochaOptions], index > 0)),
    );
    return results.reduce((sum, each) => ({
        passed: sum.passed + each.passed,
        failed: sum.failed + each.failed,
        skipped: sum.skipped + each.skipped,
        because: [...sum.because, ...each.because],
    }));
}

async function countTests(command, args, later) {
    const folder = mkdtempSync(join(tmpdir(), "keyless-test-"));
    const file = join(folder, "counts.json");
    try {
        const code = await run(command, args, { KEYLESS_TEST_COUNTS: file }, later);
        const { passes, failures, pending, failed } = readCounts(file);
        // Mocha may fail without a failing test: a file that cannot be loaded, a crash.
        return {
            passed: passes,
            failed: code === 0 ? failures : Math.max(failures, 1),
            skipped: pending,
            because: failed,
        };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function readCounts(file) {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return { passes: 0, failures: 1, pending: 0, failed: ["mocha ended without a result"] };
    }
}

function run(command, args, env = {}, later = false) {
    return new Promise((resolve) => {
        const stdio = later ? ["inherit", "pipe", "pipe"] : "inherit";
        const child = spawn(command, args, { cwd: projectDir, env: { ...process.env, ...env }, stdio });
        const said = [];
        for (const stream of [child.stdout, child.stderr]) {
            stream?.setEncoding("utf8").on("data", (text) => said.push(text));
        }
        child.on("error", (error) => {
            console.error(`${command}: ${error.message}`);
            resolve(1);
        });
        child.on("close", (code) => {
            process.stdout.write(said.join(""));
            resolve(code ?? 1);
        });
    });
}
