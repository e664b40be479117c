import assert from "node:assert/strict";

import { Pool } from "../../../../sandbox/providers/postgresql/pool";

/** Connections that count how many were opened and record which were closed. */
function connections(): { open: () => Promise<FakeSession>; opened: FakeSession[] } {
    const opened: FakeSession[] = [];
    const open = async (): Promise<FakeSession> => {
        const client = new FakeSession();
        opened.push(client);
        return client;
    };
    return { open, opened };
}

class FakeSession {
    ended = false;
    over: () => void = () => undefined;

    onOver(listener: () => void): void {
        this.over = listener;
    }

    async end(): Promise<void> {
        this.ended = true;
    }
}

describe("the connections to one database", () => {
    it("are reused, one piece of work at a time", async () => {
        const { open, opened } = connections();
        const pool = new Pool(open, 0);
        const first = await pool.use(async (client) => client);
        const second = await pool.use(async (client) => client);
        await Promise.all([pool.use(async () => undefined), pool.use(async () => undefined)]);
        assert.deepEqual([first === second, opened.length], [true, 2]);
        await pool.drain();
        assert.deepEqual(
            opened.map(({ ended }) => ended),
            [true, true],
        );
    });

    it("never exceed the limit: other callers wait", async () => {
        const { open, opened } = connections();
        const pool = new Pool(open, 2);
        let now = 0;
        let most = 0;
        const work = async (): Promise<void> => {
            most = Math.max(most, (now += 1));
            await new Promise(setImmediate);
            now -= 1;
        };
        await Promise.all(Array.from({ length: 9 }, () => pool.use(work)));
        assert.deepEqual([most, opened.length], [2, 2]);
        await pool.drain();
    });

    it("are closed if the work on them failed, which frees a slot", async () => {
        const { open, opened } = connections();
        const pool = new Pool(open, 1);
        await assert.rejects(
            pool.use(async () => Promise.reject(new Error("failed"))),
            { message: "failed" },
        );
        await pool.use(async () => undefined);
        assert.deepEqual(
            opened.map(({ ended }) => ended),
            [true, false],
        );
        await pool.drain();
    });

    it("free a slot if connecting fails", async () => {
        const pool = new Pool(async () => Promise.reject(new Error("refused")), 1);
        for (let attempt = 0; attempt < 2; attempt++) {
            await assert.rejects(
                pool.use(async () => undefined),
                { message: "refused" },
            );
        }
    });

    it("are not reused after the server closed them", async () => {
        const { open, opened } = connections();
        const pool = new Pool(open, 0);
        await pool.use(async () => undefined);
        opened[0]?.over();
        await pool.use(async () => undefined);
        assert.equal(opened.length, 2);
        await pool.drain();
    });
});
