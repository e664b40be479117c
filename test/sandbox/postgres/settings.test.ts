import assert from "node:assert/strict";

import { pgHba, pgIdent, postgresqlConf } from "../../../sandbox/postgres/settings";

describe("a server's settings", () => {
    it("accept members of rds_iam by certificate and others by password, only with TLS, and rdsadmin only from this machine", () => {
        const rules = [
            "local all all peer map=sandbox",
            "host all rdsadmin all reject",
            "hostssl all +rds_iam all cert",
            "hostssl all all all scram-sha-256",
            "host all all all reject",
        ];
        const replicas = "local replication rdsadmin peer map=replica";
        assert.deepEqual(rulesOf(pgHba(15)), [replicas, ...rules]);
        assert.deepEqual(rulesOf(pgHba(16)), [replicas, "local all +rds_iam peer map=gateway", ...rules]);
    });

    it("map only the user who runs the sandbox to the superuser and to the gateway's clients, and the servers' user to replication", () => {
        const users = { sandbox: "some body", server: "nobody" };
        const rules = ['sandbox "some body" rdsadmin', 'replica "nobody" rdsadmin'];
        assert.deepEqual(rulesOf(pgIdent(users, 15)), rules);
        assert.deepEqual(rulesOf(pgIdent(users, 18)), [...rules, 'gateway "some body" all']);
    });

    it("follow the primary and log for logical decoding only where that is asked", () => {
        const files = { caFile: "ca.pem", certFile: "server.pem", keyFile: "server.key" };
        const chosen = (more: object) =>
            rulesOf(postgresqlConf({ port: 5433, socketDir: "/var/tmp/s", ...files, ...more })).filter((line) =>
                /^(primary|wal_level)/.test(line),
            );
        assert.deepEqual(chosen({}), []);
        assert.deepEqual(chosen({ logicalReplication: true, primary: { port: 5434, socketDir: "/var/tmp/o'b" } }), [
            "primary_conninfo = 'host=''/var/tmp/o\\\\''b'' port=5434 user=rdsadmin'",
            "wal_level = 'logical'",
        ]);
    });

    it("quote paths", () => {
        const conf = postgresqlConf({
            port: 5433,
            socketDir: "/var/tmp/o'b\\c",
            caFile: "ca.pem",
            certFile: "server.pem",
            keyFile: "server.key",
        });
        assert.deepEqual(
            rulesOf(conf).filter((line) => /^(port|unix_socket_dir|ssl_ca|listen|rds)/.test(line)),
            [
                "listen_addresses = '127.0.0.1'",
                "port = 5433",
                "unix_socket_directories = '/var/tmp/o''b\\\\c'",
                "ssl_ca_file = 'ca.pem'",
                "rds.force_ssl = 1",
            ],
        );
    });
});

function rulesOf(text: string): string[] {
    return text
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"))
        .map((line) => line.replaceAll(/ +/g, " "));
}
