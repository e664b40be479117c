import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

import { Linter } from "eslint";

import { oneTerminal } from "../../eslint.config.mjs";

const root = resolve(__dirname, "../..");

/** Runs code with access to toolkit/terminal.ts. */
function run(code: string) {
    const tsx = join(root, "node_modules/tsx/dist/cjs/index.cjs");
    const script = `const { print, printJson, tell, drained } = require("./toolkit/terminal.ts"); const { shown } = require("./toolkit/shown.ts"); ${code}`;
    return spawnSync(process.execPath, ["--require", tsx, "-e", script], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 1e8,
    });
}

describe("the terminal", () => {
    it("gets results on standard output and everything else on standard error, in visible characters", () => {
        const { stdout, stderr } = run(
            'print("a\\nb\\x1b[2J"); print(shown`a\\nb ${"\\u202e"}`); printJson({ "\\u2028": "\\x9b" }); tell("c\\r");',
        );
        assert.deepEqual(
            [stdout, stderr],
            ['a\\u{a}b\\u{1b}[2J\na\nb \\u{202e}\n{"\\u2028":"\\u009b"}\n', "c\\u{d}\n"],
        );
    });

    it("has received everything before the process ends", () => {
        const { stdout } = run('print("x".repeat(1e7)); void drained().then(() => process.exit(0));');
        assert.equal(stdout.length, 1e7 + 1);
    });

    it("tolerates a closed reader", () => {
        const { status, stderr } = run(
            'process.stdout.destroy(); print("x"); void drained().then(() => process.exit(3));',
        );
        assert.deepEqual([status, stderr], [3, ""]);
    });
});

describe("the lint rule on the terminal", () => {
    const linter = new Linter();
    const found = (code: string): string[] =>
        linter
            .verify(code, {
                plugins: { keyless: { rules: { one: oneTerminal } } },
                rules: { "keyless/one": "error" },
                languageOptions: { globals: { console: "readonly", process: "readonly" } },
            })
            .map(({ message }) => message);

    for (const code of [
        "console.log(name)",
        'console["error"](name)',
        "const { log } = console",
        "globalThis.console.log(name)",
        "process.stdout.write(name)",
        'process["stderr"].write(name)',
        "const { stdout } = process",
        "const p = process; p.stdout.write(name)",
        "process[key].write(name)",
        'import process from "node:process"',
        'import { stdout } from "process"',
        'import { Console } from "node:console"',
        'import { WriteStream } from "node:tty"',
        'import { writeSync } from "node:fs"; writeSync(1, name)',
        "fs.writeSync(fd, name)",
        "fs.writeFileSync(2, name)",
        'fs.appendFileSync("/dev/stderr", name)',
        'fs.openSync("/dev/tty", "w")',
        'spawn(program, [], { stdio: ["ignore", "inherit", "inherit"] })',
    ]) {
        it(`refuses ${code}`, () => {
            assert.match(found(code).join("; "), /writes past toolkit\/terminal\.ts; use its print, printJson or tell/);
        });
    }

    for (const code of [
        "print(name)",
        'process.env["HOME"]; process.exit(1)',
        "child.stdout.on('data', take)",
        'fs.writeFileSync("report.md", text)',
        "typeof process",
    ]) {
        it(`allows ${code}`, () => assert.deepEqual(found(code), []));
    }
});
