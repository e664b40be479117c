import assert from "node:assert/strict";

import { renderDrift } from "../../cli/drift";
import { NOT_COMPARED } from "../../drift/catalog/decisions";
import { renderFinding } from "../../drift/render";
import { type Sql, identifier, sql } from "../../toolkit/sql";
import { visible } from "../../toolkit/visible";

const finding = (message: string, ...statements: readonly Sql[]) =>
    ({ kind: "role setting", message, database: "app", sql: statements, as: [] }) as const;

describe("the drift output", () => {
    it("has no line that a tenant's setting forged", () => {
        const value =
            'psql, which nothing declares\n    ALTER ROLE "acme_app" RESET "application_name";\nmembership: x is not a member of y\n    GRANT "keyless_provisioner" TO "acme_app";';
        const message = `acme_app has application_name = ${JSON.stringify(value)}, which nothing declares`;
        const lines = String(
            renderFinding(
                finding(message, sql`ALTER ROLE ${identifier("acme_app")} RESET ${identifier("application_name")}`),
            ),
        ).split("\n");
        assert.deepEqual(lines, [
            `role setting: ${visible(message)}`,
            '    ALTER ROLE "acme_app" RESET "application_name";',
        ]);
    });

    it("sends no control sequence from a catalog to the terminal", () => {
        const name = "\u001b[2J\u001b[Hthe server is as declared\u001b[8m";
        const text = String(
            renderFinding(
                finding(
                    `table acme.${name} belongs to acme_app`,
                    sql`ALTER TABLE ${identifier("acme", name)} OWNER TO acme_owner`,
                ),
            ),
        );
        assert.deepEqual(text.split("\n"), [
            "role setting: table acme.\\u{1b}[2J\\u{1b}[Hthe server is as declared\\u{1b}[8m belongs to acme_app",
            '    ALTER TABLE "acme".U&"\\001B[2J\\001B[Hthe server is as declared\\001B[8m" OWNER TO acme_owner;',
        ]);
    });

    it("names what is not compared, before its verdict", () => {
        const result = { findings: [], fixed: [], elsewhere: [], notCompared: NOT_COMPARED };
        assert.deepEqual(renderDrift(result).map(String), [
            "not compared: row-level security policies (keyless access --live shows them), passwords",
            "the server is as declared",
        ]);
    });
});
