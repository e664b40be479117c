import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { outsideDir } from "../../sandbox/postgres/serverAccount";
import leftovers from "../support/leftovers.cjs";

describe("what npm test looks for when its tests have ended", () => {
    let folders: ReturnType<typeof leftovers.makeFolders>;
    beforeEach(() => (folders = leftovers.makeFolders()));
    afterEach(() => leftovers.removeAll(folders.root));

    it("is nothing at first, and nothing of other runs", () => {
        const other = leftovers.makeFolders();
        try {
            writeFileSync(join(other.environment.TMPDIR, "keyless-theirs"), "");
            assert.deepEqual(leftovers.leftIn(folders.root), []);
        } finally {
            leftovers.removeAll(other.root);
        }
    });

    it("is each temporary file of ours, each file of the sandbox's state, and each folder of its servers", () => {
        const { root, environment } = folders;
        writeFileSync(join(environment.TMPDIR, "keyless-forgotten"), "");
        writeFileSync(join(environment.TMPDIR, "chromium"), "");
        const before = { ...process.env };
        Object.assign(process.env, environment);
        try {
            mkdirSync(outsideDir());
        } finally {
            process.env = before;
        }
        const [servers = "", ...others] = leftovers.leftIn(root);
        assert.match(servers, new RegExp(`^${root}/keyless-[0-9a-f]{12}$`));
        assert.deepEqual(others, [join(environment.TMPDIR, "keyless-forgotten")]);
        writeFileSync(join(environment.KEYLESS_STATE, "credentials.json"), "{}");
        assert.deepEqual(leftovers.leftIn(root).slice(1, -1), [join(environment.KEYLESS_STATE, "credentials.json")]);
    });

    for (const [what, args, env] of [
        ["whose environment names a folder", [], "TMPDIR"],
        ["whose arguments do, like a server's", ["--data"], undefined],
    ] as const) {
        it(`is each process ${what}, which is ended with the folders`, async function () {
            if (!existsSync("/proc")) {
                this.skip();
            }
            const { root, environment } = folders;
            const words = args.map((word) => `${word}=${root}/data`);
            const child = spawn("sh", ["-c", "read forever", "sh", ...words], {
                env: env === undefined ? {} : { [env]: environment[env] },
            });
            await once(child, "spawn");
            const ended = once(child, "exit");
            assert.deepEqual(leftovers.leftIn(root), [
                `process ${child.pid}: ${["sh", "-c", "read forever", "sh", ...words].join(" ")}`,
            ]);
            leftovers.removeAll(root);
            assert.deepEqual([await ended, existsSync(root)], [[null, "SIGKILL"], false]);
        });
    }
});
