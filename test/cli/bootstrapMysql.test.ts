import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mysqlStatements } from "../../bootstrap/mysql";
import { reach } from "../../cli/bootstrap";
import { bootstrapMysqlServer } from "../../cli/bootstrapMysql";
import { Authority } from "../../sandbox/postgres/authority";
import { openMysqlMaster, type MysqlMaster } from "../support/mysqlMaster";

const host = "app.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com";
const port = 3306;

describe("the bootstrap of MySQL through a SOCKS proxy", () => {
    const outside = { ALL_PROXY: process.env["ALL_PROXY"], NO_PROXY: process.env["NO_PROXY"] };
    let dir: string;
    let authority: Authority;
    let master: MysqlMaster;

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "keyless-bootstrap-"));
        authority = await Authority.open(dir);
    });
    after(() => rmSync(dir, { recursive: true, force: true }));
    beforeEach(() => {
        delete process.env["NO_PROXY"];
    });
    afterEach(async () => {
        await master.close();
        for (const [name, value] of Object.entries(outside)) {
            if (value === undefined) {
                delete process.env[name];
            } else {
                process.env[name] = value;
            }
        }
    });

    /** Connects to a server that presents a certificate with this name. */
    async function bootstrap(named: string): Promise<string[]> {
        master = await openMysqlMaster(await authority.server(named, [named]));
        process.env["ALL_PROXY"] = master.url;
        const socket = await reach({ host, port: String(port) });
        return (
            await bootstrapMysqlServer(socket, {
                host,
                port,
                username: "master",
                password: "secret",
                ca: [authority.certificate],
            })
        ).map(String);
    }

    it("requests the database's own name from the proxy, verifies the certificate against it, and loses no early data", async () => {
        const statements = mysqlStatements().map(String);
        assert.deepEqual(await bootstrap(host), statements);
        assert.deepEqual(master.visits, [{ asked: `${host}:${port}`, serverName: host, user: "master", statements }]);
    });

    it("sends nothing to a server with another name", async () => {
        await assert.rejects(bootstrap("other.cluster-c1a2b3c4d5e6.eu-central-1.rds.amazonaws.com"), {
            message:
                /^can't connect to app\.cluster-\S+:3306 as master: Hostname\/IP does not match certificate's altnames: /,
        });
        assert.deepEqual(master.visits, []);
    });

    it("explains how to reach a database that does not answer", async () => {
        master = await openMysqlMaster(await authority.server(host, [host]));
        process.env["ALL_PROXY"] = "socks5://127.0.0.1:1";
        await assert.rejects(reach({ host, port: String(port) }), {
            message:
                /^can't reach app\.cluster-\S+:3306: .*; it is private; `npm run tunnel -- --socks` opens a tunnel to it$/,
        });
    });
});
