import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

import { needPlaced } from "../../../cli/fleet/options";
import { readFleet, writeFleet } from "../../../cli/fleet/shards";
import { writeWhole } from "../../../toolkit/system/files";

describe("what keyless fleet plan writes", () => {
    let folder: string;
    const file = () => join(folder, "keyless.fleet.yaml");
    const shardFile = (number: string) => join(folder, `Pulumi.prod-eu1-${number}.yaml`);

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-written-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** Changes the plan without running keyless fleet plan. */
    function change(connections: number, ...names: readonly string[]): void {
        const tenants = names.map((name) => ({ name, limits: { connections } }));
        const cells = [{ name: "eu1", platformStack: "acme/keyless/eu1" }];
        writeFileSync(file(), stringify({ name: "prod", tenantsPerShard: 1, cells, tenants }));
    }
    const write = () => writeFleet(file(), readFleet(file()));
    const refusal = (files: string) =>
        `keyless.fleet.yaml has changes that ${files} lack: run keyless fleet plan, and commit what it writes`;
    const need = () => needPlaced(readFleet(file()), "keyless.fleet.yaml");

    it("is needed before a run after each change of the plan, not only of the placement", () => {
        change(5, "shop", "crm");
        assert.throws(need, { message: refusal("keyless.fleet.placement.json and 2 more files") });
        write();
        assert.deepEqual(need().stale, []);
        change(6, "shop", "crm");
        assert.throws(need, { message: refusal("Pulumi.prod-eu1-001.yaml and 1 more file") });
        write();
        assert.deepEqual(need().stale, []);
    });

    it("is current after it was written once, in whatever order tenants came or are in the plan", () => {
        change(5, "web");
        write();
        const plan = (text: string) => text.replace("tenantsPerShard: 1", "tenantsPerShard: 2");
        change(5, "shop", "web");
        writeFileSync(file(), plan(readFileSync(file(), "utf8")));
        write();
        const { digest } = need().stacks[0] ?? {};
        change(5, "web", "shop");
        writeFileSync(file(), plan(readFileSync(file(), "utf8")));
        assert.equal(need().stacks[0]?.digest, digest);
    });

    it("is current when Pulumi added its keys to a file, or wrote its own in another order", () => {
        change(5, "shop");
        write();
        const text = readFileSync(shardFile("001"), "utf8");
        writeFileSync(
            shardFile("001"),
            text.replace("config:", "secretsprovider: awskms://alias/a\nencryptedkey: AQ==\nconfig:"),
        );
        assert.deepEqual(need().stale, []);
    });

    it("names each shard in its platform's organization", () => {
        change(5, "shop");
        assert.deepEqual(
            readFleet(file()).stacks.map(({ stack }) => stack),
            ["acme/keyless/prod-eu1-001"],
        );
    });

    it("is finished by the same command, wherever that was killed", () => {
        change(5, "shop", "crm");
        for (const written of [0, 1, 2]) {
            const files = [join(folder, "keyless.fleet.placement.json"), ...["001", "002"].map(shardFile)];
            files.forEach((one) => rmSync(one, { force: true }));
            let left = written;
            const killed = (file: string, text: string, mode?: number) => {
                if (left-- === 0) {
                    throw new Error("killed");
                }
                writeWhole(file, text, mode);
            };
            assert.throws(() => writeFleet(file(), readFleet(file()), killed), { message: "killed" });
            assert.notDeepEqual(readFleet(file()).stale, []);
            write();
            assert.deepEqual(need().stale, []);
        }
    });

    it("takes the place of no shard that the placement file does not know", () => {
        change(5, "shop", "crm");
        write();
        rmSync(join(folder, "keyless.fleet.placement.json"));
        change(5, "crm", "shop");
        assert.throws(
            write,
            /Pulumi\.prod-eu1-001\.yaml exists, and .* does not know prod-eu1-001: restore the placement/,
        );
        assert.match(readFileSync(shardFile("001"), "utf8"), /name: shop/);
    });
});
