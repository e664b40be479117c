import { join, resolve } from "node:path";

import type { Options } from "./options";
import { run } from "./report/measured";
import type { Row } from "./report/row";

const ROOT = resolve(__dirname, "..");

/** The access matrix of a stack's state, computed, and compared with an earlier one (`npm run bench:access` measures more). */
export async function accessModel({ tenants }: Pick<Options, "tenants">): Promise<readonly Row[]> {
    const small = await rowsOf(tenants * 10);
    const large = await rowsOf(tenants * 20);
    return [...small, ...large.map((row, index) => ({ ...row, against: small[index]?.row }))];
}

async function rowsOf(tenants: number): Promise<readonly Row[]> {
    const args = ["--import", "tsx", join(ROOT, "bench/access.ts"), String(tenants)];
    const { stdout } = await run(process.execPath, args, { cwd: ROOT, env: process.env });
    const { compute, compare, megabytes } = JSON.parse(stdout) as Record<"compute" | "compare" | "megabytes", number>;
    return [
        { row: `access model: compute, ${tenants}`, tenants, seconds: compute, megabytes },
        { row: `access model: compare, ${tenants}`, tenants, seconds: compare },
    ];
}
