// Tries the Python example in the sandbox, with botocore and pg8000 from PyPI: `npm start`, then
// `node test/clients/python.mjs [WORKLOAD…]`. Not part of `npm test`, which only uses npm's registry.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const example = join(root, "examples", "connection-test", "python");
const dir = mkdtempSync(join(tmpdir(), "keyless-python-"));
const python = join(dir, "bin", "python");
const workloads = process.argv.length > 2 ? process.argv.slice(2) : ["shop/shop", "payments/billing-api"];

function run(command, ...args) {
    return spawnSync(command, args, { cwd: root, encoding: "utf8" });
}

try {
    const made = run("python3", "-m", "venv", dir);
    const installed = existsSync(python)
        ? run(python, "-m", "pip", "install", "--quiet", "-r", join(example, "requirements.txt"))
        : made;
    if (installed.status !== 0) {
        console.log(
            `skipped: no Python with botocore and pg8000 (${(installed.stderr || String(installed.error)).trim().split("\n").at(-1)})`,
        );
    } else {
        const tries = workloads.map((workload) => {
            const { status, stdout, stderr } = run(
                process.execPath,
                join(root, "cli", "keyless.mjs"),
                "run",
                workload,
                "--",
                python,
                join(example, "connection_test.py"),
            );
            console.log(`${status === 0 ? "ok    " : "FAILED"}  ${workload}\n${stdout || stderr}`);
            return status === 0;
        });
        process.exitCode = tries.every(Boolean) ? 0 : 1;
    }
} finally {
    rmSync(dir, { recursive: true, force: true });
}
