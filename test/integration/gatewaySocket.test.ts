import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";

import { SSL_REQUEST } from "../../sandbox/gateway/messages";
import { serverAccount } from "../../sandbox/postgres/serverAccount";
import type { Postgres } from "../../sandbox/postgres/cluster";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { runNode } from "../support/childProgram";
import { connectThrough, putDatabase, RESOURCE_ID, throughProxy, tokenFor } from "./gatewaySupport";
import { HOST, withOwnState } from "./postgres-support";
import { superuserOf } from "../support/client";
import { identifier } from "../../toolkit/sql";

const USER = "keyless_provisioner";
const VICTIM = "victim";
/** The longest possible name in Postgres. */
const LONGEST = "v".repeat(63);
/** ReadyForQuery. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);

describe("the gateway's Unix socket to the server", () => {
    withOwnState();
    let server: Server;
    let postgres: Postgres;

    before(async () => {
        putDatabase();
        server = await startServer();
        postgres = await server.postgresFor(RESOURCE_ID);
        const admin = await superuserOf(postgres);
        await admin.query(
            [VICTIM, LONGEST].map((name) => `CREATE ROLE ${identifier(name)} LOGIN IN ROLE rds_iam`).join(";"),
        );
        await admin.end();
    });
    after(() => server.stop());

    const secure = async (maxVersion: "TLSv1.2" | "TLSv1.3" = "TLSv1.3"): Promise<TLSSocket> => {
        const socket = await throughProxy(server, HOST, 5432);
        socket.write(SSL_REQUEST);
        await once(socket, "data");
        const tls = connectTls({ socket, servername: HOST, ca: readFileSync(server.caFile, "utf8"), maxVersion });
        await once(tls, "secureConnect");
        return tls;
    };
    /** The role that a startup packet with these parameters signs in as, or the error that refuses it. */
    const outcome = async (words: string, token: string): Promise<string> => {
        const tls = await secure();
        const parts: Buffer[] = [];
        tls.on("data", (data: Buffer) => {
            parts.push(data);
            if (Buffer.concat(parts).includes(READY)) {
                tls.end(TERMINATE);
            }
        });
        const closed = once(tls, "close");
        const password = Buffer.from(`${token}\0`);
        const start = Buffer.from(words);
        tls.write(Buffer.concat([int32(start.length + 8), int32(196_608), start]));
        tls.write(Buffer.concat([Buffer.from("p"), int32(password.length + 4), password]));
        await closed;
        const said = Buffer.concat(parts).toString("latin1");
        const user = /session_authorization\0([^\0]*)\0/.exec(said)?.[1];
        return user === undefined ? (/\0M([^\0]*)\0/.exec(said)?.[1] ?? "nothing") : `in as ${user}`;
    };

    it("reports a client's TLS as RDS does, also in databases created later", async () => {
        const client = await connectThrough(server, USER, await tokenFor(USER));
        await client.query("CREATE DATABASE later");
        const shown = "SELECT ssl, version, cipher, bits, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        const port = "SELECT client_port FROM pg_stat_activity WHERE pid = pg_backend_pid()";
        const { rows } = await client.query(shown);
        const admin = await superuserOf(postgres, "later");
        const others = await admin.query(
            "SELECT a.usename AS name, s.ssl, s.version FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.datname IN ('app', 'later') ORDER BY 1",
        );
        assert.deepEqual(
            [(await client.query(port)).rows, rows, others.rows],
            [
                [{ client_port: -1 }],
                [{ ssl: true, version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", bits: 256, client_dn: null }],
                [
                    { name: USER, ssl: true, version: "TLSv1.3" },
                    { name: "rdsadmin", ssl: false, version: null },
                ],
            ],
        );
        await Promise.all([admin.end(), client.end()]);
    });

    it("is used only by clients for which pg_stat_ssl stays truthful", async () => {
        const tls = await secure("TLSv1.2");
        assert.equal(tls.getProtocol(), "TLSv1.2");
        const parts: Buffer[] = [];
        tls.on("data", (data: Buffer) => parts.push(data));
        const password = Buffer.from(`${await tokenFor(USER)}\0`);
        const start = Buffer.from(`user\0${USER}\0database\0app\0\0`);
        const query = Buffer.from("SELECT 'port ' || client_port FROM pg_stat_activity WHERE pid = pg_backend_pid()\0");
        tls.write(Buffer.concat([int32(start.length + 8), int32(196_608), start]));
        tls.write(Buffer.concat([Buffer.from("p"), int32(password.length + 4), password]));
        tls.write(Buffer.concat([Buffer.from("Q"), int32(query.length + 4), query, TERMINATE]));
        await once(tls, "close");
        assert.match(Buffer.concat(parts).toString("latin1"), /port \d+/);
    });

    it("logs every client in as the user that its token names, in whatever form the startup packet names it", async () => {
        const own = await tokenFor(USER);
        const outcomes = [
            await outcome(`user\0${USER}\0database\0app\0\0`, own),
            await outcome(`user\0${VICTIM}\0database\0app\0user\0${USER}\0\0`, own),
            await outcome(`user\0${USER}\0database\0app\0user\0${VICTIM}\0\0`, own),
            await outcome(`user\0${USER}\0database\0app\0\0user\0${VICTIM}\0\0`, own),
            await outcome(`user\0${VICTIM}\0database\0app\0\0`, own),
            await outcome(`user\0${USER}\0database\0app\0options\0-c session_authorization=${VICTIM}\0\0`, own),
            await outcome(`user\0${LONGEST}\0database\0app\0\0`, await tokenFor(LONGEST)),
            await outcome(`user\0${LONGEST}v\0database\0app\0\0`, await tokenFor(`${LONGEST}v`)),
            await outcome("user\0rdsadmin\0database\0app\0\0", await tokenFor("rdsadmin")),
            await outcome("user\0postgres\0database\0app\0\0", await tokenFor("postgres")),
        ];
        const layout = "invalid startup packet layout: expected terminator as last byte";
        assert.deepEqual(outcomes, [
            `in as ${USER}`,
            `in as ${USER}`,
            `PAM authentication failed for user "${VICTIM}"`,
            layout,
            `PAM authentication failed for user "${VICTIM}"`,
            'permission denied to set session authorization "victim"',
            `in as ${LONGEST}`,
            "connection requires a valid client certificate",
            'pg_hba.conf rejects connection for host "127.0.0.1", user "rdsadmin", database "app", SSL encryption',
            "client selected an invalid SASL authentication mechanism",
        ]);
    });

    it("refuses other accounts of this machine, including that of the servers", async function () {
        const account = serverAccount();
        if (account === undefined) {
            this.skip();
        }
        const program = `
            process.setgid(${account.gid}); process.setuid(${account.uid});
            const socket = require("node:net").connect(${JSON.stringify(postgres.gatewaySocket)});
            const words = Buffer.from("user\\0${USER}\\0database\\0app\\0\\0");
            const head = Buffer.alloc(8); head.writeInt32BE(words.length + 8); head.writeInt32BE(196608, 4);
            socket.end(Buffer.concat([head, words]));
            socket.on("data", (data) => process.stdout.write(data)).on("error", (error) => console.log(error.message));`;
        const { stdout } = await runNode("--eval", [program], process.env);
        assert.match(stdout, new RegExp(`Peer authentication failed for user "${USER}"`));
    });
});

function int32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
}
