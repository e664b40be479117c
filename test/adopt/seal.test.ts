import assert from "node:assert/strict";

import { compareRights, rightsOf } from "../../adopt/rights";
import { newSalt, sealedWith } from "../../adopt/seal";
import type { Facts } from "../../drift/index";

/** A server with one login, which has a setting that no name tells as a secret. */
function server(value: string): Facts {
    const attributes = {
        ...{ login: true, inherit: true, superuser: false, createRole: false },
        ...{ createDatabase: false, bypassRls: false, replication: false },
    };
    const settings = [{ database: "app", name: "app.pepper", value }];
    const others = { inSchemas: [], outside: [], provided: [], taken: [], mappings: [], largeObjectDefaults: [] };
    return {
        ...{ major: 17, restricts: true, memberships: [], defaults: [], objects: [], ownRoles: new Set() },
        roles: new Map([["shop", { name: "shop", attributes, connectionLimit: -1, settings }]]),
        others: { ...others, settings: [{ database: "", name: "app.salt", value }] },
    } as unknown as Facts;
}

describe("rights with sealed values of settings", () => {
    const seal = sealedWith("a salt");

    it("have no value in them", () => {
        const rights = rightsOf(server("hunter2"), seal);
        assert.doesNotMatch(JSON.stringify(rights), /hunter2/);
        const [ofAll, ofShop] = rights.filter(({ what }) => what.startsWith("setting: "));
        assert.equal(ofAll?.holder, "public");
        assert.match(ofShop?.what ?? "", /^setting: app\.pepper = \(digest [0-9a-f]{32}\) in database app$/);
    });

    it("are the same for the same value, and others for another", () => {
        const before = rightsOf(server("hunter2"), sealedWith("a salt"));
        const against = (value: string) => {
            const { lost, unannounced } = compareRights(before, rightsOf(server(value), seal), []);
            return [lost, unannounced].map((some) =>
                some.map(({ holder, what }) => `${holder} ${what.split(" =")[0] ?? ""}`),
            );
        };
        assert.deepEqual(against("hunter2"), [[], []]);
        const changed = ["public setting: app.salt", "shop setting: app.pepper"];
        assert.deepEqual(against("hunter3"), [changed, changed]);
    });

    it("cannot be compared between two files", () => {
        const [one, other] = [newSalt(), newSalt()];
        assert.notEqual(sealedWith(one)("hunter2"), sealedWith(other)("hunter2"));
    });
});
