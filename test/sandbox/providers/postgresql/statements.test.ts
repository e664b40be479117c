import assert from "node:assert/strict";

import { Attributes } from "../../../../sandbox/providers/postgresql/fields";
import type { Fields } from "../../../../sandbox/providers/postgresql/fields";
import { grant } from "../../../../sandbox/providers/postgresql/grant";
import { grantStatement, revokeStatement } from "../../../../sandbox/providers/postgresql/grantStatements";
import { schema } from "../../../../sandbox/providers/postgresql/schema";
import { grantPolicies, policiesOf } from "../../../../sandbox/providers/postgresql/schemaPolicies";
import { constant, objectsIn } from "../../../../sandbox/providers/postgresql/sql";
import { type Props } from "../../../../sandbox/cloud/props";
import { ProviderError } from "../../../../sandbox/providers/protocol/types";

function given(fields: Fields, props: Props): Attributes {
    return new Attributes(fields, {}, props, "");
}

describe("the statements of a grant", () => {
    const base = { role: "app", database: "shop", schema: "s" };
    const cases: [string, Props, string, string][] = [
        [
            "a database",
            { objectType: "database", privileges: ["CONNECT"] },
            'GRANT CONNECT ON DATABASE "shop" TO "app"',
            'REVOKE ALL PRIVILEGES ON DATABASE "shop" FROM "app"',
        ],
        [
            "a schema, with grant option",
            { objectType: "schema", privileges: ["USAGE"], withGrantOption: true },
            'GRANT USAGE ON SCHEMA "s" TO "app" WITH GRANT OPTION',
            'REVOKE ALL PRIVILEGES ON SCHEMA "s" FROM "app"',
        ],
        [
            "all tables",
            { objectType: "table", privileges: ["SELECT"] },
            'GRANT SELECT ON ALL TABLES IN SCHEMA "s" TO "app"',
            'REVOKE ALL PRIVILEGES ON ALL TABLES IN SCHEMA "s" FROM "app"',
        ],
        [
            "named tables, of which only the declared privileges are revoked",
            { objectType: "table", objects: ['a"', "b"], privileges: ["SELECT"] },
            'GRANT SELECT ON TABLE "s"."b","s"."a""" TO "app"',
            'REVOKE SELECT ON TABLE "s"."b","s"."a""" FROM "app"',
        ],
        [
            "named tables without a privilege",
            { objectType: "table", objects: ["b"], privileges: [] },
            "",
            'REVOKE ALL PRIVILEGES ON TABLE "s"."b" FROM "app"',
        ],
        [
            "a function with its argument types",
            { objectType: "function", objects: ["f(text, int)"], privileges: ["EXECUTE"] },
            'GRANT EXECUTE ON FUNCTION "s"."f"(text, int) TO "app"',
            'REVOKE EXECUTE ON FUNCTION "s"."f"(text, int) FROM "app"',
        ],
        [
            "columns",
            { objectType: "column", objects: ["t"], columns: ["c", "d"], privileges: ["UPDATE"] },
            'GRANT UPDATE ("c","d") ON TABLE "s"."t" TO "app"',
            'REVOKE UPDATE ("c","d") ON TABLE "s"."t" FROM "app"',
        ],
        [
            "columns, with none left",
            { objectType: "column", objects: ["t"], columns: [], privileges: ["UPDATE"] },
            "",
            "SELECT NULL",
        ],
        [
            "a foreign server",
            { objectType: "foreign_server", objects: ["far"], privileges: ["USAGE"] },
            'GRANT USAGE ON FOREIGN SERVER "far" TO "app"',
            'REVOKE ALL PRIVILEGES ON FOREIGN SERVER "far" FROM "app"',
        ],
    ];
    for (const [what, props, grants, revokes] of cases) {
        it(`on ${what}`, () => {
            const attributes = given(grant.fields, { ...base, ...props });
            if (grants !== "") {
                assert.equal(grantStatement(attributes).text, grants);
            }
            assert.equal(revokeStatement(attributes).text, revokes);
        });
    }
});

describe("the statements of a schema's policies", () => {
    it("merge the policies of one role, and of PUBLIC if none is named", () => {
        const policies: Props[] = [
            { role: "App", usage: true },
            { role: "app", createWithGrant: true },
            { usage: true },
        ];
        assert.deepEqual(grantPolicies('s"', policiesOf(given(schema.fields, { policies }))).map(String), [
            'GRANT CREATE ON SCHEMA "s""" TO "App" WITH GRANT OPTION',
            'GRANT USAGE ON SCHEMA "s""" TO "App"',
            'GRANT USAGE ON SCHEMA "s""" TO PUBLIC',
        ]);
    });
});

describe("quoting", () => {
    it("doubles quotes, and backslashes as the official provider does", () => {
        assert.equal(constant("it's \\ here").text, "E'it''s \\\\\\\\ here'");
    });

    it("does not quote a function's argument types", () => {
        assert.equal(
            objectsIn("s", ['f"(int[])', "t", 'g(numeric(10, 2), "a)b".kind)']).text,
            '"s"."f"""(int[]),"s"."t","s"."g"(numeric(10, 2), "a)b".kind)',
        );
    });

    for (const object of [
        "f() TO x; DROP ROLE y",
        "f(int) TO x",
        "f(int); --",
        "f(int",
        "f(a') TO x --",
        "f(/*)",
        `${"a".repeat(64)}(int)`,
    ]) {
        it(`refuses ${object} as an object's name`, () => {
            assert.throws(() => objectsIn("s", [object]), ProviderError);
        });
    }
});
