import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { interrupt } from "../../cli/command/interrupt";
import { projectDir, stateDir } from "../../toolkit/paths";
import { tell } from "../../toolkit/terminal";
import { sandboxes, type Base } from "./stacks/bases";
import { compute, rowsOf, type Result, type Row } from "./compute";
import { readTable, tableFile, tableText, type Table } from "./table";

/**
 * `npm run changes`: computes what each change of each key does, in one process per sandbox, and writes the golden file.
 * With `--only TEXT`, computes the keys that contain the text, with `--missing` the rows that the file lacks, and leaves the
 * others as they are.
 */
async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            only: { type: "string", default: "" },
            missing: { type: "boolean", default: false },
            sandbox: { type: "string" },
        },
    });
    const { only, missing, sandbox } = values;
    const before = only !== "" || missing ? readTable() : {};
    const wanted = (bases: readonly Base[]): readonly Row[] =>
        rowsOf(bases).filter(({ key, name }) => key.includes(only) && !(missing && before[key]?.[name] !== undefined));
    if (sandbox !== undefined) {
        const bases = sandboxes.find(([first]) => first === sandbox) ?? [];
        const results = await compute(bases, wanted(bases));
        writeFileSync(stateDir("computed.json"), JSON.stringify(results));
        return;
    }
    const left = sandboxes
        .filter((bases) => wanted(bases).length > 0)
        // The longest first, so that both processes end at about the same time.
        .sort((one, other) => wanted(other).length - wanted(one).length)
        .map(([first]) => first);
    const results: Result[] = [];
    const failed: string[] = [];
    const work = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined && !interrupt.aborted; next = left.shift()) {
            const found = await inProcess(next, ["--only", only, ...(missing ? ["--missing"] : [])]);
            results.push(...(found ?? []));
            failed.push(...(found === undefined ? [next] : []));
            writeFileSync(join(projectDir, tableFile), tableText(tableOf(results, before)));
        }
    };
    await Promise.all([work(), work()]);
    if (failed.length > 0) {
        throw new Error(`failed in ${failed.join(", ")}; run the same command again to go on from there`);
    }
    tell(`${tableFile}: ${results.length} changes; run npm run reference`);
}

/** A sandbox has one process: its state folder, its server and its stand-ins. Undefined if it failed. */
async function inProcess(sandbox: string, options: readonly string[]): Promise<readonly Result[] | undefined> {
    const state = stateDir("changes", sandbox);
    const args = ["--require", join(projectDir, "toolkit", "preload.cjs"), __filename, "--sandbox", sandbox];
    const child = spawn(process.execPath, [...args, ...options], {
        env: { ...process.env, KEYLESS_STATE: state },
        // eslint-disable-next-line keyless/one-terminal -- the same program, which writes by toolkit/terminal.ts
        stdio: ["ignore", "inherit", "inherit"],
    });
    interrupt.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    const [code] = (await once(child, "exit")) as [number | null];
    return code === 0 ? (JSON.parse(readFileSync(join(state, "computed.json"), "utf8")) as Result[]) : undefined;
}

function tableOf(results: readonly Result[], before: Table): Table {
    const table: Record<string, Record<string, Table[string][string]>> = {};
    for (const [key, transitions] of Object.entries(before)) {
        table[key] = { ...transitions };
    }
    for (const { key, name, outcome } of results) {
        table[key] = { ...table[key], [name]: outcome };
    }
    return table;
}

void main().then(
    () => process.exit(0),
    (error: unknown) => {
        tell(error instanceof Error ? error.message : String(error));
        process.exit(interrupt.aborted ? 130 : 1);
    },
);
