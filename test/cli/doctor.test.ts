import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { doctor, USAGE, wantedOf } from "../../cli/doctor";
import { mysqlTargetOf } from "../../cli/doctorDatabase";
import { UserError } from "../../toolkit/userError";

describe("the doctor's options", () => {
    it("must name something to check", async () => {
        await assert.rejects(
            doctor(["--stack", "local"]),
            new UserError(`nothing to check: pass --database, --cluster or --live\n\n${String(USAGE)}`),
        );
    });

    for (const seconds of ["0", "1.5", "601", "ten"]) {
        it(`refuse --seconds ${seconds}`, async () => {
            await assert.rejects(
                doctor(["--live", "env", "--seconds", seconds]),
                new UserError(`--seconds "${seconds}" is not allowed; allowed are integers from 1 to 600`),
            );
        });
    }

    it("refuse a server that is not named, before anything is read", async () => {
        await assert.rejects(doctor(["--live", "db.example.com"]), /is not a server; allowed are sandbox, env and/);
    });
});

describe("the names that a stack would create", () => {
    it("are not known without a stack", () => assert.deepEqual(wantedOf({}), { unknown: "--stack is not given" }));

    it("are those of its databases, tenants and profiles, except what tenants adopt and retired tenants", () => {
        const folder = mkdtempSync(join(tmpdir(), "keyless-doctor-"));
        const file = join(folder, "Pulumi.new.yaml");
        writeFileSync(file, CONFIG);
        try {
            assert.deepEqual(wantedOf({ "config-file": file }), {
                value: {
                    roles: [
                        "reports_connect",
                        "shop_owner",
                        "shop_app",
                        "crm_app",
                        "jobs_owner",
                        "jobs_app",
                        "support",
                        "support_sue",
                    ],
                    databases: ["reports"],
                    schemas: [{ name: "shop" }, { database: "reports", name: "jobs" }],
                    namespaces: ["shop", "sales"],
                    iamRoles: [],
                    identities: new Set(["irsa", "podIdentity", "lambda"]),
                },
            });
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("a MySQL server for the doctor", () => {
    it("is named without a password, which comes from the environment", () => {
        const { ca, ...target } = mysqlTargetOf("mysql://admin@db.example", { MYSQL_PASSWORD: "p" });
        assert.ok(ca.length > 0);
        assert.deepEqual(target, { host: "db.example", port: 3306, username: "admin", password: "p" });
        assert.throws(() => mysqlTargetOf("mysql://admin:p@db.example", {}), {
            message:
                "--live: every user of the machine can read a password in a URL; remove it, and set MYSQL_PASSWORD",
        });
        assert.throws(() => mysqlTargetOf("mysql://db.example", {}), {
            message:
                '--live "mysql://db.example" is not a MySQL server; allowed is mysql://USER@HOST:PORT, with the password in MYSQL_PASSWORD',
        });
    });
});

describe("the names that a stack would create in MySQL", () => {
    it("are its tenants' users and databases", () => {
        const folder = mkdtempSync(join(tmpdir(), "keyless-doctor-"));
        const file = join(folder, "Pulumi.new.yaml");
        writeFileSync(
            file,
            "config:\n  aws:region: eu-central-1\n  keyless:platformStack: organization/keyless/base\n  keyless:access: { engine: mysql, tenants: [{ name: shop }] }\n",
        );
        try {
            const wanted = wantedOf({ "config-file": file });
            const { roles, databases, schemas } = "value" in wanted ? wanted.value : assert.fail();
            assert.deepEqual([roles, databases, schemas], [["shop_app"], ["shop"], []]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("the names of IAM roles that a stack would create", () => {
    it("are fixed for pods' roles in the database's account, and random elsewhere", () => {
        const folder = mkdtempSync(join(tmpdir(), "keyless-doctor-"));
        const file = join(folder, "Pulumi.new.yaml");
        const role = "  databaseRole: arn:aws:iam::444455556666:role/deploy\n    ";
        const there = CONFIG.replace("  databases:\n", `${role}databases:\n`).replaceAll(
            "111122223333",
            "444455556666",
        );
        writeFileSync(file, there.replace("identity: lambda", "identity: irsa"));
        try {
            const wanted = wantedOf({ "config-file": file });
            assert.deepEqual("value" in wanted && wanted.value.iamRoles, ["keyless-crm-new"]);
            const named = wantedOf({ "config-file": file, stack: "prod" });
            assert.deepEqual("value" in named && named.value.iamRoles, ["keyless-crm-prod"]);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

const CONFIG = `config:
  aws:region: eu-central-1
  keyless:platformStack: organization/keyless/prod-platform
  keyless:access:
    databases:
      - name: reports
    tenants:
      - name: shop
      - name: crm
        identity: podIdentity
        namespace: sales
        serviceAccount: crm-api
        adopt: [schema, owner]
      - name: jobs
        identity: lambda
        database: reports
      - name: old
        retire: keep
    profiles:
      - name: support
        grants:
          - tenant: shop
            privileges: [SELECT]
        holders:
          - user: support_sue
            iamRole: arn:aws:iam::111122223333:role/support
          - breakGlass: true
`;
