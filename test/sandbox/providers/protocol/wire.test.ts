import assert from "node:assert/strict";

import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { isUnknown, UNKNOWN } from "../../../../sandbox/cloud/props";
import type { Props } from "../../../../sandbox/cloud/props";
import { changedKeys, sameValue } from "../../../../sandbox/cloud/props";
import { fromStruct, toStruct } from "../../../../sandbox/providers/protocol/wire";

const signature = "4dabf18193072939515e22adb298388d";

describe("values on the wire", () => {
    it("are decoded as they were encoded, including unknown ones, with sorted keys", () => {
        const props: Props = { z: 1, a: { list: [null, "x", true, { deep: UNKNOWN }] }, b: UNKNOWN };
        const back = fromStruct(toStruct(props));
        assert.deepEqual(back, props);
        assert.deepEqual(Object.keys(back), ["a", "b", "z"]);
    });

    it("are decoded as unknown, whatever type the engine expects", () => {
        const texts = [
            "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
            "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
            "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        ];
        assert.deepEqual(fromStruct(Struct.fromJavaScript({ texts })), { texts: [UNKNOWN, UNKNOWN, UNKNOWN] });
    });

    it("are unwrapped: secrets, outputs and references to resources", () => {
        const struct = Struct.fromJavaScript({
            secret: { [signature]: "1b47061264138c4ac30d75fd1eb44270", value: { inner: ["x"] } },
            output: { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: 3 },
            unknownOutput: { [signature]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" },
            reference: { [signature]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x", id: "i-1" },
        });
        assert.deepEqual(fromStruct(struct), {
            output: 3,
            reference: "i-1",
            secret: { inner: ["x"] },
            unknownOutput: UNKNOWN,
        });
    });

    it("count as absent if null, and an absent struct counts as empty", () => {
        assert.deepEqual(fromStruct(Struct.fromJavaScript({ a: null, b: { c: null } })), { b: {} });
        assert.deepEqual(fromStruct(undefined), {});
    });
});

describe("comparing values", () => {
    it("is deep, and finds the top-level properties that differ", () => {
        const before = { a: [1, { b: "x" }], c: 1, gone: true };
        assert.deepEqual(changedKeys(before, { a: [1, { b: "x" }], c: 2, come: 1 }), ["c", "come", "gone"]);
        assert.deepEqual(changedKeys(before, { ...before, a: [1, { b: "y" }] }), ["a"]);
    });

    it("finds lists of other lengths and values of other types different", () => {
        assert.equal(sameValue([1], [1, 2]), false);
        assert.equal(sameValue("1", 1), false);
        assert.equal(sameValue([], {}), false);
        assert.equal(sameValue(UNKNOWN, UNKNOWN), true);
    });

    it("finds an unknown at any depth", () => {
        assert.equal(isUnknown({ a: [{ b: UNKNOWN }] }), true);
        assert.equal(isUnknown({ a: [{ b: "x" }] }), false);
    });
});
