import assert from "node:assert/strict";

import { Edit } from "./support/edit";
import { connectFaults } from "./support/faults/connect";
import { closedSchema, grantFaults } from "./support/faults/grants";
import { loginFaults } from "./support/faults/logins";
import { networkFaults, withOutsider } from "./support/faults/network";
import { trustFaults } from "./support/faults/trust";
import { changeOf } from "./support/summary";

const sound = (): Edit => withOutsider(new Edit({ tenants: ["shop", "billing"] }));

describe("a fault planted in a sound stack changes the matrix in the right cell", () => {
    for (const { title, plant, says } of [
        ...connectFaults,
        ...trustFaults,
        ...networkFaults,
        ...loginFaults,
        ...grantFaults,
    ]) {
        it(title, () => {
            const faulty = sound();
            plant(faulty);
            assert.deepEqual(changeOf(sound().sketches, faulty.sketches), says);
        });
    }

    it("and an edit that is not a fault changes nothing", () => {
        const edited = sound();
        closedSchema.plant(edited);
        assert.deepEqual(changeOf(sound().sketches, edited.sketches), []);
    });

    it("and CREATEROLE is none since 16", () => {
        const creates = sound().set("pgRole", "shop_app", { createRole: true });
        assert.deepEqual(changeOf(sound().sketches, creates.sketches), []);
    });

    it("and CREATEROLE is one while the version is not known", () => {
        for (const version of [
            { engineVersion: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
            { engineVersion: undefined, snapshotIdentifier: "nightly" },
        ]) {
            const before = sound().set("cluster", "aurora", version);
            const creates = sound().set("cluster", "aurora", version).set("pgRole", "shop_app", { createRole: true });
            assert.deepEqual(changeOf(before.sketches, creates.sketches), [
                "+ shop/shop → aurora: administer (administers)",
            ]);
        }
    });

    it("and fixing a fault removes the gain again", () => {
        const faulty = sound();
        faulty.connect("shop", { Resource: "*" });
        assert.deepEqual(changeOf(faulty.sketches, sound().sketches), [
            "- shop/shop → aurora: administer",
            "- shop/shop → aurora/app/billing: write",
        ]);
    });
});
