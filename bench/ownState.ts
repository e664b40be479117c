import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeClustersExcept } from "../sandbox/postgres/cluster";

/** Does the work with a state folder of its own (`KEYLESS_STATE`), and leaves nothing of it: no server, no file. */
export async function inOwnState<T>(work: () => Promise<T>): Promise<T> {
    const dir = mkdtempSync(join(tmpdir(), "keyless-bench-"));
    process.env["KEYLESS_STATE"] = dir;
    try {
        return await work();
    } finally {
        await removeClustersExcept(new Set());
        rmSync(dir, { recursive: true, force: true });
    }
}
