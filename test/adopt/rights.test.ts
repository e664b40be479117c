import assert from "node:assert/strict";

import { compareRights, type Right } from "../../adopt/rights";

const BEFORE: readonly Right[] = [
    { holder: "shop", what: "role: LOGIN" },
    { holder: "shop", what: "SELECT on table shop.orders in app", by: "owner" },
];
const ANNOUNCED = [
    { holder: "shop_app", what: "role" },
    { holder: "shop_app", what: "member of shop" },
];
const RUN: readonly Right[] = [
    { holder: "shop_app", what: "role: LOGIN INHERIT" },
    { holder: "shop_app", what: "setting: role = shop" },
    { holder: "shop_app", what: "member of shop", by: "keyless_provisioner" },
];

describe("a comparison of everybody's rights", () => {
    it("finds nothing but what was announced", () => {
        const { added, ...rest } = compareRights(BEFORE, [...BEFORE, ...RUN], ANNOUNCED);
        assert.deepEqual(rest, { lost: [], unannounced: [], missing: [] });
        assert.deepEqual(added, RUN);
    });

    it("finds a right that somebody lost, and one that was granted again by another", () => {
        const again = { holder: "shop", what: "SELECT on table shop.orders in app", by: "other" };
        const { lost, unannounced } = compareRights(
            BEFORE,
            [BEFORE[0], again].flatMap((one) => one ?? []),
            [],
        );
        assert.deepEqual({ lost, unannounced }, { lost: [BEFORE[1]], unannounced: [again] });
    });

    it("finds what an announced role holds besides, and what another's attributes became", () => {
        const more = [
            { holder: "shop_app", what: "DELETE on table shop.orders in app", by: "owner" },
            { holder: "crm", what: "setting: role = shop" },
        ];
        assert.deepEqual(compareRights(BEFORE, [...BEFORE, ...RUN, ...more], ANNOUNCED).unannounced, more);
    });

    it("names what was announced and is not there yet", () => {
        assert.deepEqual(compareRights(BEFORE, BEFORE, ANNOUNCED).missing, ANNOUNCED);
    });
});
