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
        assert.deepEqual(rulesOf(pgHba(15)), rules);
        assert.deepEqual(rulesOf(pgHba(16)), ["local all +rds_iam peer map=gateway", ...rules]);
    });

    it("map only the user who runs the sandbox to the superuser and to the gateway's clients", () => {
        assert.deepEqual(rulesOf(pgIdent("some body", 15)), ['sandbox "some body" rdsadmin']);
        assert.deepEqual(rulesOf(pgIdent("some body", 18)), [
            'sandbox "some body" rdsadmin',
            'gateway "some body" all',
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
