import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { outsideDir } from "../../sandbox/postgres/serverAccount";
import leftovers from "../support/leftovers.cjs";

describe("what npm test looks for when its tests have ended", () => {
    let folders: ReturnType<typeof leftovers.makeFolders>;
    beforeEach(() => (folders = leftovers.makeFolders()));
    afterEach(() => leftovers.removeAll(folders.root));

    it("is in folders beside those that the sandbox makes elsewhere, which its servers' account can reach", () => {
        const actual = process.env;
        process.env = { ...actual, KEYLESS_STATE: folders.environment.KEYLESS_STATE };
        delete process.env["KEYLESS_SERVERS"];
        try {
            assert.equal(dirname(folders.root), dirname(outsideDir()));
        } finally {
            process.env = actual;
        }
    });

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
        const actual = process.env;
        process.env = { ...actual, ...environment };
        try {
            mkdirSync(outsideDir());
        } finally {
            process.env = actual;
        }
        const [servers = "", ...others] = leftovers.leftIn(root);
        assert.match(servers, new RegExp(`^${root}/keyless-[0-9a-f]{12}$`));
        assert.deepEqual(others, [join(environment.TMPDIR, "keyless-forgotten")]);
        mkdirSync(join(environment.KEYLESS_STATE, "locks"), { recursive: true });
        assert.deepEqual(leftovers.leftIn(root).length, 2);
        writeFileSync(join(environment.KEYLESS_STATE, "credentials.json"), "{}");
        assert.deepEqual(leftovers.leftIn(root).slice(1, -1), [join(environment.KEYLESS_STATE, "credentials.json")]);
    });

    for (const [what, program] of [
        ["that got the folders by its environment", () => "sh"],
        ["of a program in them, as servers are, whatever its environment", (root: string) => copied("/bin/sh", root)],
    ] as const) {
        it(`is each process ${what}, which is ended with the folders`, async function () {
            if (!existsSync("/proc")) {
                this.skip();
            }
            const { root, environment } = folders;
            const command = program(root);
            const child = spawn(command, ["-c", "read forever"], { env: command === "sh" ? environment : {} });
            await once(child, "spawn");
            const ended = once(child, "exit");
            const programs = command === "sh" ? [] : [command];
            assert.deepEqual(leftovers.leftIn(root), [...programs, `process ${child.pid}: ${command} -c read forever`]);
            leftovers.removeAll(root);
            assert.deepEqual([await ended, existsSync(root)], [[null, "SIGKILL"], false]);
        });
    }

    it("is no process that only mentions a folder, like somebody who looks into it", async () => {
        const { root, environment } = folders;
        const child = spawn("sh", ["-c", "read forever", environment.TMPDIR], { env: { OLDPWD: environment.TMPDIR } });
        await once(child, "spawn");
        assert.deepEqual(leftovers.leftIn(root), []);
        leftovers.removeAll(root);
        assert.equal(child.exitCode ?? child.signalCode, null);
        const ended = once(child, "exit");
        child.kill();
        await ended;
    });
});

/** The copy of a program in a folder. */
function copied(program: string, folder: string): string {
    const copy = join(folder, basename(program));
    copyFileSync(program, copy);
    return copy;
}
