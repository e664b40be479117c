import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { forbidden } from "../eslint.config.mjs";
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

/** The same graph with each file's folder in its place. */
function foldersOf(graph: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
    const folders = new Map<string, string[]>();
    for (const [file, imports] of graph) {
        const others = imports.map((one) => dirname(one)).filter((one) => one !== dirname(file));
        folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), ...others]);
    }
    return folders;
}

describe("the modules", () => {
    const listed = execFileSync("git", ["ls-files", "*.ts", "*.mjs"], { cwd: projectDir, encoding: "utf8" });
    const files = new Set(listed.split("\n").filter((file) => file !== "" && !file.startsWith("test/")));
    const graph = new Map([...files].map((file) => [file, importsOf(file, files)]));

    it("form no import cycle, not even for types", () => {
        assert.ok([...graph.values()].flat().length > files.size);
        assert.deepEqual(cycleIn(graph), []);
    });

    it("form no import cycle of folders", () => {
        const folders = foldersOf(graph);
        assert.ok(folders.size > 60);
        assert.deepEqual(cycleIn(folders), []);
    });
});

describe("the import directions", () => {
    for (const [file, target] of [
        ["cli/drift.ts", "access/index"],
        ["cli/sandbox/drift.ts", "sandbox/server"],
        ["sandbox/identity/roles.ts", "sandbox/cloud/store"],
        ["sandbox/providers/aws/rds/proxy.ts", "sandbox/providers/aws/declaring/rules"],
        ["sandbox/providers/aws/rds/proxy.ts", "toolkit/arn"],
        ["toolkit/system/userFile.ts", "toolkit/shown"],
    ] as const) {
        it(`permit ${target} in ${file}`, () => assert.equal(forbidden(file, target), undefined));
    }

    for (const [file, target, message] of [
        ["cli/drift.ts", "sandbox/server", /^cli may not import sandbox\/server: it may reach itself, access, /],
        [
            "cli/access/sources.ts",
            "cli/sandbox/digest",
            /^cli: access may not import sandbox; the order is command \| /,
        ],
        ["sandbox/identity/roles.ts", "sandbox/providers/aws/kind", /^sandbox: identity may not import providers; /],
        ["sandbox/identity/roles.ts", "sandbox/server", /^sandbox: identity may not import \.; /],
        ["sandbox/providers/aws/rds/proxy.ts", "sandbox/providers/aws/kind", /^sandbox\/providers\/aws: rds may not /],
        ["access/iam/connect.ts", "access/model/cell", /^access: iam may not import model; /],
        ["toolkit/shown.ts", "toolkit/system/userFile", /^toolkit: \. may not import system; /],
        ["sandbox/providers/azure/kind.ts", "sandbox/providers/protocol/types", /azure is not listed in eslint/],
        [
            "attic/old.ts",
            "toolkit/shown",
            /^attic\/old\.ts is in no part that eslint\.config\.mjs lists; add it to reach$/,
        ],
    ] as const) {
        it(`refuse ${target} in ${file}`, () => assert.match(forbidden(file, target) ?? "", message));
    }
});
