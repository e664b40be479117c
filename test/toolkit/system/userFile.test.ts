import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { targetOf } from "../../../cli/access/connection";
import { dump } from "../../../cli/exporting/dump";
import { awsSource } from "../../../cli/exporting/source";
import { readStackFile } from "../../../toolkit/system/stackFile";
import { readUserFile } from "../../../toolkit/system/userFile";
import { UserError } from "../../../toolkit/userError";
import { isUserError } from "../../support/userError";

describe("a path that the user named", () => {
    let dir: string;
    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-path-"));
    });
    after(() => rmSync(dir, { recursive: true, force: true }));

    it("is reported in one line when it is a folder, is missing, or cannot be read", () => {
        assert.throws(() => readStackFile(dir), isUserError(/EISDIR/));
        const environment = { PGHOST: "db.example", PGUSER: "shop", PGSSLROOTCERT: "/nonexistent" };
        assert.throws(() => targetOf("env", environment), isUserError(/^cannot use \/nonexistent: ENOENT/));
        const outputs = {
            endpoint: "db.example",
            port: 5432,
            clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:db",
        };
        assert.throws(() => awsSource(outputs, { caBundle: dir + "/nothing" }), isUserError(/ENOENT/));
    });

    it("is read in the encodings that editors and shells write, without a byte-order mark", () => {
        const file = join(dir, "text");
        const text = '{"a": "ä…"}';
        const little = Buffer.from(`\uFEFF${text}`, "utf16le");
        for (const bytes of [text, `\uFEFF${text}`, little, Buffer.from(little).swap16()]) {
            writeFileSync(file, bytes);
            assert.equal(readUserFile(file), text);
        }
    });

    it("is reported in one line when its aliases expand without end", () => {
        const file = join(dir, "Pulumi.bomb.yaml");
        const levels = Array.from(
            { length: 12 },
            (_, at) => `  b:k${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(", ")}]`,
        );
        writeFileSync(file, ["config:", "  b:k0: &a0 [x]", ...levels].join("\n"));
        assert.throws(() => readStackFile(file), isUserError(/Excessive alias count/));
    });

    it("is reported before an export connects, when it is not writable", async () => {
        const source = {
            host: "db.example",
            port: 5432,
            user: "keyless_provisioner",
            token: () => Promise.reject(new UserError("connected")),
            caFile: __filename,
        };
        const tenant = { name: "shop", database: "app", schema: "shop", owner: "shop_owner" };
        const options = { step: { update: () => undefined }, interrupt: new AbortController().signal };
        const write = (out: string) => dump(source, tenant, { ...options, out });
        await assert.rejects(write(join(dir, "x".repeat(300))), isUserError(/ENAMETOOLONG/));
        await assert.rejects(write("/proc/x"), isUserError(/^cannot use \/proc: (ENOENT|EACCES)/));
        await assert.rejects(write(join(dir, "none", "x")), isUserError(/^cannot use .*none: ENOENT/));
        await assert.rejects(write(join(dir, "x".repeat(240))), isUserError(/^connected$/));
    });
});
