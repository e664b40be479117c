import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ofProject } from "../../cli/command/stackChoice";
import { parseSettings } from "../../config/settings";
import { configOf, sandboxes, type Base } from "../../docs/changes/stacks/bases";
import { allCases, cases, changed, transitionOf } from "../../docs/changes/cases";
import { demandedKeys } from "../../docs/generate/demandedChanges";
import { explanations } from "../../docs/changes/explanations";
import { guardedTypes } from "../../docs/changes/guarded";
import { readTable, tableFile, tableText } from "../../docs/changes/table";
import { projectDir } from "../../toolkit/paths";

const table = readTable();
const rows = Object.entries(table).flatMap(([key, transitions]) =>
    Object.entries(transitions).map(([name, outcome]) => ({ key, name, row: `${key} ${name}`, outcome })),
);

describe("the table of changes", () => {
    it("has a case for each way in which each key of the config can change, and no other", () => {
        const demanded = demandedKeys().flatMap(({ path, transitions }) => transitions.map((one) => `${path} ${one}`));
        const tried = allCases().map(([key, name]) => `${key} ${transitionOf(name)}`);
        assert.ok(demanded.length > 300);
        assert.deepEqual([...new Set(tried)].sort(), [...demanded].sort());
    });

    it("has a row for each case", () => {
        const all = allCases().map(([key, name]) => `${key} ${name}`);
        assert.deepEqual(rows.map(({ row }) => row).sort(), [...all].sort());
    });

    it("stands in the order of the cases, as it is written", () => {
        assert.equal(readFileSync(join(projectDir, tableFile), "utf8"), tableText(table));
    });

    it("explains every replacement and deletion of what holds data or carries traffic", () => {
        const unexplained = rows.flatMap(({ key, name, row, outcome }) => {
            const explained = (explanations[key]?.[name] ?? []).flatMap(({ types }) => types);
            return guardedTypes(outcome)
                .filter((type) => !explained.includes(type))
                .map((type) => `${row}: ${type}`);
        });
        assert.deepEqual(unexplained, []);
    });

    it("explains nothing that does not happen", () => {
        const stale = Object.entries(explanations).flatMap(([key, names]) =>
            Object.entries(names).flatMap(([name, parts]) => {
                const outcome = table[key]?.[name];
                if (outcome === undefined) {
                    return [];
                }
                const guarded = guardedTypes(outcome);
                return parts
                    .flatMap(({ types }) => types)
                    .filter((type) => !guarded.includes(type))
                    .map((type) => `${key} ${name}: ${type}`);
            }),
        );
        assert.deepEqual(stale, []);
    });

    it("shortens every refusal to some lines, without a path of a machine", () => {
        const long = rows.filter(
            ({ outcome: { refusal = "" } }) => refusal.length > 400 || /\n|\/(tmp|work|home)\//.test(refusal),
        );
        assert.deepEqual(
            long.map(({ row }) => row),
            [],
        );
    });
});

describe("the stacks that the table is computed from", () => {
    it("are valid", () => {
        for (const base of sandboxes.flat()) {
            assert.doesNotThrow(() => parseSettings(ofProject(configOf(base))), base);
        }
    });

    it("differ from themselves in every case", () => {
        // The sandbox's authority, which every deployment trusts.
        const deployed = (base: Base) => ({ "keyless:caBundle": "ca.pem", ...configOf(base) });
        const same = Object.entries(cases).flatMap(([key, names]) =>
            Object.entries(names)
                .filter(
                    ([, one]) =>
                        JSON.stringify(changed(deployed(one.base), key, one)) === JSON.stringify(deployed(one.base)),
                )
                .map(([name]) => `${key} ${name}`),
        );
        assert.deepEqual(same, []);
    });
});
