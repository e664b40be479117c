import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeClustersExcept } from "../../sandbox/postgres/cluster";

/** Makes a folder this process's state folder. Returns what restores the previous one. */
export function enterState(state: string): () => void {
    const usual = process.env["KEYLESS_STATE"];
    process.env["KEYLESS_STATE"] = state;
    return () => {
        if (usual === undefined) {
            delete process.env["KEYLESS_STATE"];
        } else {
            process.env["KEYLESS_STATE"] = usual;
        }
    };
}

/** Does some work with a folder as this process's state folder. */
export async function inState<T>(state: string, work: () => T | Promise<T>): Promise<T> {
    const leave = enterState(state);
    try {
        return await work();
    } finally {
        leave();
    }
}

/** Gives the suite a separate state folder, in which nothing runs at first, and removes it with its servers. */
export function withEmptyState(): void {
    let dir: string;
    let leave: () => void;
    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-test-"));
        leave = enterState(dir);
    });
    after(async () => {
        // Their folder is outside the state's.
        await removeClustersExcept(new Set());
        rmSync(dir, { recursive: true, force: true });
        leave();
    });
}

/** Removes the servers of a state folder: `keyless down` keeps those that were there before the stack. Their folder is outside the state's. */
export async function removeServersOf(state: string): Promise<void> {
    await inState(state, () => removeClustersExcept(new Set()));
}
