import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { databaseFacts } from "../../cli/doctorDatabase";
import { Authority } from "../../sandbox/postgres/authority";
import { openMysqlMaster } from "../support/mysqlMaster";
import { temporaryFolder } from "../support/temporaryFolder";

const host = "app.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";

describe("the doctor's session of MySQL", () => {
    const names = ["ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "MYSQL_PASSWORD"] as const;
    const outside = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    const dir = temporaryFolder("doctor");
    after(() => {
        for (const [name, value] of Object.entries(outside)) {
            if (value === undefined) {
                Reflect.deleteProperty(process.env, name);
            } else {
                process.env[name] = value;
            }
        }
    });

    it("goes through the proxy, verifies the server's name, and only reads", async () => {
        const authority = await Authority.open(dir);
        const file = join(dir, "ca.pem");
        writeFileSync(file, authority.certificate);
        const master = await openMysqlMaster(await authority.server(host, [host]));
        try {
            Object.assign(process.env, { ALL_PROXY: master.url, SSL_CERT_FILE: file, MYSQL_PASSWORD: "secret" });
            delete process.env["NO_PROXY"];
            const { mysql } = await databaseFacts(`mysql://admin@${host}`, 0.001);
            assert.deepEqual(mysql?.databases, { value: [] });
            const [{ asked, serverName, user, statements } = assert.fail("nobody came"), ...others] = master.visits;
            assert.deepEqual([asked, serverName, user, others], [`${host}:3306`, host, "admin", []]);
            assert.equal(statements[0], "SET SESSION TRANSACTION READ ONLY");
            assert.deepEqual(
                statements.filter(
                    (one) => !/^(SET SESSION|START TRANSACTION READ ONLY$|SELECT|SHOW|ROLLBACK$)/.test(one),
                ),
                [],
            );
        } finally {
            await master.close();
        }
    });
});
