import assert from "node:assert/strict";

import { ServerStateBuilder } from "../../../access/postgres/build";
import { ForeignCode } from "../../../access/postgres/foreignCode";
import { Rights } from "../../../access/postgres/rights";
import type { BeginsWith } from "../../../access/postgres/sessionSettings";

const source = "(the test)";

/** The code that audrey, a reader of acme's login's and globex' owner's data, may run by reading. */
function runs(
    settings: BeginsWith,
    { restricts = true, reads = ["acme", "globex"] } = {},
): Record<string, readonly string[]> {
    const builder = new ServerStateBuilder(18);
    builder.role({ name: "acme_app", login: true, source });
    builder.role({ name: "globex_owner", source });
    builder.role({ name: "audrey", login: true, settings, source });
    builder.database("app", "keyless_provisioner", source);
    for (const [schema, owner] of [
        ["acme", "acme_app"],
        ["globex", "globex_owner"],
    ] as const) {
        builder.object({ kind: "schema", database: "app", name: schema, owner }, source);
        builder.object({ kind: "table", database: "app", schema, name: "t", owner }, source);
    }
    for (const schema of reads) {
        builder.grant(
            { kind: "schema", database: "app", name: schema },
            { grantee: "audrey", privileges: ["USAGE"], grantable: false },
            source,
        );
        builder.grant(
            { kind: "table", database: "app", schema, name: "t" },
            { grantee: "audrey", privileges: ["SELECT"], grantable: false },
            source,
        );
    }
    const rights = new Rights(builder.build());
    const found = new ForeignCode(rights, ["keyless_provisioner"], restricts).of("audrey", rights.of("audrey"));
    return Object.fromEntries([...found].map(([{ object }, codes]) => [`${object.schema}.${object.name}`, codes]));
}

const refuses = { restrict_nonsystem_relation_kind: "view, foreign-table", row_security: "off" };

describe("code that runs on reads", () => {
    it("is another login's: in plain tables with any settings, and in views and policies where the sessions allow them", () => {
        assert.deepEqual(runs({}), { "acme.t": ["tables", "views", "policies"] });
        assert.deepEqual(runs(refuses), { "acme.t": ["tables"] });
        assert.deepEqual(runs({ ...refuses, restrict_nonsystem_relation_kind: "foreign-table" }), {
            "acme.t": ["tables", "views"],
        });
        assert.deepEqual(runs({ restrict_nonsystem_relation_kind: refuses.restrict_nonsystem_relation_kind }), {
            "acme.t": ["tables", "policies"],
        });
    });

    it("includes views with any settings, where the server lacks the setting that refuses them", () => {
        assert.deepEqual(runs(refuses, { restricts: false }), { "acme.t": ["tables", "views"] });
    });

    it("does not count where the reader reaches no other data", () => {
        assert.deepEqual(runs({}, { reads: ["acme"] }), {});
    });
});
