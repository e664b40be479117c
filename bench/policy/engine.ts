import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { CustomResource } from "@pulumi/pulumi";
import { PolicyEngine } from "../../test/support/policy-engine";
import { shown } from "../../toolkit/shown";
import { print } from "../../toolkit/terminal";
import { cpuOfChildren, cpuSince } from "../report/measured";
import type { Row } from "../report/row";
import { mixture } from "./mixture";

const root = resolve(__dirname, "../..");
const rounds = 3;
const RESOURCES = 1000;

class Any extends CustomResource {}

/** Duration of a preview of 1,000 resources with the pack, compared with a pack without rules. */
export async function engine(): Promise<void> {
    const { without, withPack } = await previews();
    print(
        shown`  preview of ${RESOURCES} resources: ${without.seconds.toFixed(2)} s with an empty pack, ${withPack.seconds.toFixed(2)} s with ours (${(withPack.seconds / without.seconds).toFixed(3)} times)`,
    );
}

/** The same as rows of a table. */
export async function packRows(): Promise<readonly Row[]> {
    const { without, withPack } = await previews();
    const [reference, own] = ["a preview with an empty pack", "a preview with the policy pack"];
    return [
        { row: reference, resources: RESOURCES, ...without },
        { row: own, resources: RESOURCES, ...withPack, against: reference },
    ];
}

interface Spent {
    readonly seconds: number;
    readonly cpu: number | undefined;
}

/** The fastest of several previews with each: other load on the machine only adds time. */
async function previews(): Promise<{ readonly without: Spent; readonly withPack: Spent }> {
    const empty = emptyPack();
    const run = new PolicyEngine();
    try {
        const stack = await run.stack(async () => {
            mixture(RESOURCES).forEach(({ type, name, props }) => new Any(type, name, props));
        });
        const spent: Record<"empty" | "pack", Spent[]> = { empty: [], pack: [] };
        for (let round = 0; round < rounds; round += 1) {
            for (const [name, pack] of [
                ["empty", empty],
                ["pack", join(root, "policy")],
            ] as const) {
                const [start, before] = [performance.now(), cpuOfChildren()];
                const outcome = await run.run(stack, "preview", undefined, pack);
                spent[name].push({ seconds: (performance.now() - start) / 1000, cpu: cpuSince(before) });
                if (!outcome.succeeded) {
                    throw new Error(outcome.text);
                }
            }
        }
        return { without: fastest(spent.empty), withPack: fastest(spent.pack) };
    } finally {
        run.close();
        rmSync(empty, { recursive: true, force: true });
    }
}

function fastest(all: readonly Spent[]): Spent {
    const known = all.flatMap(({ cpu }) => cpu ?? []);
    return {
        seconds: Math.min(...all.map(({ seconds }) => seconds)),
        cpu: known.length === 0 ? undefined : Math.min(...known),
    };
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
