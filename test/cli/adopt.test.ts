import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { adopt, renderComparison, USAGE } from "../../cli/adopt";
import { inLines } from "../../toolkit/shown";
import { UserError } from "../../toolkit/userError";

describe("the options of keyless adopt", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "keyless-adopt-"))));
    after(() => rmSync(folder, { recursive: true }));

    it("must name a server", async () => {
        await assert.rejects(adopt([]), new UserError(`--live is missing: the database to adopt\n\n${String(USAGE)}`));
    });

    it("refuse MySQL", async () => {
        await assert.rejects(
            adopt(["--live", "mysql://admin@db.example/app"]),
            /--live "mysql:\/\/admin@db\.example\/app" is not a server/,
        );
    });

    it("refuse an unknown kind of identity", async () => {
        await assert.rejects(
            adopt(["--live", "env", "--identity", "vm"]),
            new UserError('--identity is "vm"; allowed are irsa, podIdentity, ec2, ecs, lambda'),
        );
    });

    for (const option of ["--out", "--rights"]) {
        it(`refuse a file that exists for ${option}, before anything is read`, async () => {
            const path = join(folder, "there.yaml");
            writeFileSync(path, "");
            await assert.rejects(
                adopt(["--live", "env", option, path]),
                new UserError(`${path} already exists and will not be overwritten; choose another path`),
            );
        });
    }

    for (const [content, why] of [
        ["{", "is not JSON"],
        ['{"rights": [], "announced": [1]}', "is not a file of rights"],
    ] as const) {
        it(`refuse for --verify a file that ${why}`, async () => {
            const path = join(folder, "rights.json");
            writeFileSync(path, content);
            await assert.rejects(
                adopt(["--live", "env", "--verify", path]),
                new UserError(`--verify ${path} ${why}; write it with keyless adopt --rights before the first run`),
            );
        });
    }
});

describe("what keyless adopt --verify prints", () => {
    it("is a line for each right, those that somebody lost first", () => {
        const lines = renderComparison({
            lost: [{ holder: "shop", what: "SELECT on table shop.orders in app", by: "owner" }],
            unannounced: [{ holder: "crm", what: "role: LOGIN" }],
            added: [{ holder: "shop_app", what: "member of shop", by: "keyless_provisioner" }],
            missing: [{ holder: "web_app", what: "role" }],
        });
        assert.equal(
            String(inLines(lines)),
            [
                "LOST: shop: SELECT on table shop.orders in app, by owner",
                "NOT ANNOUNCED: crm: role: LOGIN",
                "added: shop_app: member of shop, by keyless_provisioner",
                "not yet: the role web_app",
                "1 lost, 1 not announced",
            ].join("\n"),
        );
    });
});
