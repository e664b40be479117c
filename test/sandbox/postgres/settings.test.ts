import assert from "node:assert/strict";

import { pgHba, pgIdent, postgresqlConf } from "../../../sandbox/postgres/settings";

describe("a server's settings", () => {
    it("let members of rds_iam in by certificate, others by password, nobody without TLS, and rdsadmin from its own machine only", () => {
        const rules = [
            "local all all peer map=sandbox",
            "host all rdsadmin all reject",
            "hostssl all +rds_iam all cert",
            "hostssl all all all scram-sha-256",
            "host all all all reject",
        ];
        assert.deepEqual(rulesOf(pgHba(15)), rules);
        assert.deepEqual(rulesOf(pgHba(16)), ["local all +rds_iam peer map=door", ...rules]);
    });

    it("make the superuser, and the door's clients, out of the user who runs the sandbox, and of nobody else", () => {
        assert.deepEqual(rulesOf(pgIdent("some body", 15)), ['sandbox "some body" rdsadmin']);
        assert.deepEqual(rulesOf(pgIdent("some body", 18)), ['sandbox "some body" rdsadmin', 'door "some body" all']);
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
