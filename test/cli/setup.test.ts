import assert from "node:assert/strict";

import { SetupError, checkNode, isSame } from "../../cli/setup.mjs";

describe("the set-up", () => {
    for (const version of ["20.19.0", "20.20.2", "22.0.0"]) {
        it(`takes Node ${version}`, () => checkNode(version, "linux"));
    }

    for (const version of ["18.20.8", "20.18.3"]) {
        it(`refuses Node ${version} with the version that is needed`, () => {
            const message = `Node ${version} is too old; >=20.19 is required: https://nodejs.org/en/download`;
            assert.throws(() => checkNode(version, "linux"), new SetupError(message));
        });
    }

    it("sends a user of Windows to WSL", () => {
        const message = "Windows itself is not supported: run this in WSL (https://learn.microsoft.com/windows/wsl)";
        assert.throws(() => checkNode("22.0.0", "win32"), new SetupError(message));
    });
});

describe("what is installed", () => {
    const wanted = { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0", optional: true } };

    for (const [what, installed, same] of [
        [
            "will do when it is what is wanted",
            { "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "2.0.0" } },
            true,
        ],
        ["will do without what is for other machines", { "node_modules/a": { version: "1.0.0" } }, true],
        ["will not do in another version", { "node_modules/a": { version: "1.0.1" } }, false],
        ["will not do when something is missing", { "node_modules/b": { version: "2.0.0" } }, false],
        [
            "will not do when something is too much",
            { "node_modules/a": { version: "1.0.0" }, "node_modules/c": { version: "1.0.0" } },
            false,
        ],
    ] as const) {
        it(what, () => assert.equal(isSame(wanted, installed), same));
    }
});
