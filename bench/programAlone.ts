import { join, resolve } from "node:path";

import type { Options } from "./options";
import type { Measured } from "./program/measure";
import { run } from "./report/measured";
import type { Row } from "./report/row";

const ROOT = resolve(__dirname, "..");
const STACK = "plain";

/** The program against mocks that answer at once, at two sizes (`npm run bench:program` measures more stacks and sizes). */
export async function programAlone({ tenants }: Pick<Options, "tenants">): Promise<readonly Row[]> {
    const small = await rowOf(tenants);
    return [small, { ...(await rowOf(tenants * 10)), against: small.row }];
}

async function rowOf(tenants: number): Promise<Row> {
    const args = ["--require", "./toolkit/pulumiSdkPatches.cjs", "--import", "tsx", join(ROOT, "bench/program.ts")];
    const { stdout } = await run(process.execPath, [...args, "measure", STACK, String(tenants)], {
        cwd: ROOT,
        env: process.env,
    });
    const { resources, seconds: cpu, megabytes } = JSON.parse(stdout) as Measured;
    return { row: `program alone: ${tenants}`, tenants, resources, seconds: undefined, cpu, megabytes };
}
