import assert from "node:assert/strict";
import fc from "fast-check";
import { fit } from "../../components/names";

describe("fitting a name", () => {
    it("leaves a short name as it is", () => {
        assert.equal(fit("keyless-shop", 56), "keyless-shop");
    });

    it("cuts a long name and makes it unique by a hash", () => {
        assert.equal(fit(`keyless-${"a".repeat(57)}`, 56), "keyless-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-2e932a5b");
    });

    it("keeps different names different and within the length", () => {
        fc.assert(
            fc.property(fc.string({ maxLength: 90 }), fc.string({ maxLength: 90 }), (a, b) => {
                assert.ok(fit(a, 20).length <= 20);
                assert.equal(fit(a, 20) === fit(b, 20), a === b);
            }),
        );
    });
});
