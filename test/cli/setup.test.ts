import assert from "node:assert/strict";

import { forAws, isForAws, isSame } from "../../cli/installed.mjs";
import { SetupError, checkNode } from "../../cli/setup.mjs";

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

    it("will do though workspaces were added, renamed or given another version", () => {
        const link = { resolved: "tools", link: true };
        const more = { ...wanted, tools: { version: "0.2.0" }, "node_modules/tools": link };
        assert.equal(isSame(more, wanted), true);
        assert.equal(isSame(wanted, more), true);
        assert.equal(isSame(more, { ...more, tools: { version: "0.1.0" } }), true);
    });
});

describe("an installation for AWS alone", () => {
    const version = "1.0.0";
    const link = (resolved: string) => ({ resolved, link: true });
    const wanted = {
        "": {
            workspaces: ["policy", "sandbox", "toolkit"],
            dependencies: { zod: version },
            devDependencies: { mocha: version },
        },
        policy: { version, dependencies: { ip: version } },
        toolkit: { version },
        sandbox: { version, dependencies: { postgres: version, zod: "2.0.0", "keyless-policy": version } },
        "node_modules/keyless-policy": link("policy"),
        "node_modules/keyless-sandbox": link("sandbox"),
        "node_modules/keyless-toolkit": link("toolkit"),
        "node_modules/zod": { version, dependencies: { deep: version }, peerDependencies: { peer: version } },
        "node_modules/zod/node_modules/deep": { version, dependencies: { up: version } },
        "node_modules/deep": { version: "2.0.0" },
        "node_modules/up": { version },
        "node_modules/peer": { version },
        "node_modules/ip": { version },
        "node_modules/mocha": { version },
        "node_modules/postgres": { version },
        "sandbox/node_modules/zod": { version: "2.0.0" },
    };
    const without = (packages: ReturnType<typeof forAws>, path: string) =>
        Object.fromEntries(Object.entries(packages).filter(([each]) => each !== path));
    const installed = without(forAws(wanted), "");

    it("has what the program and the other workspaces depend on, and nothing else", () =>
        assert.deepEqual(Object.keys(installed), [
            "policy",
            "toolkit",
            "node_modules/keyless-policy",
            "node_modules/keyless-toolkit",
            "node_modules/zod",
            "node_modules/zod/node_modules/deep",
            "node_modules/up",
            "node_modules/peer",
            "node_modules/ip",
        ]));

    it("is one without the sandbox", () => {
        assert.equal(isForAws(installed), true);
        assert.equal(isForAws(wanted), false);
        // A whole installation of a version that had no such workspaces.
        assert.equal(isForAws({ policy: { version }, "node_modules/mocha": { version } }), false);
    });

    it("will do when it is what is wanted of it", () => {
        assert.equal(isSame(forAws(wanted), installed), true);
        assert.equal(isSame(wanted, installed), false);
        assert.equal(isSame(forAws(wanted), { ...installed, "node_modules/up": { version: "0.9.0" } }), false);
        assert.equal(isSame(forAws(wanted), without(installed, "node_modules/up")), false);
    });
});
