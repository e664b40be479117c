import assert from "node:assert/strict";

import { stateDir } from "../../toolkit/paths";
import { enterState, inState } from "./ownState";

describe("the state folder of a test", () => {
    it("is the former one again after the test's work, also if that fails", async () => {
        const leave = enterState("/outer");
        try {
            assert.equal(await inState("/inner", () => stateDir()), "/inner");
            await assert.rejects(
                inState("/inner", () => Promise.reject(new Error(stateDir()))),
                { message: "/inner" },
            );
            assert.equal(stateDir(), "/outer");
        } finally {
            leave();
        }
    });

    it("is none again where there was none, and not a folder named undefined", () => {
        const usual = process.env["KEYLESS_STATE"];
        delete process.env["KEYLESS_STATE"];
        try {
            enterState("/inner")();
            assert.equal(process.env["KEYLESS_STATE"], undefined);
        } finally {
            if (usual !== undefined) {
                process.env["KEYLESS_STATE"] = usual;
            }
        }
    });
});
