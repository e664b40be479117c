import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { clientProgram } from "../../cli/clientProgram";
import { exportTenant } from "../../cli/export";
import { awsSource, tenantIn } from "../../cli/exporting/source";
import { UserError } from "../../sandbox/problem";

const shop = { name: "shop", database: "app", schema: "shop", owner: "shop_owner", roleArn: "arn:aws:iam::111122223333:role/shop" };

describe("the export", () => {
    it("is of a tenant that the stack's outputs name", () => {
        assert.equal(tenantIn({ engine: "postgres", tenants: [shop] }, "prod", "shop"), shop);
        assert.throws(() => tenantIn({ tenants: [shop] }, "prod", "crm"), new UserError('the stack prod has no tenant "crm"; it has shop'));
        assert.throws(() => tenantIn({}, "prod", "crm"), new UserError('the stack prod has no tenant "crm"; it has none'));
        assert.throws(() => tenantIn({ engine: "mysql", tenants: [shop] }, "prod", "shop"), /MySQL, whose own mysqldump exports a schema/);
    });

    it("refuses a command line that says too little, too much, or nonsense", async () => {
        await assert.rejects(exportTenant(["shop"]), /^Error: name one tenant, and the file with --out/);
        await assert.rejects(exportTenant(["shop", "crm", "--out", "x"]), /name one tenant/);
        await assert.rejects(exportTenant(["shop", "--out", "x", "--live", "--local-port", "x"]), new UserError('--local-port "x" is no port; allowed are whole numbers from 1 to 65535'));
        await assert.rejects(exportTenant(["shop", "--out", "x", "--local-port", "15432"]), new UserError("--local-port and --ca-bundle are for a stack on AWS: add --live, or leave them out"));
    });

    it("reaches AWS by a tunnel under the database's own name, for which the token is", async () => {
        const environment = { ...process.env };
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAKEYLESSTEST00000", AWS_SECRET_ACCESS_KEY: "none" });
        try {
            const outputs = { endpoint: "db.example", port: 5432, clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:db" };
            const { password, ...rest } = await awsSource(outputs, { localPort: 15432, caBundle: __filename });
            assert.deepEqual(rest, { host: "db.example", address: "127.0.0.1", port: 15432, user: "keyless_provisioner", caFile: __filename });
            assert.match(password, /^db\.example:5432\/\?Action=connect&DBUser=keyless_provisioner&.*eu-central-1/);
        } finally {
            process.env = environment;
        }
    });

    it("finds the machine's own programs on the PATH, and says how to get them", () => {
        const dir = mkdtempSync(join(tmpdir(), "keyless-path-"));
        try {
            writeFileSync(join(dir, "pg_dump"), "");
            assert.throws(() => clientProgram("pg_dump", dir), /^Error: there is no pg_dump on the PATH, .*: install PostgreSQL's client \(apt install postgresql-client, /);
            chmodSync(join(dir, "pg_dump"), 0o755);
            assert.equal(clientProgram("pg_dump", ["/nowhere", dir].join(delimiter)), join(dir, "pg_dump"));
        } finally {
            rmSync(dir, { recursive: true });
        }
    });
});
