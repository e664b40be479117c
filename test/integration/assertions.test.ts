import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Report } from "../../access";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { keyless } from "../support/keyless";
import type { Ended } from "../support/keyless";

describe("a stack's assertions", () => {
    let dir: string;
    let state: string;

    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-assertions-"));
        state = join(dir, "state");
    });
    after(async () => {
        await keyless(state, "down", "--discard");
        rmSync(dir, { recursive: true, force: true });
    });

    function run(command: string, assertions: string): Promise<Ended> {
        const file = join(dir, "config.yaml");
        writeFileSync(file, `${CONFIG}  keyless:assertions: ${assertions}\n`);
        return keyless(state, command, "--json", "--config-file", file);
    }

    it("fail the first preview with the violating chain, before any ARN is known", async () => {
        const { code, stdout, stderr } = await run("preview", "[{ never: 'shop writes shop' }, { isolated: tenants }]");
        assert.equal(code, 1, stderr);
        const { policy } = JSON.parse(stdout) as { policy: { violations: { rule: string; message: string }[] } };
        assert.deepEqual(
            policy.violations.map(({ rule }) => rule),
            ["assertions-hold"],
        );
        const lines =
            policy.violations[0]?.message
                .split("\n")
                .slice(1)
                .map((line) => line.replace(/(, granted[^[]*)? \[.*/, "")) ?? [];
        assert.deepEqual(lines, [
            "never: shop writes shop: shop/shop may write shop: tables to come of shop_owner",
            "  1. service account shop/shop is annotated with aws:Role keyless-shop (expected)",
            "  2. the trust of aws:Role keyless-shop is expected to admit system:serviceaccount:shop:shop, once the issuer of cluster keyless-cluster-eksCluster is known (expected)",
            "  3. aws:Role keyless-shop is expected to connect to keyless-database as shop_app, once aws:RolePolicy keyless-shop is known (expected)",
            "  4. pods on the nodes of keyless-cluster-nodes may reach port 5432 of keyless-database",
            "  5. shop_app is a login of keyless-database and a member of rds_iam",
            "  6. shop_app has CONNECT on database app, as a member of app_connect",
            "  7. shop_app has USAGE on schema shop",
            "  8. shop_app has SELECT, INSERT, UPDATE, DELETE on shop: tables to come of shop_owner",
        ]);
    });

    it("are checked by keyless access too: in the preview, in a saved one, and in that of a revision", async () => {
        const file = join(dir, "local.json");
        const fresh = await keyless(state, "access", "--stack", "local", "--save", file, "--title", "x", "--json");
        const saved = await keyless(state, "access", "--after", file, "--title", "x", "--json");
        assert.deepEqual([fresh.code, saved.code], [0, 0], fresh.stderr + saved.stderr);
        const [one, other] = [fresh, saved].map(({ stdout }) => JSON.parse(stdout) as Report);
        assert.deepEqual(one, other);
        const written = one?.cells
            .filter(({ level }) => level === "write")
            .map(({ identity }) => one.identities[identity]?.label);
        assert.deepEqual([...new Set(written)].sort(), [
            "arn:aws:iam::111122223333:role/keyless-sandbox",
            "crm/crm",
            "payments/billing-api",
            "shop/shop",
        ]);
        const compared = await keyless(
            state,
            "access",
            "--stack",
            "local",
            "--before",
            "git:HEAD",
            "--after",
            file,
            "--gate",
        );
        assert.deepEqual(
            [compared.code, compared.stdout.split("\n")[0]],
            [0, "no identity can read or change more or less than before"],
            compared.stderr,
        );
    });

    it("pass a preview that complies", async () => {
        const { code, stderr } = await run(
            "preview",
            "[{ never: 'shop reaches billing' }, { only: 'shop writes shop' }, { isolated: tenants }]",
        );
        assert.equal(code, 0, stderr);
    });

    it("stop npm start before any resource is created", async () => {
        const { code, stderr } = await run("start", "[{ only: 'billing reads shop' }]");
        assert.equal(code, 1);
        assert.match(
            stderr,
            /\n {2}\| only: billing reads shop: shop\/shop may read shop: tables to come of shop_owner\n/,
        );
        assert.deepEqual(readDeployment(join(state, "engine"), "local")?.resources ?? [], []);
    });

    it("let npm run down remove a stack that was only previewed", async () => {
        const { code, stdout, stderr } = await keyless(state, "down");
        assert.deepEqual([code, stdout], [0, "local: 0 resources deleted\n"], stderr);
    });
});

const CONFIG = `config:
  aws:region: eu-west-1
  keyless:platform:
    cluster: { version: "1.33" }
    database: { engineVersion: "16.9", protect: false }
  keyless:access:
    tenants: [{ name: shop }, { name: billing }]
`;
