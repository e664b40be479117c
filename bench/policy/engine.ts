import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { CustomResource } from "@pulumi/pulumi";
import { PolicyEngine } from "../../test/support/policy-engine";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { mixture } from "./mixture";

const root = resolve(__dirname, "../..");
const rounds = 3;

class Any extends CustomResource {}

/** Duration of a preview of 1,000 resources with the pack, compared with a pack without rules. */
export async function engine(): Promise<void> {
    const empty = emptyPack();
    const run = new PolicyEngine();
    try {
        const stack = await run.stack(async () => {
            mixture(1000).forEach(({ type, name, props }) => new Any(type, name, props));
        });
        const seconds: Record<"empty" | "pack", number[]> = { empty: [], pack: [] };
        for (let round = 0; round < rounds; round += 1) {
            for (const [name, pack] of [
                ["empty", empty],
                ["pack", join(root, "policy")],
            ] as const) {
                const start = performance.now();
                const outcome = await run.run(stack, "preview", undefined, pack);
                seconds[name].push((performance.now() - start) / 1000);
                if (!outcome.succeeded) {
                    throw new Error(outcome.text);
                }
            }
        }
        // The fastest of each: other load on the machine only adds time.
        const [without, withPack] = [Math.min(...seconds.empty), Math.min(...seconds.pack)];
        print(
            shown`  preview of 1,000 resources: ${without.toFixed(2)} s with an empty pack, ${withPack.toFixed(2)} s with ours (${(withPack / without).toFixed(3)} times)`,
        );
    } finally {
        run.close();
        rmSync(empty, { recursive: true, force: true });
    }
}

/** A pack without rules, started like ours. */
function emptyPack(): string {
    const folder = mkdtempSync(join(tmpdir(), "keyless-empty-"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "PulumiPolicy.yaml"), "name: empty\nruntime: nodejs\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "empty", version: "0.0.1", main: "start.cjs" }));
    writeFileSync(
        join(folder, "start.cjs"),
        'require("tsx/cjs");\nnew (require("@pulumi/policy").PolicyPack)("empty", { policies: [] });\n',
    );
    return folder;
}
