import assert from "node:assert/strict";

import type { ProfileEntry } from "../../../components/access/entries";
import { beginWith } from "../../../components/access/readers";

const everything = { tenant: "*", on: "tables", privileges: ["SELECT"] } as const;
const named = { ...everything, tenant: "shop", objects: ["cases"] };

function profile(name: string, more: Partial<ProfileEntry> = {}): ProfileEntry {
    return { name, grants: [everything], holders: [], ...more };
}

describe("the sessions of a login with profiles", () => {
    it("refuse views and policies, except the kinds that a grant of one of its profiles allows", () => {
        assert.deepEqual(beginWith([profile("audit")]), {
            restrict_nonsystem_relation_kind: "view, foreign-table",
            row_security: "off",
        });
        const cases = profile("cases", { grants: [{ ...named, mayRun: ["views"] }] });
        assert.deepEqual(beginWith([profile("audit"), cases]), {
            restrict_nonsystem_relation_kind: "foreign-table",
            row_security: "off",
        });
        assert.deepEqual(beginWith([cases, profile("rows", { grants: [{ ...named, mayRun: ["policies"] }] })]), {
            restrict_nonsystem_relation_kind: "foreign-table",
        });
    });

    it("refuse nothing in the schema of the tenant whose owner it acts as", () => {
        assert.deepEqual(beginWith([profile("admin", { grants: [], actsAs: "shop" })]), {});
    });
});
