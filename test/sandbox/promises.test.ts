import assert from "node:assert/strict";

import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/** The SDK's own: not in its types. */
const { debuggablePromise } = debuggable as unknown as { debuggablePromise: <T>(promise: Promise<T>, context: string) => Promise<T> };

describe("the promises of Pulumi's SDK", () => {
    it("carry no stack, and errors made meanwhile do", async () => {
        const promise = Promise.resolve(1);
        assert.equal(await debuggablePromise(promise, "a test"), 1);
        assert.equal(Reflect.get(promise, "_debugStackTrace"), "Error");
        assert.match(new Error("here").stack ?? "", /promises\.test\.ts/);
    });
});
