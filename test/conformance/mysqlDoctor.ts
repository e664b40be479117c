import assert from "node:assert/strict";
import { createConnection } from "mysql2/promise";

import { diagnose } from "../../doctor/checks/all";
import type { Finding } from "../../doctor/finding";
import { known } from "../../doctor/known";
import { readMysql } from "../../doctor/read/mysql";
import { good } from "../doctor/good";
import type { MysqlServer } from "./mysqlServer";

/** Accounts, grants and objects as they are found, and an application that is connected without TLS. */
const FOUND = [
    "CREATE DATABASE shop_eu; CREATE DATABASE shopXeu; CREATE DATABASE crm",
    "CREATE TABLE crm.people (id INT PRIMARY KEY)",
    "CREATE USER legacy@'%' IDENTIFIED BY 'not-a-secret', open@'%'",
    "CREATE USER reports@'%' IDENTIFIED BY 'not-a-secret' REQUIRE SSL",
    "GRANT SELECT ON `shop_eu`.* TO legacy@'%'",
    "GRANT SELECT ON *.* TO reports@'%'",
    "CREATE DEFINER = legacy@'%' VIEW crm.names AS SELECT id FROM crm.people",
];
const REMOVED = [
    "DROP DATABASE shop_eu; DROP DATABASE shopXeu; DROP DATABASE crm",
    "DROP USER legacy@'%', reports@'%', open@'%'",
];

/** Reads a real server as the doctor does, and compares what it finds. */
export async function checkDoctor(server: MysqlServer): Promise<void> {
    const root = await server.root();
    const admin = await server.root({ multipleStatements: true });
    for (const statement of FOUND) {
        await admin.query(statement);
    }
    const plain = await createConnection({
        host: "127.0.0.1",
        port: server.port,
        user: "legacy",
        password: "not-a-secret",
    });
    try {
        const read = await readMysql(
            {
                query: async ({ text }) => {
                    const [rows] = await root.query(text);
                    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
                },
            },
            1,
            async () => (await server.root()).end(),
        );
        const wanted = known({
            ...{ roles: ["legacy"], databases: ["crm"], schemas: [], namespaces: [], iamRoles: [] },
            identities: new Set<string>(),
        });
        const tls = known({ name: "require_secure_transport", forced: false, dynamic: true });
        const master = known({ ...good.aws.server.value, masterUser: "root" });
        const findings = diagnose({ ...good, ...read, wanted, aws: { ...good.aws, server: master, tls } });
        const seen = Object.fromEntries(findings.filter(({ group }) => group === "database").map(seenOf));
        await assert.rejects(root.query("CREATE DATABASE written"), /READ.ONLY/i);
        for (const [id, expected] of Object.entries(EXPECTED)) {
            assert.deepEqual(seen[id], expected);
        }
        assert.match(String(seen["login-rate"]), /^[1-9]/);
        console.log(`the doctor finds ${Object.keys(EXPECTED).join(", ")}, and who is connected without TLS`);
        const forced = findings.find(({ id }) => id === "tls-forced");
        assert.match(forced?.state === "change" ? forced.breaks : "", /1 session of legacy/);
    } finally {
        await plain.end();
        for (const statement of REMOVED) {
            await admin.query(statement);
        }
        await admin.end();
        await root.end();
    }
}

function seenOf(finding: Finding): readonly [string, readonly string[] | string] {
    // The server's own accounts depend on its version and on the machine's name.
    const ours = (one: string) => !one.startsWith("'root'@");
    return [
        finding.id,
        finding.state === "unchecked"
            ? finding.reason
            : finding.seen
                  .filter(ours)
                  .map((one) => one.replace(/\((mysql_native|caching_sha2)_password\)/, "(PLUGIN)")),
    ];
}

const EXPECTED = {
    names: ["the user legacy exists", "the database crm exists"],
    "tls-required": ["legacy", "open"].map((user) => `'${user}'@'%' (PLUGIN) may sign in without TLS`),
    "open-accounts": ["'open'@'%' has no password"],
    "wide-grants": [
        "'reports'@'%' holds SELECT on all databases",
        "'legacy'@'%' holds SELECT on shop_eu, which also matches shopXeu",
    ],
    definers: ["legacy@% defines 1 view in crm"],
};
