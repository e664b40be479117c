import assert from "node:assert/strict";

import { statements } from "../../bench/database/statements";

const of = (type: string, inputs: Record<string, unknown>) =>
    statements([
        { type: `postgresql:index/${type}`, name: "n", inputs, urn: "u", dependencies: [], provider: "p" },
    ]).map(String);

describe("the statements of the database side", () => {
    it("make a login with its groups, limit and search path", () => {
        const inputs = { name: "a", login: true, connectionLimit: 5, roles: ["g"], searchPaths: ["s", "t"] };
        assert.deepEqual(of("role:Role", inputs), [
            'CREATE ROLE "a" LOGIN CONNECTION LIMIT 5',
            'GRANT "g" TO "a"',
            'ALTER ROLE "a" SET search_path TO "s", "t"',
        ]);
    });

    it("create a schema as a member of its owner, for as long as it takes", () => {
        const policies = [{ role: "a", usage: true }];
        assert.deepEqual(of("schema:Schema", { name: "s", owner: "o", policies }), [
            'GRANT "o" TO CURRENT_USER',
            'CREATE SCHEMA "s" AUTHORIZATION "o"',
            'GRANT USAGE ON SCHEMA "s" TO "a"',
            'REVOKE "o" FROM CURRENT_USER',
        ]);
    });

    it("replace what a role may do by what it is given", () => {
        const schema = { objectType: "schema", schema: "s", database: "d", role: "public", privileges: [] };
        assert.deepEqual(of("grant:Grant", schema), ['REVOKE ALL ON SCHEMA "s" FROM PUBLIC']);
        const database = { objectType: "database", database: "d", role: "g", privileges: ["CONNECT"] };
        assert.deepEqual(of("grant:Grant", database), [
            'REVOKE ALL ON DATABASE "d" FROM "g"',
            'GRANT CONNECT ON DATABASE "d" TO "g"',
        ]);
    });

    it("are refused for a type that they do not know", () => {
        assert.throws(() => of("extension:Extension", {}), /no statement for postgresql:index\/extension:Extension/);
    });
});
