// `npm test`: every check, three processes at a time, from a bare clone; it fails if the tests left a process or a file behind.
// `npm test -- unit policy` runs only some parts; arguments from the first option on go to mocha (`npm test -- unit --grep wildcard`).
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import leftovers from "../test/support/leftovers.cjs";
import { projectDir, setUpOrExit } from "./setup.mjs";

const bin = (name) => join(projectDir, "node_modules", ".bin", name);
const mocha = (...args) => ({
    command: bin("mocha"),
    args: ["--reporter", "test/support/reporter.cjs", ...args],
    counts: true,
});

const tests = readdirSync(join(projectDir, "test"), { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith(".test.ts"))
    .sort();
const isIntegration = (file) => file.startsWith("test/integration/");
const isPolicy = (file) => file.startsWith("test/policy/");

/** A part is one process, or several: each with its share of the files. One without counts is one test. */
const parts = {
    types: { title: "type check", command: bin("tsc"), args: ["--noEmit"] },
    lint: { title: "lint", command: bin("eslint"), args: ["."] },
    format: { title: "format", command: bin("prettier"), args: ["--check", "--cache", "--log-level", "warn", "."] },
    unit: {
        title: "unit tests",
        ...mocha(),
        shares: dealt(
            tests.filter((file) => !isIntegration(file) && !isPolicy(file)),
            2,
        ),
    },
    policy: { title: "policy pack", ...mocha(), shares: [tests.filter(isPolicy)] },
    integration: {
        title: "integration: real engine, real Postgres",
        // Must succeed first, and does not count.
        before: { command: process.execPath, args: ["cli/keyless.mjs", "engine"] },
        ...mocha("--config", ".mocharc.integration.yml"),
        // Many, so that all processes end at about the same time; those with the longest files, last in the alphabet, start first.
        shares: dealt(tests.filter(isIntegration).reverse(), 12),
    },
};

/** The files in so many shares, dealt like cards. */
function dealt(files, count) {
    return Array.from({ length: count }, (_, share) => files.filter((_, index) => index % count === share));
}

const firstOption = process.argv.findIndex((arg, index) => index > 1 && arg.startsWith("-"));
const names = process.argv.slice(2, firstOption === -1 ? undefined : firstOption);
const mochaOptions = firstOption === -1 ? [] : process.argv.slice(firstOption);
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0) {
    console.error(`unknown part: ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}`);
    process.exit(2);
}

await setUpOrExit({ everything: true });

/** The folders of the processes that run now; an interrupted run removes them, too, and ends what runs with them. */
const roots = new Set();
process.on("exit", () => roots.forEach(leftovers.removeAll));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => process.exit(1));
}

/** More than any process takes to notice that it is alone; only a run that fails waits for so long. */
const GRACE_SECONDS = 120;

/** Every process to start, in this order. */
const tasks = Object.entries(parts)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .flatMap(([, part]) => {
        const { shares = [[]] } = part;
        const ready = once(
            async () => part.before === undefined || (await run({ ...part.before, stdio: "inherit" })).code === 0,
        );
        return shares.map((files, index) => ({
            part,
            ready,
            title: shares.length === 1 ? part.title : `${part.title} (${index + 1} of ${shares.length})`,
            args: part.counts ? [...part.args, ...files, ...mochaOptions] : part.args,
        }));
    });

// More than a small machine has cores: an engine run waits as often as it works.
const left = [...tasks];
const done = [];
const since = Date.now();
const work = async () => {
    for (let task = left.shift(); task !== undefined; task = left.shift()) {
        console.log(`... ${task.title}`);
        const began = Date.now();
        const { output, ...counts } = await runTask(task);
        const result = { part: task.part, ...counts, began, ended: Date.now() };
        console.log(`\n=== ${task.title} ===\n${output}--- ${describe(result)}, ${secondsOf(result)} s`);
        done.push(result);
    }
};
await Promise.all([work(), work(), work()]);

const results = [...new Set(tasks.map(({ part }) => part))].map((part) =>
    done
        .filter((result) => result.part === part)
        .reduce((sum, each) => ({
            part,
            passed: sum.passed + each.passed,
            failed: sum.failed + each.failed,
            skipped: sum.skipped + each.skipped,
            began: Math.min(sum.began, each.began),
            ended: Math.max(sum.ended, each.ended),
            because: [...sum.because, ...each.because],
        })),
);
console.log("\n=== summary ===");
for (const result of results) {
    console.log(
        `${result.failed === 0 ? "ok    " : "FAILED"}  ${result.part.title}: ${describe(result)}, ${secondsOf(result)} s`,
    );
    for (const line of result.because) {
        console.log(`        ${line}`);
    }
}
const longest = done
    .flatMap(({ seconds }) => Object.entries(seconds))
    .filter(([, seconds]) => seconds >= 1)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 12);
if (longest.length > 0) {
    const lines = longest.map(([file, seconds]) => `        ${Math.round(seconds)} s ${file}`);
    console.log(["the longest files:", ...lines].join("\n"));
}
console.log(`        ${secondsOf({ began: since, ended: Date.now() })} s, three processes at a time`);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${results.reduce((sum, result) => sum + result.passed, 0)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function secondsOf({ began, ended }) {
    return Math.round((ended - began) / 1000);
}

function describe({ passed, failed, skipped }) {
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function runTask({ part, args, ready }) {
    const one = (code) => ({
        passed: code === 0 ? 1 : 0,
        failed: code === 0 ? 0 : 1,
        skipped: 0,
        because: [],
        seconds: {},
    });
    if (!(await ready())) {
        return { ...one(1), output: "" };
    }
    if (!part.counts) {
        const { code, output } = await run({ command: part.command, args });
        return { ...one(code), output };
    }
    const { root, environment } = leftovers.makeFolders();
    roots.add(root);
    const file = join(environment.TMPDIR, "counts.json");
    try {
        const env = { ...environment, KEYLESS_TEST_COUNTS: file };
        const { code, output } = await run({ command: part.command, args, env });
        const { passes, failures, pending, failed, seconds, leftBy } = readCounts(file);
        const left = (await leftInTheEnd(root)).map((what) => `left by ${leftBy[what] ?? "a test"}: ${what}`);
        // Mocha may fail without a failing test: a file that cannot be loaded, a crash.
        return {
            output,
            passed: passes,
            failed: (code === 0 ? failures : Math.max(failures, 1)) + left.length,
            skipped: pending,
            because: [...failed, ...left],
            seconds,
        };
    } finally {
        leftovers.removeAll(root);
        roots.delete(root);
    }
}

/** What is left once the processes have ended that end with the one that started them. */
async function leftInTheEnd(root) {
    for (let seconds = 0; seconds < GRACE_SECONDS && leftovers.processesOf(root).length > 0; seconds += 1) {
        await pause(1000);
    }
    return leftovers.leftIn(root);
}

function readCounts(file) {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return {
            passes: 0,
            failures: 1,
            pending: 0,
            failed: ["mocha ended without a result"],
            seconds: {},
            leftBy: {},
        };
    }
}

/** Runs to the end. What a process prints is kept until then, because another one prints at the same time. */
function run({ command, args, env = {}, stdio = ["inherit", "pipe", "pipe"] }) {
    return new Promise((resolve) => {
        const child = spawn(command, args, { cwd: projectDir, env: { ...process.env, ...env }, stdio });
        const said = [];
        for (const stream of [child.stdout, child.stderr]) {
            stream?.setEncoding("utf8").on("data", (text) => said.push(text));
        }
        child.on("error", (error) => said.push(`${command}: ${error.message}\n`));
        child.on("close", (code) => resolve({ code: code ?? 1, output: said.join("") }));
    });
}

/** The function, which runs once. */
function once(start) {
    let running;
    return () => (running ??= start());
}
