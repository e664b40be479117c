import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import type { StartResult } from "../../cli/sandbox/start";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import { OIDC_PROVIDER } from "../../sandbox/cloud/aws/tokens";
import { Store } from "../../sandbox/cloud/store";
import { putExistingObjects, type ExistingObject } from "../../sandbox/run/existingObjects";
import { readStackFile } from "../../toolkit/system/stackFile";
import { projectDir } from "../../toolkit/paths";
import { cloudFiles } from "../support/cloudFiles";
import { type Ended, keyless } from "../support/keyless";

const examples = join(projectDir, "examples", "stacks");
const config = readStackFile(join(examples, "existing-cluster.yaml"));
const existing = JSON.parse(readFileSync(join(examples, "existing-cluster.existing.json"), "utf8")) as ExistingObject[];

describe("two stacks, each with a database of its own, on one existing cluster", () => {
    let dir: string;
    let state: string;
    let untouched: Readonly<Record<string, string>>;

    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-shared-"));
        state = join(dir, "state");
        const cloud = join(state, "cloud");
        putExistingObjects(new Cloud(new Store(cloud), "eu-central-1"), existing);
        untouched = cloudFiles(cloud);
    });
    after(async () => {
        for (const stack of ["second", "existing-cluster"]) {
            await keyless(state, "down", "--stack", stack, "--discard");
        }
        rmSync(dir, { recursive: true, force: true });
    });

    const start = (stack: string, changed: object) => {
        const file = join(dir, `${stack}.yaml`);
        writeFileSync(file, stringify({ config: { ...config, ...changed } }));
        return keyless(state, "start", "--json", "--stack", stack, "--config-file", file);
    };
    const proven = { code: 0, leaks: [], missing: [] };
    const verdict = ({ code, stdout, stderr }: Ended) => {
        assert.equal(code, 0, stdout + stderr);
        const { access } = JSON.parse(stdout) as StartResult;
        return { code, leaks: access.leaks, missing: access.missing };
    };

    it("deploy beside each other, with the OIDC provider that was there, and prove their access", async () => {
        assert.deepEqual(verdict(await start("existing-cluster", {})), proven);
        const tenants = [{ name: "search" }, { name: "mail", identity: "podIdentity" }];
        assert.deepEqual(verdict(await start("second", { "keyless:access": { tenants } })), proven);
        assert.equal(new Store(join(state, "cloud")).list(OIDC_PROVIDER).length, 1);
    });

    it("are refused in the preview if a route leads out of the database's subnets", async () => {
        const platform = config["keyless:platform"] as object;
        const existing = { databaseSubnets: ["Name=production-private-a", "Name=production-private-b"] };
        const file = join(dir, "third.yaml");
        writeFileSync(
            file,
            stringify({ config: { ...config, "keyless:platform": { ...platform, network: { existing } } } }),
        );
        const { code, stdout, stderr } = await keyless(state, "preview", "--stack", "third", "--config-file", file);
        assert.equal(code, 1, stdout);
        assert.match(
            stderr + stdout,
            /databaseSubnets: subnet-0c1d2e3f4a5b60710 has a route to the NAT gateway nat-0c1d2e3f4a5b60718 in route table rtb-0c1d2e3f4a5b60700/,
        );
    });

    it("leave everything that existed as it was, byte by byte, when one is taken down", async () => {
        const { code, stderr } = await keyless(state, "down", "--stack", "existing-cluster");
        assert.equal(code, 0, stderr);
        const now = cloudFiles(join(state, "cloud"));
        // A field that comes and goes changes the object's version, and nothing else.
        const account = Object.keys(untouched).find((file) => file.includes("finance%2Fledger")) ?? "";
        const unversioned = (text = "") => text.replace(/"resourceVersion": "\d+"/, "");
        const { [account]: annotated, ...others } = untouched;
        assert.deepEqual(Object.fromEntries(Object.keys(others).map((file) => [file, now[file]])), others);
        assert.equal(unversioned(now[account]), unversioned(annotated));
    });
});
