import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { projectDir } from "../toolkit/paths";

/** Every relative import and export of a module, types included, as a path in the repository. */
function importsOf(file: string, files: ReadonlySet<string>): readonly string[] {
    const text = readFileSync(join(projectDir, file), "utf8");
    return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";/gm)].flatMap(([, path = ""]) => {
        const target = normalize(join(dirname(file), path));
        return [target, `${target}.ts`, join(target, "index.ts")].filter((one) => files.has(one)).slice(0, 1);
    });
}

/** The first import cycle, as its files. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): readonly string[] => {
        if (path.includes(file)) {
            return [...path.slice(path.indexOf(file)), file];
        }
        if (done.has(file)) {
            return [];
        }
        for (const next of graph.get(file) ?? []) {
            const cycle = visit(next, [...path, file]);
            if (cycle.length > 0) {
                return cycle;
            }
        }
        done.add(file);
        return [];
    };
    return [...graph.keys()].map((file) => visit(file, [])).find((cycle) => cycle.length > 0) ?? [];
}

describe("the modules", () => {
    it("form no import cycle, not even for types", () => {
        const listed = execFileSync("git", ["ls-files", "*.ts", "*.mjs"], { cwd: projectDir, encoding: "utf8" });
        const files = new Set(listed.split("\n").filter((file) => file !== "" && !file.startsWith("test/")));
        const graph = new Map([...files].map((file) => [file, importsOf(file, files)]));
        assert.ok([...graph.values()].flat().length > files.size);
        assert.deepEqual(cycleIn(graph), []);
    });
});
