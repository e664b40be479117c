import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeClustersExcept } from "../../sandbox/postgres/cluster";

/** Gives the suite a separate state folder, in which nothing runs at first, and removes it with its servers. */
export function withEmptyState(): void {
    const usual = process.env["KEYLESS_STATE"];
    let dir: string;
    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-test-"));
        process.env["KEYLESS_STATE"] = dir;
    });
    after(async () => {
        // Their folder is outside the state's.
        await removeClustersExcept(new Set());
        rmSync(dir, { recursive: true, force: true });
        if (usual === undefined) {
            delete process.env["KEYLESS_STATE"];
        } else {
            process.env["KEYLESS_STATE"] = usual;
        }
    });
}

/** Removes the servers of a state folder: `keyless down` keeps those that were there before the stack. Their folder is outside the state's. */
export async function removeServersOf(state: string): Promise<void> {
    const actual = process.env;
    process.env = { ...actual, KEYLESS_STATE: state };
    try {
        await removeClustersExcept(new Set());
    } finally {
        process.env = actual;
    }
}
