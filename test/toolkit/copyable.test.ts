import assert from "node:assert/strict";

import { bootstrapPlan } from "../../bootstrap";
import { breakGlassStatements } from "../../bootstrap/statements";
import { identifier, literal, sql } from "../../toolkit/sql";
import { copyable } from "../../toolkit/copyable";

const renamed = (name: string, value: string) =>
    String(copyable(sql`ALTER ROLE ${identifier(name)} SET ${identifier("application_name")} TO ${literal(value)}`));

describe("SQL to be copied", () => {
    it("is the statement itself if all its characters are visible", () => {
        assert.equal(renamed('a"b', "it's \\o/"), `ALTER ROLE "a""b" SET "application_name" TO E'it''s \\\\o/';`);
    });

    it("writes names and constants with Postgres' escapes for invisible characters", () => {
        assert.equal(
            renamed('a\u202e"b', "x\n'y'"),
            `ALTER ROLE U&"a\\202E""b" SET "application_name" TO E'x\\u000A''y''';`,
        );
        assert.equal(
            renamed("tag\u{e0041}", "tag\u{e0041}\\u"),
            `ALTER ROLE U&"tag\\+0E0041" SET "application_name" TO E'tag\\U000E0041\\u005Cu';`,
        );
        assert.equal(
            renamed("two  spaces ", "\\u{1b}"),
            `ALTER ROLE U&"two \\0020spaces\\0020" SET "application_name" TO E'\\u005Cu{1b}';`,
        );
    });

    it("is one line", () => {
        assert.equal(String(copyable("GRANT a\n    TO b")), "GRANT a TO b;");
    });

    it("is not shown if a client could interpret text between the names differently", () => {
        for (const statement of [
            "GRANT a TO b; DROP TABLE c",
            "SELECT \\! id",
            "SELECT :name",
            "SELECT a\u202eb",
            "SELECT `id`",
            "SELECT DATE'2026-01-01'",
            'GRANT "a',
        ]) {
            assert.match(String(copyable(statement)), /^-- not shown: .+ between its names is not safe to copy$/);
        }
    });

    it("is every statement of the bootstrap as it runs", () => {
        const { statements, grantRdsIam = "" } = bootstrapPlan(
            { restricts: true, owners: new Map([["app", "postgres"]]) },
            { databases: ["app"] },
        );
        for (const statement of [
            ...statements,
            grantRdsIam,
            ...breakGlassStatements("rescue", "SCRAM-SHA-256$4096:c2FsdA==$a2V5:c2VydmVy", true),
        ]) {
            assert.equal(String(copyable(statement)), `${statement};`);
        }
    });
});
