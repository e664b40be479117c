import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ofProject } from "../../cli/command/stackChoice";
import { seedReferencedRoles } from "../../cli/sandbox/rehearsal";
import { inSandbox, inSession, type Sandbox } from "../../cli/sandbox/session";
import { parseSettings } from "../../config/settings";
import { cloudDir } from "../../sandbox/cloud/folders";
import { Store } from "../../sandbox/cloud/store";
import { Runner, type Ran } from "../../sandbox/inProcess/runner";
import { removeClustersExcept } from "../../sandbox/postgres/cluster";
import { releaseMaster } from "../../sandbox/providers/aws/rds/release";
import { backendDir, run } from "../../sandbox/run";
import type { RunLog } from "../../sandbox/run/events";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { accessProof, proven } from "../support/accessProof";
import { withEmptyState } from "../support/ownState";
import { summaryOf } from "../support/standIn";
import { leftByYear, steps, type Step } from "./yearSteps";

describe("a stack on the real engine, with a real Postgres", () => {
    after(() => removeClustersExcept(new Set()));
    withEmptyState();

    it("is deployed by Pulumi.dev.yaml as shipped, in the three steps of docs/deploying.md, with the policy packs", async () => {
        await inSession({ stack: "dev" }, async ({ run, server, settings }) => {
            const platform = await run("up", { "keyless:deploy": "platform" });
            assert.deepEqual(complaints(platform.log), []);
            await bootstrap(server, platform.log);
            const all = await run("up");
            assert.deepEqual([complaints(all.log), all.log.changes.same], [[], platform.log.changes.create]);
            assert.deepEqual(inventoryOf("dev"), recorded("Pulumi.dev.yaml"));
            const { log } = await run("preview");
            assert.deepEqual([complaints(log), log.changed], [[], 0]);
            const proof = await accessProof(server, "dev", settings, all.log);
            assert.deepEqual(proof, proven(["billing_app", "shop_app"], { connected: [] }));
        });
    });

    it("goes through a year of changes: each does what its preview says, settles, and leaves access as declared", async function () {
        // Four times what two slow cores take.
        this.timeout(1_800_000);
        await inSandbox(async (sandbox) => {
            const runner = new Runner(sandbox.engine, sandbox.server);
            const before = new Set(objects());
            try {
                let last: RunLog | undefined;
                for (const step of steps) {
                    last = await take(step, { ...sandbox, runner, last });
                }
            } finally {
                runner.close();
            }
            const { resources = [] } = readDeployment(backendDir(), "year") ?? {};
            const { log } = await run("destroy", { ...sandbox, stack: "year" });
            assert.deepEqual(complaints(log), []);
            const deleted = log.resources.filter(({ op }) => op === "delete");
            assert.deepEqual(deleted.map(({ urn }) => urn).sort(), resources.map(({ urn }) => urn).sort());
            assert.deepEqual(readDeployment(backendDir(), "year")?.resources ?? [], []);
            const left = objects().filter((object) => !before.has(object));
            assert.deepEqual(left.map((object) => object.split(" ")[0]).sort(), [...leftByYear].sort());
        });
    });
});

interface Year extends Sandbox {
    readonly runner: Runner;
    /** Of the run before; undefined for the first. */
    readonly last: RunLog | undefined;
}

async function take(step: Step, { runner, server, last }: Year): Promise<RunLog> {
    const config: Record<string, unknown> = { ...step.config, "keyless:caBundle": server.caFile };
    const settings = parseSettings(ofProject(config));
    seedReferencedRoles(settings, String(config["aws:region"]));
    if (step.first !== undefined && last !== undefined) {
        await operator[step.first](server, last);
    }
    const preview = await runner.run("preview", "year", config);
    const up = await runner.run("up", "year", config);
    const settled = await runner.run("preview", "year", config);
    // With its title, which tells whose values differ.
    const { title, does, inside = {}, logins } = step;
    const faults = [preview, up, settled].map(({ log }) => complaints(log));
    assert.deepEqual({ title, faults }, { title, faults: [[], [], []] });
    assert.deepEqual({ title, does: operationsOf(up) }, { title, does: operationsOf(preview) });
    assert.deepEqual({ title, does: summaryOf(operationsOf(up, /^aws:/)) }, { title, does });
    assert.deepEqual({ title, inside: summaryOf(operationsOf(up, /^(kubernetes|postgresql):/)) }, { title, inside });
    assert.deepEqual({ title, again: operationsOf(settled) }, { title, again: [] });
    const proof = await accessProof(server, "year", settings, up.log);
    assert.deepEqual({ title, proof }, { title, proof: proven(logins) });
    return up.log;
}

const operator = {
    bootstrap,
    "release the master": async (_: Sandbox["server"], { outputs }: RunLog) =>
        releaseMaster(new Store(), String(outputs["clusterResourceId"])),
};

/** The sandbox runs the statements of `keyless bootstrap` in a server at its first start. */
async function bootstrap(server: Sandbox["server"], { outputs }: RunLog): Promise<void> {
    await server.postgresFor(String(outputs["clusterResourceId"]));
}

function complaints({ errors, warnings, violations }: RunLog): readonly unknown[] {
    return [...errors, ...warnings, ...violations];
}

/** What the engine does to resources of some types, as test/support/standIn.ts lists it: a replacement is one operation. */
function operationsOf({ steps }: Ran, types = /^(?!pulumi:pulumi:)/): readonly string[] {
    return steps
        .filter(
            ({ op, type }) =>
                !/^(same|create-replacement|delete-replaced)$/.test(String(op)) && types.test(String(type)),
        )
        .map(({ op, type, urn, oldState }) => {
            const retained = op === "delete" && (oldState as { retainOnDelete?: boolean }).retainOnDelete === true;
            return `${retained ? "retain" : String(op)} ${String(type)} ${String(urn)}`;
        })
        .sort();
}

/** How many resources of each type a stack has, without those that packages of others create in their components. */
function inventoryOf(stack: string): Record<string, number> {
    const { resources = [] } = readDeployment(backendDir(), stack) ?? {};
    const own = resources.filter(({ urn }) => !/\$eks:index:\w+\$/.test(urn)).map(({ type }) => type);
    return counted(own);
}

/** The counts that exampleStacks.test.ts compares. */
function recorded(file: string): Record<string, number> {
    const all = JSON.parse(readFileSync(join(__dirname, "exampleStacks.json"), "utf8")) as Record<
        string,
        Record<string, number>
    >;
    return Object.fromEntries(Object.entries(all[file] ?? {}).filter(([type]) => !isEngines(type)));
}

/** Whether the engine makes resources of a type for itself: providers, and the stack. */
function isEngines(type: string): boolean {
    return type.startsWith("pulumi:");
}

function counted(types: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const type of types.filter((one) => !isEngines(one))) {
        counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
}

/** What AWS has: each object's type and file. */
function objects(): readonly string[] {
    const files = existsSync(cloudDir()) ? readdirSync(cloudDir(), { recursive: true, encoding: "utf8" }) : [];
    return files.map(decodeURIComponent).flatMap((file) => {
        const [, type, name] = /^(aws:\w+\/\w+:\w+)\/(.+\.json)$/.exec(file) ?? [];
        return type === undefined ? [] : [`${type} ${name}`];
    });
}
