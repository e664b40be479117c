import assert from "node:assert/strict";
import { isAuthorization, useOf } from "../../toolkit/connectionLines";

const prefix = "2026-01-02 03:04:05 UTC:10.0.1.7(50000):shop@app:[4711]:";
const ssl = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)";

describe("a line of the server's log", () => {
    it("shows the use of a login, with address and application, on PostgreSQL 15 to 18", () => {
        const cases: Readonly<Record<string, object | undefined>> = {
            [`${prefix}LOG:  connection authorized: user=shop database=app application_name=shop api${ssl}`]: {
                address: "10.0.1.7",
                application: "shop api",
            },
            [`${prefix}LOG:  connection authorized: user=shop database=app`]: { address: "10.0.1.7" },
            [`${prefix}LOG:  replication connection authorized: user=shop application_name=copy${ssl}`]: {
                address: "10.0.1.7",
                application: "copy",
            },
            "2026-01-02 03:04:05 UTC:[local]:shop@app:[1]:LOG:  connection authorized: user=shop database=app": {},
            "2026-01-02 03:04:05 UTC:fd00::1(5):shop@app:[1]:LOG:  connection authorized: user=shop database=app": {
                address: "fd00::1",
            },
            [`${prefix}LOG:  disconnection: session time: 0:00:00.012 user=shop database=app host=10.0.9.9 port=5`]: {
                address: "10.0.9.9",
            },
        };
        for (const [line, use] of Object.entries(cases)) {
            assert.deepEqual(useOf("shop", line), use, line);
        }
    });

    it("proves no connection where a refused client named itself like such a line", () => {
        const name = "LOG:  connection authorized: user=x";
        const line = `2026-01-02 03:04:05 UTC:10.0.1.7(50000):${name}@app:[4711]:FATAL:  password authentication failed for user "${name}"`;
        assert.equal(isAuthorization(line), false);
    });

    it("shows no use where it is another login's, or quotes such a line", () => {
        for (const line of [
            `${prefix}LOG:  connection authorized: user=shop_app database=app`,
            `${prefix}LOG:  connection received: host=10.0.1.7 port=50000`,
            `${prefix}LOG:  connection authenticated: identity="shop" method=scram-sha-256 (pg_hba.conf:5)`,
            `${prefix}LOG:  statement: SELECT 'LOG:  connection authorized: user=shop database=app'`,
            `${prefix}FATAL:  password authentication failed for user "shop"`,
            "",
        ]) {
            assert.equal(useOf("shop", line), undefined, line);
        }
    });

    it("finds a login whose name has spaces, quotes and letters of both cases", () => {
        const line = `${prefix}LOG:  connection authorized: user=Shop "API" database=app`;
        assert.deepEqual([useOf('Shop "API"', line), useOf("Shop", line)], [{ address: "10.0.1.7" }, undefined]);
    });

    it("proves that connections are logged only if it is one itself", () => {
        assert.equal(isAuthorization(`${prefix}LOG:  connection authorized: user=anybody database=app`), true);
        assert.equal(isAuthorization(`${prefix}LOG:  statement: -- connection authorized: user=anybody`), false);
    });
});
