import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { projectDir } from "../../../toolkit/paths";

interface Locked {
    readonly version?: string;
    readonly dependencies?: Readonly<Record<string, string>>;
}

const example = join(projectDir, "examples", "connection-test");

function read(...path: string[]): unknown {
    return JSON.parse(readFileSync(join(...path), "utf8"));
}

function locked(dir: string): Readonly<Record<string, Locked>> {
    return (read(dir, "package-lock.json") as { packages: Record<string, Locked> }).packages;
}

describe("the packages of the example's image", () => {
    it("match its package.json", () => {
        assert.deepEqual(locked(example)[""]?.dependencies, (read(example, "package.json") as Locked).dependencies);
    });

    it("match those of the tests", () => {
        const ours = locked(projectDir);
        for (const [path, { version }] of Object.entries(locked(example)).filter(([path]) => path !== "")) {
            assert.equal(
                version,
                ours[path]?.version,
                `${path}: npm install --package-lock-only in examples/connection-test`,
            );
        }
    });
});
