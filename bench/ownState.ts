import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeClustersExcept } from "../sandbox/postgres/cluster";

/** Runs the work with a temporary state folder (`KEYLESS_STATE`), and removes its servers and files afterwards. */
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
