import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The path of a folder for the suite that calls this, which has it while its tests run: none is left by a suite that runs no test. */
export function temporaryFolder(name: string): string {
    const folder = join(tmpdir(), `keyless-${name}-${randomUUID()}`);
    before(() => mkdirSync(folder));
    after(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
}
