import assert from "node:assert/strict";

import { identifier, join, keyword, literal, operatorName, parameter, sql, Sql } from "../../toolkit/sql";

/** Calls the tag with values that its type does not allow, as a cast would. */
const untyped = sql as unknown as (text: unknown, ...parts: unknown[]) => Sql;

describe("sql", () => {
    it("composes a statement from its own text and SQL parts", () => {
        const granted = join([sql`SELECT`, sql`INSERT`].map((one) => sql`${one} (${identifier("c")})`));
        assert.equal(
            sql`GRANT ${granted} ON ${identifier("s", "t")} TO PUBLIC`.text,
            'GRANT SELECT ("c"), INSERT ("c") ON "s"."t" TO PUBLIC',
        );
        assert.equal(join([sql`a`, sql`b`], sql` AND `).text, "a AND b");
        assert.equal(join([]).text, "");
    });

    it("numbers parameters in order of appearance, and sends their values separately", () => {
        const condition = sql`name = ANY (${parameter(["a", "b"])})`;
        const query = sql`SELECT ${parameter("x")} FROM t WHERE ${condition} AND id > ${parameter(3)}`;
        assert.equal(query.text, "SELECT $1 FROM t WHERE name = ANY ($2) AND id > $3");
        assert.deepEqual(query.values, ["x", ["a", "b"], 3]);
    });

    it("is sent in the protocol that accepts one statement per message", () => {
        assert.equal(sql`SELECT 1`.queryMode, "extended");
    });

    it("converts to its text for users and files", () => {
        assert.equal(`${sql`SELECT 1`}`, "SELECT 1");
        assert.equal(JSON.stringify([sql`SELECT 1`]), '["SELECT 1"]');
    });

    const others: Readonly<Record<string, unknown>> = {
        "a string": "x; DROP ROLE y",
        "a number": 3,
        null: null,
        undefined: undefined,
        "an object with the same fields": { text: "DROP ROLE y", values: [], queryMode: "extended" },
        "an object with the same prototype": Object.create(Sql.prototype) as unknown,
    };
    for (const [what, value] of Object.entries(others)) {
        it(`refuses ${what} as a part`, () => {
            assert.throws(() => untyped(Object.freeze(Object.assign(["SELECT ", ""], { raw: [] })), value), TypeError);
            assert.throws(() => join([value as Sql]), TypeError);
        });
    }

    it("refuses to be called with a string", () => {
        assert.throws(() => untyped("DROP ROLE x"), TypeError);
        assert.throws(() => untyped(["DROP ROLE x"]), TypeError);
        assert.throws(() => untyped(Object.assign(["DROP ROLE x"], { raw: ["DROP ROLE x"] })), TypeError);
    });

    for (const [where, build] of Object.entries({
        "a constant": () => sql`SELECT '${identifier("x")}'`,
        "a quoted name": () => sql`SELECT "${identifier("x")}"`,
        "a constant in dollar quotes": () => sql`DO $body$ ${identifier("x")} $body$`,
        "a comment to the end of the line": () => sql`SELECT 1 -- ${identifier("x")}`,
        "a comment": () => sql`SELECT 1 /* ${identifier("x")} */`,
        "a constant behind another": () => sql`SELECT 'it''s', '${identifier("x")}'`,
    })) {
        it(`refuses a part inside ${where}`, () => {
            assert.throws(build, { name: "TypeError", message: /quotes or a comment must end before/ });
        });
    }

    it("accepts a part after a closed quotation", () => {
        assert.equal(
            sql`SELECT 'it''s', "a""b", $$x$$, $1 /* - */, ${literal("y")} -- end
            `.text.includes("'y'"),
            true,
        );
    });

    it("refuses a template that leaves a constant open at its end", () => {
        assert.throws(() => sql`SELECT 'x`, TypeError);
    });
});

describe("a quoted name", () => {
    it("keeps every character", () => {
        const names = ["shop", 'O"Brien', "a\\b%c;--", "Ünï 名", "a.b", "x\n;y", "$$", "\u202E\u200B"];
        assert.deepEqual(
            names.map((name) => identifier(name).text),
            ['"shop"', '"O""Brien"', '"a\\b%c;--"', '"Ünï 名"', '"a.b"', '"x\n;y"', '"$$"', '"\u202E\u200B"'],
        );
    });

    it("is refused if the server would read it as another name", () => {
        assert.equal(identifier("é".repeat(31)).text.length, 33);
        for (const name of ["", "a".repeat(64), "é".repeat(32), "a\0b", "a\uD800b"]) {
            assert.throws(() => identifier("s", name), TypeError, JSON.stringify(name));
        }
    });
});

describe("a constant", () => {
    it("doubles quotes, and is an escape string if it contains a backslash, as quote_literal writes it", () => {
        assert.deepEqual(
            ["it's", "a\\'b", "", "x\ny", 5, -1].map((value) => literal(value).text),
            ["'it''s'", "E'a\\\\''b'", "''", "'x\ny'", "5", "-1"],
        );
    });

    it("is refused if it cannot be sent unchanged", () => {
        for (const value of ["a\0b", "\uDC00", NaN, Infinity, 1.5]) {
            assert.throws(() => literal(value), TypeError);
        }
    });
});

describe("a key word", () => {
    it("must be an allowed one", () => {
        assert.equal(keyword("ALTER SYSTEM", ["SET", "ALTER SYSTEM"]).text, "ALTER SYSTEM");
        assert.throws(() => keyword("SUPERUSER", ["SELECT", "INSERT"]), {
            message: '"SUPERUSER" is not allowed here; allowed are SELECT, INSERT',
        });
        for (const word of ["select", "SELECT;", "SELECT ", "SELECT  X", "x()", ""]) {
            assert.throws(() => keyword(word, [word]), TypeError);
        }
    });
});

describe("an operator's name", () => {
    it("is refused if it has other characters or begins a comment", () => {
        assert.deepEqual(
            ["<=>", "@#@", "-|-", "!~~*"].map((name) => operatorName(name).text),
            ["<=>", "@#@", "-|-", "!~~*"],
        );
        for (const name of ["", "= ", "a", "--", "+/*", "=(int); DROP", '"']) {
            assert.throws(() => operatorName(name), TypeError);
        }
    });
});
