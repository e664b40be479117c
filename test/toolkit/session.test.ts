import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Linter } from "eslint";
import type { Client } from "pg";

import { builtSql } from "../../eslint.config.mjs";
import { inTransaction, Session } from "../../toolkit/session";
import { parameter, sql, type Sql } from "../../toolkit/sql";

/** A client that records what it is sent. */
class FakeClient {
    readonly sent: unknown[] = [];
    fails = "";

    async query(statement: string | { readonly text: string }): Promise<{ rows: unknown[] }> {
        const text = typeof statement === "string" ? statement : statement.text;
        this.sent.push(text);
        return text === this.fails ? Promise.reject(new Error("failed")) : { rows: [] };
    }
}

function sessionOf(client: FakeClient): Session {
    return new Session(client as unknown as Client);
}

/** True for the compiler, unless such a value would be accepted as SQL. */
type Refused<T> = T extends Sql ? never : true;
const byTheCompiler: readonly [
    Refused<string>,
    Refused<{ text: string; values: unknown[]; queryMode: "extended"; toString(): string; toJSON(): string }>,
] = [true, true];

describe("a session", () => {
    it("sends statements that toolkit/sql.ts built", async () => {
        const client = new FakeClient();
        await sessionOf(client).query(sql`SELECT ${parameter("x; DROP ROLE y")}`);
        assert.deepEqual(client.sent, ["SELECT $1"]);
    });

    it("sends nothing else, even through a cast", async () => {
        assert.deepEqual(byTheCompiler, [true, true]);
        const client = new FakeClient();
        const statement = sql`SELECT 1`;
        for (const forged of [
            "SELECT 1",
            { ...statement, text: "DROP ROLE x" },
            Object.create(statement),
            new String("SELECT 1"),
            null,
            ["SELECT 1"],
        ]) {
            await assert.rejects(sessionOf(client).query(forged as Sql), TypeError);
        }
        assert.deepEqual(client.sent, []);
    });

    it("has no statement whose text can be changed", () => {
        const statement = sql`SELECT 1`;
        assert.throws(() => Object.assign(statement, { text: "DROP ROLE x" }), TypeError);
    });

    it("runs a file unchanged", async () => {
        const dir = mkdtempSync(join(tmpdir(), "keyless-session-"));
        try {
            const client = new FakeClient();
            writeFileSync(join(dir, "a.sql"), "SELECT 1; SELECT 2");
            await sessionOf(client).runFile(join(dir, "a.sql"));
            assert.deepEqual(client.sent, ["SELECT 1; SELECT 2"]);
        } finally {
            rmSync(dir, { recursive: true });
        }
    });

    it("runs several statements one by one, and rolls back all when one fails", async () => {
        const client = new FakeClient();
        await inTransaction(sessionOf(client), [sql`A`, sql`B`]);
        client.fails = "A";
        await assert.rejects(inTransaction(sessionOf(client), [sql`A`, sql`B`]), { message: "failed" });
        assert.deepEqual(client.sent, ["BEGIN", "A", "B", "COMMIT", "BEGIN", "A", "ROLLBACK"]);
    });
});

describe("the lint rule on statements", () => {
    const linter = new Linter();
    const found = (code: string): number =>
        linter.verify(code, { plugins: { keyless: { rules: { one: builtSql } } }, rules: { "keyless/one": "error" } })
            .length;

    for (const code of [
        'import { Client } from "pg"',
        'import pg from "pg"',
        'import Client from "pg/lib/client.js"',
        'import Pool from "pg-pool"',
        'export { Client } from "pg"',
        'export * from "pg"',
        'const { Client } = await import("pg")',
        'const { Client } = require("pg")',
        'import { createConnection } from "mysql2/promise"',
        'import postgres from "postgres"',
        'import { RDSDataClient } from "@aws-sdk/client-rds-data"',
        "await session.runFile(path)",
    ]) {
        it(`refuses ${code}`, () => assert.equal(found(code), 1));
    }

    for (const code of [
        'import { openSession } from "../toolkit/session"',
        'import { program } from "pgx"',
        "await session.query(statement)",
    ]) {
        it(`allows ${code}`, () => assert.equal(found(code), 0));
    }
});
