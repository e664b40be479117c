import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { acquireLock, isAlive, readHolder } from "../../../toolkit/system/lock.mjs";

describe("the lock file", () => {
    let dir: string;
    let path: string;

    beforeEach(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-lock-"));
        path = join(dir, "below", "lock");
    });

    afterEach(() => rmSync(dir, { recursive: true }));

    it("names its holder and is removed on release", async () => {
        const release = await acquireLock(path);
        assert.equal(readHolder(path)?.pid, process.pid);
        release();
        assert.equal(existsSync(path), false);
    });

    it("makes the second wait for the first, and reports the holder once", async () => {
        const waits: number[] = [];
        const order: string[] = [];
        const first = await acquireLock(path);
        const second = acquireLock(path, { onWait: (pid) => waits.push(pid) }).then((release) => {
            order.push("second acquired it");
            release();
        });
        await acquireLock(join(dir, "another"));
        order.push("first releases it");
        first();
        await second;
        assert.deepEqual(order, ["first releases it", "second acquired it"]);
        assert.deepEqual(waits, [process.pid]);
    });

    it("stops waiting when aborted", async () => {
        const release = await acquireLock(path);
        const waiting = acquireLock(path, { signal: AbortSignal.abort() });
        await assert.rejects(waiting, { name: "AbortError" });
        release();
    });

    it("is taken over from a killed process", async () => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", holdForever(path)], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        await once(child.stdout, "data");
        assert.equal(readHolder(path)?.pid, child.pid);
        child.kill("SIGKILL");
        await once(child, "exit");
        const release = await acquireLock(path);
        assert.equal(readHolder(path)?.pid, process.pid);
        release();
    });

    it("is taken over if another process has the dead holder's id", () => {
        assert.equal(isAlive({ pid: process.pid, started: "1" }), !existsSync("/proc/self/stat"));
    });

    it("is held by one of many processes at a time, even if all find a dead holder's lock", async () => {
        const log = join(dir, "log");
        await acquireLock(path).then((release) => release());
        writeFileSync(path, "999999999 1");
        const children = Array.from({ length: 6 }, () =>
            spawn(process.execPath, ["--input-type=module", "-e", enterAndLeave(path, log)], { stdio: "inherit" }),
        );
        const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0] as number));
        assert.deepEqual(codes, [0, 0, 0, 0, 0, 0]);
    });
});

const module = join(__dirname, "..", "..", "..", "toolkit", "system", "lock.mjs");

function holdForever(path: string): string {
    return `import { acquireLock } from ${JSON.stringify(module)};
        await acquireLock(${JSON.stringify(path)});
        console.log("held");
        setInterval(() => {}, 1000);`;
}

/** Fails if another process holds the lock. */
function enterAndLeave(path: string, log: string): string {
    return `import { mkdirSync, rmdirSync } from "node:fs";
        import { acquireLock } from ${JSON.stringify(module)};
        const release = await acquireLock(${JSON.stringify(path)});
        mkdirSync(${JSON.stringify(`${log}.inside`)});
        await new Promise((resolve) => setImmediate(resolve));
        rmdirSync(${JSON.stringify(`${log}.inside`)});
        release();`;
}
