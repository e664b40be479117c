import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { accessOf, together } from "../../access";
import { resourcesOf } from "../../cli/sandbox/stacks";
import { stateDir } from "../../toolkit/paths";
import { readStackFile } from "../../toolkit/system/stackFile";
import { keyless } from "../support/keyless";
import { withEmptyState } from "../support/ownState";

const from = "application-server";
const names = ["shop", "billing", "crm"];
const shards = ["fleet-one-001", "fleet-one-002"];

/** Who can reach what, computed from the states of all stacks. */
function matrix(): readonly string[] {
    const model = accessOf(together(...[from, ...shards].map(resourcesOf)));
    return model.cells.map(({ identity, datum, level }) => `${identity.label}: ${level} ${datum.label}`).sort();
}

describe("tenants of a single stack that are moved into shards", () => {
    withEmptyState();
    let folder: string;
    const file = () => join(folder, "keyless.fleet.yaml");
    const single = () => join(folder, "single.yaml");
    const tenants = names.map((name) => ({ name, identity: "ec2", limits: { connections: 5 } }));
    const profiles = [
        {
            name: "readers",
            grants: [{ tenant: "shop", privileges: ["SELECT"] }],
            holders: [{ tenant: "billing" }, { user: "sue", iamRole: "arn:aws:iam::111122223333:role/sue" }],
        },
    ];

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-fleet-"));
        writeSingle({ tenants, profiles });
        const cell = {
            name: "one",
            platformStack: `organization/keyless/${from}`,
            config: { "aws:region": "eu-central-1" },
        };
        writeFileSync(file(), stringify({ name: "fleet", tenantsPerShard: 2, cells: [cell], tenants, profiles }));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    function writeSingle(access: object): void {
        const config = { ...readStackFile(join("examples", "stacks", `${from}.yaml`)), "keyless:access": access };
        writeFileSync(single(), stringify({ config }));
    }

    async function run(...args: string[]): Promise<Record<string, unknown>> {
        const { code, stdout, stderr } = await keyless(stateDir(), ...args, "--json");
        assert.equal(code, 0, stdout + stderr);
        return JSON.parse(stdout) as Record<string, unknown>;
    }

    it("keep their roles, schemas and access; nothing is created, replaced or deleted", async () => {
        await run("start", "--stack", from, "--config-file", single());
        await run("fleet", "plan", "--file", file());
        const [before, resources] = [matrix(), resourcesOf(from).length];
        const ids = () =>
            [from, ...shards]
                .flatMap(resourcesOf)
                .flatMap(({ type, id }) => (id === undefined || /^pulumi:/.test(type) ? [] : [`${type} ${id}`]))
                .sort();
        const had = ids();
        const { shards: moved } = (await run("fleet", "move", "--from", from, "--sandbox", "--file", file())) as {
            shards: { shard: string; left: string[] }[];
        };
        assert.deepEqual(
            moved.map(({ shard, left }) => [shard, left]),
            shards.map((shard) => [shard, []]),
        );
        assert.ok(resourcesOf(from).length < resources);
        assert.deepEqual([ids(), matrix()], [had, before]);

        const up = (await run("fleet", "up", "--sandbox", "--parallel", "1", "--file", file())) as {
            shards: { shard: string; changes: string }[];
        };
        // The tag `stack` names another stack, and each shard gets a provider for Kubernetes of its own.
        assert.deepEqual(
            up.shards.map(({ changes }) => changes),
            ["1 created, 4 updated, 31 unchanged", "1 created, 2 updated, 13 unchanged"],
        );
        assert.deepEqual([ids(), matrix()], [had, before]);
        writeSingle({ publicRights: "revoke" });
        const { changes, ...rest } = await run("start", "--stack", from, "--config-file", single());
        const { create, replace, delete: gone } = changes as Record<string, number>;
        assert.deepEqual([create, replace, gone], [0, 0, 0], JSON.stringify(rest));
        assert.deepEqual([ids(), matrix()], [had, before]);
    });
});
