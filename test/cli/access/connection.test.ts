import assert from "node:assert/strict";

import { targetOf } from "../../../cli/access/connection";
import { UserError } from "../../../toolkit/userError";

/** The parameters, without the certificates. */
function connectionOf(where: string, environment: Record<string, string> = {}): object {
    const { host, database, config } = targetOf(where, environment);
    return {
        host,
        database,
        port: config.port,
        user: config.user,
        tls: config.ssl !== false,
        password: config.password,
    };
}

describe("the address of a live server", () => {
    it("reads the environment variables that psql reads", () => {
        const environment = {
            PGHOST: "db.example",
            PGPORT: "6432",
            PGUSER: "reader",
            PGDATABASE: "app",
            PGPASSWORD: "x",
        };
        assert.deepEqual(connectionOf("env", environment), {
            host: "db.example",
            database: "app",
            port: 6432,
            user: "reader",
            tls: true,
            password: undefined,
        });
    });

    it("prefers a URL over the environment, and decodes its names", () => {
        const url = "postgresql://o%27brien@db.example:6432/my%20app";
        assert.deepEqual(connectionOf(url, { PGUSER: "other", PGDATABASE: "other" }), {
            host: "db.example",
            database: "my app",
            port: 6432,
            user: "o'brien",
            tls: true,
            password: undefined,
        });
    });

    it("disables TLS only over a Unix socket or when requested: any user of this machine may hold a local port", () => {
        assert.deepEqual(
            ["127.0.0.1", "localhost", "db.example"].map(
                (host) => targetOf(`postgres://a@${host}/b`, {}).config.ssl !== false,
            ),
            [true, true, true],
        );
        assert.equal(targetOf("env", { PGHOST: "/run/postgresql", PGUSER: "a" }).config.ssl, false);
        assert.equal(targetOf("postgres://a@db.example/b?sslmode=disable", {}).config.ssl, false);
        assert.notEqual(targetOf("postgres://a@127.0.0.1/b", { PGSSLMODE: "verify-full" }).config.ssl, false);
    });

    it("refuses a password on the command line, partial verification, and invalid addresses", () => {
        const message = (where: string, environment = {}): string => {
            try {
                targetOf(where, environment);
            } catch (error) {
                assert.ok(error instanceof UserError);
                return error.message;
            }
            return "";
        };
        assert.equal(
            message("postgres://a:secret@db.example/b"),
            "--live: every user of the machine can read a password in a URL; remove it, and set PGPASSWORD or use ~/.pgpass",
        );
        assert.match(
            message("postgres://a@db.example/b", { PGSSLMODE: "require" }),
            /^sslmode "require" is not allowed; allowed are disable, verify-full; /,
        );
        assert.match(
            message("mysql://a@b/c"),
            /^--live "mysql:\/\/a@b\/c" is not a server; allowed are sandbox, env and /,
        );
        assert.equal(
            message("env"),
            "--live requires a server: PGHOST and PGUSER missing; set them, or pass postgresql://USER@HOST:PORT/DATABASE",
        );
    });
});
