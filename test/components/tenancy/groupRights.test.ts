import assert from "node:assert/strict";

import { changeOf, type ExistingRight } from "../../../components/tenancy/groupRights/rights";

const place = { database: "app", schema: "orders", owner: "orders" } as const;
const all = (...privileges: string[]): ExistingRight => ({ ...place, on: "tables", privileges });
const named = (objects: string[], ...privileges: string[]): ExistingRight => ({ ...all(...privileges), objects });
const atom = (privilege: string, more: object = {}) => ({ ...place, on: "tables", privilege, ...more });

describe("a change of what a group may do with others' objects", () => {
    it("is nothing in another order, or stated twice", () => {
        assert.deepEqual(changeOf([all("SELECT", "INSERT")], [all("INSERT", "SELECT"), all("SELECT")]), {
            taken: [],
            given: [],
        });
    });

    it("takes and gives only what differs", () => {
        assert.deepEqual(changeOf([all("SELECT", "INSERT")], [all("SELECT", "UPDATE")]), {
            taken: [atom("INSERT")],
            given: [atom("UPDATE")],
        });
        assert.deepEqual(changeOf([named(["a", "b"], "SELECT")], [named(["b"], "SELECT")]), {
            taken: [atom("SELECT", { object: "a" })],
            given: [],
        });
    });

    it("gives again what stays of that which it takes wholly", () => {
        assert.deepEqual(changeOf([all("SELECT"), named(["a"], "SELECT")], [named(["a"], "SELECT")]), {
            taken: [atom("SELECT")],
            given: [atom("SELECT", { object: "a" })],
        });
        const column = { ...named(["a"], "SELECT"), columns: ["id"] };
        assert.deepEqual(changeOf([named(["a"], "SELECT")], [column]), {
            taken: [atom("SELECT", { object: "a" })],
            given: [atom("SELECT", { object: "a", column: "id" })],
        });
    });
});
