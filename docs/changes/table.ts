import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDir } from "../../toolkit/paths";
import { cases } from "./cases";
import type { Outcome } from "./outcome";

/** The golden file: for each key and each of its cases, what happens. */
export type Table = Readonly<Record<string, Readonly<Record<string, Outcome>>>>;

export const tableFile = "docs/reference/changes.json";

export function readTable(): Table {
    return JSON.parse(readFileSync(join(projectDir, tableFile), "utf8")) as Table;
}

/** The table as the file has it: in the order of the keys and cases. */
export function tableText(table: Table): string {
    const ordered = Object.entries(cases).flatMap(([key, transitions]) => {
        const outcomes = Object.keys(transitions).flatMap((name) => {
            const outcome = table[key]?.[name];
            return outcome === undefined ? [] : [[name, outcome] as const];
        });
        return outcomes.length === 0 ? [] : [[key, Object.fromEntries(outcomes)] as const];
    });
    return `${JSON.stringify(Object.fromEntries(ordered), null, 2)}\n`;
}
