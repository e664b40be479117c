import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import type { StartResult } from "../../cli/sandbox/start";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import { Store } from "../../sandbox/cloud/store";
import { putExistingObjects, type ExistingObject } from "../../sandbox/run/existingObjects";
import { readStackFile } from "../../toolkit/system/stackFile";
import { projectDir } from "../../toolkit/paths";
import { type Ended, keyless } from "../support/keyless";
import { removeServersOf } from "../support/ownState";

const examples = join(projectDir, "examples", "stacks");
const config = readStackFile(join(examples, "existing-platform.yaml"));
const existing = JSON.parse(
    readFileSync(join(examples, "existing-platform.existing.json"), "utf8"),
) as ExistingObject[];
const ISSUER = "0D1E2F304A5B60718293A4B5C6D7E8F9";

/** Another cluster in the VPC of the example's, with a security group and an issuer of its own. */
function anotherCluster(): ExistingObject[] {
    const other = (text: string) =>
        text
            .replaceAll(ISSUER, ISSUER.replace(/^0D/, "0E"))
            .replaceAll("sg-0d1e2f304a5b60718", "sg-0d1e2f304a5b60799")
            .replaceAll("cluster/warehouse", "cluster/analytics")
            .replaceAll('"name":"warehouse"', '"name":"analytics"')
            .replaceAll('"id":"warehouse"', '"id":"analytics"')
            .replaceAll("warehouse:", "analytics:")
            .replaceAll('"clusterName":"warehouse"', '"clusterName":"analytics"');
    const kinds = [
        "aws:eks/cluster:Cluster",
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "aws:eks/addon:Addon",
    ];
    return existing
        .filter(({ type }) => kinds.includes(type))
        .map((object) => JSON.parse(other(JSON.stringify(object))) as ExistingObject);
}

describe("services in two existing clusters, with one existing database", () => {
    let dir: string;
    let state: string;

    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-clusters-"));
        state = join(dir, "state");
        putExistingObjects(new Cloud(new Store(join(state, "cloud")), "eu-central-1"), [
            ...existing,
            ...anotherCluster(),
        ]);
    });
    after(async () => {
        for (const stack of ["second-access", "second-platform", "existing-platform"]) {
            await keyless(state, "down", "--stack", stack, "--discard");
        }
        await removeServersOf(state);
        rmSync(dir, { recursive: true, force: true });
    });

    const start = (stack: string, content: object) => {
        const file = join(dir, `${stack}.yaml`);
        writeFileSync(file, stringify({ config: { "aws:region": "eu-central-1", ...content } }));
        return keyless(state, "start", "--json", "--stack", stack, "--config-file", file);
    };
    const accessOf = ({ code, stdout, stderr }: Ended) => {
        assert.equal(code, 0, stdout + stderr);
        const { access } = JSON.parse(stdout) as StartResult;
        return { allowed: access.allowed, leaks: access.leaks, missing: access.missing };
    };

    it("have access as declared, from each cluster to its own data alone", async () => {
        const first = await keyless(state, "start", "--json", "--stack", "existing-platform");
        assert.deepEqual(accessOf(first), { allowed: 10, leaks: [], missing: [] });

        const platform = config["keyless:platform"] as object;
        const cluster = { existing: { name: "analytics" } };
        accessOf(await start("second-platform", { "keyless:platform": { ...platform, cluster } }));

        const second = await start("second-access", {
            "keyless:platformStack": "organization/keyless/second-platform",
            "keyless:access": {
                databaseStack: "organization/keyless/existing-platform",
                tenants: [{ name: "reporting", database: "forecasts", limits: { connections: 10 } }],
            },
        });
        assert.deepEqual(accessOf(second), { allowed: 4, leaks: [], missing: [] });
    });

    it("keep the other cluster's access when one is taken down", async () => {
        const { code, stderr } = await keyless(state, "down", "--stack", "second-access");
        assert.equal(code, 0, stderr);
        const first = await keyless(state, "start", "--json", "--stack", "existing-platform");
        assert.deepEqual(accessOf(first), { allowed: 10, leaks: [], missing: [] });
    });
});
