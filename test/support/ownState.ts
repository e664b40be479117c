import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives the suite a separate state folder, in which nothing runs, and removes it. */
export function withEmptyState(): void {
    const usual = process.env["KEYLESS_STATE"];
    let dir: string;
    before(() => {
        dir = mkdtempSync(join(tmpdir(), "keyless-test-"));
        process.env["KEYLESS_STATE"] = dir;
    });
    after(() => {
        rmSync(dir, { recursive: true, force: true });
        if (usual === undefined) {
            delete process.env["KEYLESS_STATE"];
        } else {
            process.env["KEYLESS_STATE"] = usual;
        }
    });
}
