import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { stackFile } from "../../adopt/file";
import { readServer } from "../../adopt/read";
import { adoptReport } from "../../adopt/report";
import { compareRights, rightsOf } from "../../adopt/rights";
import { inSandbox } from "../../cli/sandbox/session";
import { Runner } from "../../sandbox/inProcess/runner";
import { openCluster, removeClustersExcept, stopClusters } from "../../sandbox/postgres/cluster";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { putWhatExists } from "../../sandbox/run/existing";
import { projectDir } from "../../toolkit/paths";
import { superuserOf } from "../support/client";
import { fill, makeUntouched, readAsMaster } from "../support/foreign/server";
import { withEmptyState } from "../support/ownState";
import { connectAsMaster, specFor } from "./postgres-support";

const content = "names.sql";
const plain = (value: string) => value;
const region = "eu-central-1";

/** The existing platform of the example stack, with the foreign database in its cluster. */
function writePlatform(root: string): void {
    const example = join(projectDir, "examples", "stacks", "existing-platform.existing.json");
    const objects = JSON.parse(readFileSync(example, "utf8")) as { inputs: Record<string, unknown> }[];
    const described = objects.map(({ inputs, ...object }) => ({
        ...object,
        inputs: {
            ...inputs,
            ...("engineVersion" in inputs && { engineVersion: "17.5" }),
            ...("masterUsername" in inputs && { masterUsername: "postgres", databaseName: "app" }),
        },
    }));
    writeFileSync(join(root, "Pulumi.adopted.existing.json"), JSON.stringify(described));
    const statements = join(__dirname, "..", "support", "foreign", content);
    writeFileSync(join(root, "Pulumi.adopted.existing.sql"), readFileSync(statements));
}

const serverOf = (postgres: Postgres) => readServer("app", (database) => readAsMaster(postgres, database));

/** The server as its owner made it, which nobody has bootstrapped. */
async function foreignServer() {
    const postgres = await openCluster({ ...specFor(17), hosts: ["localhost"] });
    const admin = await superuserOf(postgres, "app");
    await makeUntouched(admin);
    await admin.end();
    await fill(await connectAsMaster(postgres), content);
    return serverOf(postgres);
}

describe("a database that keyless adopt wrote the config of", () => {
    after(() => removeClustersExcept(new Set()));
    withEmptyState();
    let root: string;

    before(() => {
        root = mkdtempSync(join(tmpdir(), "keyless-adopted-"));
        writePlatform(root);
    });
    after(async () => {
        rmSync(root, { recursive: true });
        await stopClusters();
    });

    it("is deployed by the whole program, and changes nobody's rights but as announced", async () => {
        const before = await foreignServer();
        const workloads = { unknown: "--cluster is not given" };
        const report = adoptReport({ database: "app", server: before, workloads }, []);
        const { config: written } = parse(stackFile(report, { identifier: "warehouse", kind: "cluster" }, "ecs")) as {
            config: Record<string, object>;
        };
        const config: Record<string, unknown> = {
            ...written,
            "aws:region": region,
            "keyless:platform": {
                ...written["keyless:platform"],
                network: { existing: {} },
                cluster: { existing: { name: "warehouse" } },
            },
        };
        await inSandbox(async ({ engine, server }) => {
            const runner = new Runner(engine, server);
            try {
                putWhatExists("adopted", region, config, root);
                config["keyless:caBundle"] = server.caFile;
                const { log } = await runner.run("up", "adopted", config);
                assert.deepEqual(log.errors, []);
                const postgres = await server.postgresFor(String(log.outputs["clusterResourceId"]));
                const { added, ...rest } = compareRights(
                    rightsOf(before, plain),
                    rightsOf(await serverOf(postgres), plain),
                    report.announced,
                );
                assert.deepEqual(rest, { lost: [], unannounced: [], missing: [] });
                assert.deepEqual(
                    added.filter(({ what }) => what.startsWith("role: ")).map(({ holder }) => holder),
                    [
                        "app_connect",
                        "grosse_api_2_app",
                        "keyless_breakglass",
                        "keyless_provisioner",
                        "shop_app_app",
                        "shop_live_app",
                    ],
                );
                assert.equal((await runner.run("preview", "adopted", config)).log.changed, 0);
            } finally {
                runner.close();
            }
        });
    });
});
