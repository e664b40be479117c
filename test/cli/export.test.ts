import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { clientProgram } from "../../cli/command/clientProgram";
import { exportTenant } from "../../cli/export";
import { restoreInstructions } from "../../cli/exporting/restore";
import { awsSource, tenantIn } from "../../cli/exporting/source";
import { versionProblem } from "../../cli/exporting/versions";
import { UserError } from "../../toolkit/userError";

const shop = {
    name: "shop",
    database: "app",
    schema: "shop",
    owner: "shop_owner",
    roleArn: "arn:aws:iam::111122223333:role/shop",
};

describe("the export", () => {
    it("requires a tenant from the stack's outputs", () => {
        assert.equal(tenantIn({ engine: "postgres", tenants: [shop] }, "prod", "shop"), shop);
        assert.throws(
            () => tenantIn({ tenants: [shop] }, "prod", "crm"),
            new UserError('the stack prod has no tenant "crm"; it has shop'),
        );
        assert.throws(
            () => tenantIn({}, "prod", "crm"),
            new UserError('the stack prod has no tenant "crm"; it has none'),
        );
        assert.throws(
            () => tenantIn({ engine: "mysql", tenants: [shop] }, "prod", "shop"),
            /MySQL; export supports only PostgreSQL/,
        );
    });

    it("refuses missing, conflicting and invalid options", async () => {
        await assert.rejects(exportTenant(["shop"]), /^Error: name one tenant, and pass the file with --out/);
        await assert.rejects(exportTenant(["shop", "crm", "--out", "x"]), /name one tenant/);
        await assert.rejects(
            exportTenant(["shop", "--out", "x", "--live", "--local-port", "x"]),
            new UserError('--local-port "x" is not a port; allowed are integers from 1 to 65535'),
        );
        await assert.rejects(
            exportTenant(["shop", "--out", "x", "--local-port", "15432"]),
            new UserError("--local-port and --ca-bundle require --live: add it, or remove them"),
        );
    });

    it("reaches AWS through a tunnel with the database's host name, for which the token is signed", async () => {
        const environment = { ...process.env };
        Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAKEYLESSTEST00000", AWS_SECRET_ACCESS_KEY: "none" });
        try {
            const outputs = {
                endpoint: "db.example",
                port: 5432,
                clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:db",
            };
            const { token, ...rest } = awsSource(outputs, { localPort: 15432, caBundle: __filename });
            assert.deepEqual(rest, {
                host: "db.example",
                address: "127.0.0.1",
                port: 15432,
                user: "keyless_provisioner",
                caFile: __filename,
            });
            assert.match(
                await token(),
                /^db\.example:5432\/\?Action=connect&DBUser=keyless_provisioner&.*eu-central-1/,
            );
        } finally {
            process.env = environment;
        }
    });

    it("refuses a pg_dump or a server that would run a tenant's function, and a pg_dump older than the server", () => {
        const problem = (said: string, number: number, restricts = true, inUse = true) =>
            versionProblem("pg_dump", `pg_dump (PostgreSQL) ${said}`, { number, restricts }, inUse);
        const get =
            "install PostgreSQL's client (apt install postgresql-client, brew install libpq, https://www.postgresql.org/download/)";
        const risk = "can be made to run a tenant's function as keyless_provisioner (CVE-2024-7348)";
        for (const good of ["15.8", "15.18 (Debian 15.18-0+deb12u1)", "16.4", "17.0", "18rc1", "18devel"]) {
            assert.equal(problem(good, 150_018), undefined, good);
        }
        for (const [old, needed] of [
            ["12.19", "12.20"],
            ["13.15", "13.16"],
            ["14.12", "14.13"],
            ["15.7", "15.8"],
            ["16.3", "16.4"],
        ]) {
            assert.equal(
                problem(`${old}`, 120_000),
                `pg_dump is of PostgreSQL ${old}, which ${risk}: ${get} of ${needed} or later, first on the PATH`,
            );
        }
        for (const never of ["10.23", "11.22", "17beta1", "17beta2"]) {
            assert.match(problem(never, 100_000) ?? "", /has no fix/, never);
        }
        assert.equal(problem("17beta3", 170_000), undefined);
        assert.equal(
            problem("16.9", 170_001),
            `pg_dump is of PostgreSQL 16, the server of 17, and pg_dump cannot read a newer server: ${get} of 17 or later, first on the PATH`,
        );
        const fix =
            "upgrade it to 15.8 or later, or set retire: keep first, so that the tenant cannot change the schema meanwhile";
        assert.equal(
            problem("17.2", 150_006, false),
            `the server is of PostgreSQL 15.6, on which pg_dump ${risk}: ${fix}`,
        );
        assert.equal(problem("17.2", 150_006, false, false), undefined);
    });

    it("ends with the commands that restore its file as a role without other privileges", () => {
        assert.deepEqual(restoreInstructions("/tmp/shop's.dump").map(String), [
            "a restore runs the schema's own functions with the restoring role's privileges; use a role that has no others",
            "  as keyless_provisioner:",
            "    CREATE DATABASE restored;",
            "    REVOKE ALL ON DATABASE restored FROM PUBLIC;",
            "    CREATE ROLE restorer LOGIN;",
            "    GRANT rds_iam TO restorer;",
            "    GRANT CONNECT, CREATE ON DATABASE restored TO restorer;",
            "  as restorer, which needs rds-db:connect on that user:",
            "    pg_restore --no-owner --no-privileges --dbname=restored '/tmp/shop'\\''s.dump'",
        ]);
    });

    it("finds the machine's programs on the PATH, or says how to install them", () => {
        const dir = mkdtempSync(join(tmpdir(), "keyless-path-"));
        try {
            writeFileSync(join(dir, "pg_dump"), "");
            assert.throws(
                () => clientProgram("pg_dump", dir),
                /^Error: pg_dump is not on the PATH, .*: install PostgreSQL's client \(apt install postgresql-client, /,
            );
            chmodSync(join(dir, "pg_dump"), 0o755);
            assert.equal(clientProgram("pg_dump", ["/nowhere", dir].join(delimiter)), join(dir, "pg_dump"));
        } finally {
            rmSync(dir, { recursive: true });
        }
    });
});
