import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { problems, settingsOf } from "../../../../sandbox/providers/postgresql/settings";
import { tlsOptions } from "../../../../sandbox/providers/postgresql/tls";
import { UNKNOWN } from "../../../../sandbox/cloud/props";
import { proxyFor } from "../../../../toolkit/dial";

describe("the postgresql provider's configuration", () => {
    it("has the official provider's defaults", () => {
        assert.deepEqual(settingsOf({ host: "db" }, {}), {
            ...{
                host: "db",
                port: 5432,
                database: "postgres",
                username: "postgres",
                password: "",
                databaseUsername: "postgres",
            },
            ...{ superuser: true, sslMode: "require", connectTimeout: 180, maxConnections: 20 },
        });
    });

    it("reads missing values from the environment", () => {
        const environment = {
            ...{ PGHOST: "h", PGPORT: "6543", PGDATABASE: "d", PGUSER: "u", PGPASSWORD: "p" },
            ...{ PGSUPERUSER: "false", PGSSLMODE: "disable", PGCONNECT_TIMEOUT: "7" },
        };
        assert.deepEqual(settingsOf({ port: 1 }, environment), {
            ...{ host: "h", port: 1, database: "d", username: "u", password: "p", databaseUsername: "u" },
            ...{ superuser: false, sslMode: "disable", connectTimeout: 7, maxConnections: 20 },
        });
    });

    it("supports IAM with and without a region, and a given server version", () => {
        const settings = settingsOf({ awsRdsIamAuth: true, awsRdsIamRegion: "eu-west-1", expectedVersion: "16.6" }, {});
        assert.deepEqual([settings.iam, settings.expectedVersion], [{ region: "eu-west-1" }, 16]);
        assert.deepEqual(settingsOf({ awsRdsIamAuth: true }, {}).iam, {});
        const roleArn = "arn:aws:iam::444455556666:role/deploy";
        assert.deepEqual(settingsOf({ awsRdsIamAuth: true, awsRdsIamProviderRoleArn: roleArn }, {}).iam, { roleArn });
    });

    it("reads certificates from files or inline", () => {
        const dir = mkdtempSync(join(tmpdir(), "keyless-settings-"));
        try {
            const [ca, cert, key] = ["ca", "cert", "key"].map((name) => {
                writeFileSync(join(dir, name), `PEM of ${name}`);
                return join(dir, name);
            });
            assert.ok(ca !== undefined && cert !== undefined && key !== undefined);
            const fromFiles = settingsOf({ sslrootcert: ca, clientcert: { cert, key } }, {});
            const inline = settingsOf(
                { sslrootcert: "PEM of ca", clientcert: { cert: "PEM of cert", key: "PEM of key", sslinline: true } },
                {},
            );
            assert.deepEqual(fromFiles, inline);
            assert.deepEqual(fromFiles.clientCertificate, { certificate: "PEM of cert", key: "PEM of key" });
            assert.throws(
                () => settingsOf({ sslrootcert: join(dir, "none") }, {}),
                /^Error: sslrootcert: cannot read .*none/,
            );
        } finally {
            rmSync(dir, { recursive: true });
        }
    });

    it("reports all errors and unsupported settings together", () => {
        const config = {
            scheme: "gcppostgres",
            azureTenantId: "x",
            sslmode: "prefer",
            port: "many",
            maxConnections: 1.5,
            superuser: "yes",
        };
        assert.deepEqual(problems(config), [
            {
                property: "azureTenantId",
                reason: "the sandbox's stand-in for postgresql does not support azureTenantId: omit it, or install the official plugin",
            },
            {
                property: "scheme",
                reason: 'the sandbox\'s stand-in for postgresql only supports the scheme "postgres", not "gcppostgres"',
            },
            {
                property: "sslmode",
                reason: 'is "prefer"; the sandbox\'s stand-in for postgresql supports disable, require, verify-ca, verify-full',
            },
            { property: "port", reason: 'is "many"; must be a whole number of at least 1' },
            { property: "maxConnections", reason: "is 1.5; must be a whole number of at least -1" },
            { property: "superuser", reason: 'is "yes"; must be true or false' },
        ]);
        assert.throws(() => settingsOf(config, {}), {
            message: problems(config)
                .map((f) => `${f.property}: ${f.reason}`)
                .join("\n"),
        });
    });

    it("accepts unknown values", () => {
        assert.deepEqual(problems({ host: UNKNOWN, port: UNKNOWN, superuser: UNKNOWN, sslmode: UNKNOWN }), []);
    });
});

describe("the connection to the server", () => {
    it("uses a SOCKS5 proxy, except for excluded hosts and other kinds of proxy", () => {
        const proxy = { host: "127.0.0.1", port: 1234, type: 5 };
        const url = "socks5://127.0.0.1:1234";
        assert.deepEqual(proxyFor("db.local", { ALL_PROXY: url }), proxy);
        assert.deepEqual(proxyFor("db.local", { all_proxy: "socks5h://u:p%40@127.0.0.1" }), {
            ...proxy,
            port: 1080,
            userId: "u",
            password: "p@",
        });
        assert.deepEqual(proxyFor("db.local", { ALL_PROXY: url, NO_PROXY: "other, local" }), proxy);
        for (const NO_PROXY of ["db.local", "x, .local", "*.local"]) {
            assert.equal(proxyFor("db.local", { ALL_PROXY: url, NO_PROXY }), undefined);
        }
        assert.equal(proxyFor("db.local", { ALL_PROXY: "http://127.0.0.1:1" }), undefined);
        assert.equal(proxyFor("db.local", {}), undefined);
    });

    it("is verified as the mode requires, and in any mode with a root certificate", () => {
        const settings = settingsOf({ host: "db.example" }, {});
        assert.equal(tlsOptions({ ...settings, sslMode: "disable" }), false);
        const rejects = ["require", "verify-ca", "verify-full"].map((sslMode) => {
            const options = tlsOptions({ ...settings, sslMode });
            return options !== false && options.rejectUnauthorized;
        });
        assert.deepEqual(rejects, [false, true, true]);
        const pinned = tlsOptions({ ...settings, rootCertificate: "PEM" });
        assert.deepEqual(pinned !== false && [pinned.rejectUnauthorized, pinned.ca], [true, "PEM"]);
    });

    it("verifies the host name only in verify-full", () => {
        const settings = settingsOf({ host: "db.example" }, {});
        const certificate = { subject: { CN: "db.other" }, subjectaltname: "DNS:db.other" } as never;
        const verdicts = ["verify-ca", "verify-full"].map((sslMode) => {
            const options = tlsOptions({ ...settings, sslMode });
            return options !== false && options.checkServerIdentity?.("ignored", certificate)?.message.split(".")[0];
        });
        assert.deepEqual(verdicts, [undefined, "Hostname/IP does not match certificate's altnames: Host: db"]);
    });
});
