import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { ofProject } from "../../cli/command/stackChoice";
import { SettingsError } from "../../config/problems";
import { parseSettings, type Settings } from "../../config/settings";
import { projectDir, stateDir } from "../../toolkit/paths";
import { writeWhole } from "../../toolkit/system/files";
import { tell } from "../../toolkit/terminal";
import { seedReferencedRoles } from "../../cli/sandbox/rehearsal";
import { inSandbox, type Sandbox } from "../../cli/sandbox/session";
import { Runner } from "../../sandbox/inProcess/runner";
import { configOf, type Base } from "./stacks/bases";
import { cases, changed, type Case } from "./cases";
import { deploy } from "./deploy";
import { nothing, outcomeOf, refused, type Outcome } from "./outcome";

/** One case of the table. */
export interface Row {
    readonly key: string;
    /** The transition, with its description. */
    readonly name: string;
    readonly one: Case;
}

export interface Result {
    readonly key: string;
    readonly name: string;
    /** What the result was computed from. */
    readonly fingerprint: string;
    readonly outcome: Outcome;
}

/** The rows whose base is one of these. */
export function rowsOf(bases: readonly Base[]): readonly Row[] {
    return Object.entries(cases).flatMap(([key, transitions]) =>
        Object.entries(transitions)
            .filter(([, { base }]) => bases.includes(base))
            .map(([name, one]) => ({ key, name, one })),
    );
}

/**
 * Computes rows in the sandbox of this process: deploys their bases, and previews each with one key changed. Results are
 * kept beside the sandbox's state after each row, so that an interrupted computation goes on from there.
 */
export async function compute(bases: readonly Base[], rows: readonly Row[]): Promise<readonly Result[]> {
    const program = fingerprintOf(...["components", "config", "config.ts", "index.ts", "toolkit", "sandbox"]);
    const kept = readResults();
    const of = ({ key, name, one }: Row) =>
        createHash("sha256")
            .update(JSON.stringify([program, key, name, configOf(one.base), changed(configOf(one.base), key, one)]))
            .digest("hex");
    const results = new Map<string, Result>();
    const todo: Row[] = [];
    for (const row of rows) {
        const found = kept.find(({ key, name }) => key === row.key && name === row.name);
        if (found?.fingerprint === of(row)) {
            results.set(`${row.key} ${row.name}`, found);
        } else {
            todo.push(row);
        }
    }
    const done = (row: Row, outcome: Outcome): void => {
        results.set(`${row.key} ${row.name}`, { key: row.key, name: row.name, fingerprint: of(row), outcome });
        writeWhole(resultsFile(), JSON.stringify([...results.values()], null, 1));
    };
    if (todo.length > 0) {
        await inSandbox(async (sandbox) => {
            const runner = new Runner(sandbox.engine, sandbox.server);
            try {
                await computeIn(sandbox, runner, { bases, rows: todo, done });
            } finally {
                runner.close();
            }
        });
    }
    return [...results.values()];
}

interface Work {
    readonly bases: readonly Base[];
    readonly rows: readonly Row[];
    readonly done: (row: Row, outcome: Outcome) => void;
}

async function computeIn(sandbox: Sandbox, runner: Runner, { bases, rows, done }: Work): Promise<void> {
    let count = 0;
    // Keys that only change together have the same change.
    const known = new Map<string, Outcome>();
    for (const base of bases) {
        await deploy(base, sandbox, runner);
        for (const row of rows.filter(({ one }) => one.base === base)) {
            sandbox.interrupt.throwIfAborted();
            const change = JSON.stringify([base, changed(configOf(base), row.key, row.one)]);
            const outcome = known.get(change) ?? (await outcomeFor(row, sandbox.server.caFile, runner));
            known.set(change, outcome);
            done(row, outcome);
            count += 1;
            tell(`${base} ${count}/${rows.length}: ${row.key} ${row.name}: ${outcome.outcome}`);
        }
    }
}

/** What a row does: nothing where the program sees no difference, refused where the config is, else what a preview says. */
export async function outcomeFor({ key, one }: Row, caFile: string, runner: Runner): Promise<Outcome> {
    // The sandbox's databases have certificates of its own authority.
    const before: Readonly<Record<string, unknown>> = { "keyless:caBundle": caFile, ...configOf(one.base) };
    const after = changed(before, key, one);
    try {
        const region = String(before["aws:region"]);
        const settings = (config: typeof before) => parseSettings(ofProject(config), Date.now(), region);
        const [old, now] = [settings(before), settings(after)];
        seedReferencedRoles(now, region);
        if (isDeepStrictEqual(seen(old), seen(now))) {
            return nothing;
        }
    } catch (error) {
        if (!(error instanceof SettingsError)) {
            throw error;
        }
        const [first] = error.problems;
        return refused(`${first?.path}: ${first?.wrong}; ${first?.fix}`);
    }
    const { steps, log } = await runner.run("preview", one.base, after);
    return outcomeOf(steps, log.errors);
}

/** What the program sees of a stack's settings: it ignores the assertions. */
function seen({ assertions: _, ...rest }: Settings): Omit<Settings, "assertions"> {
    return rest;
}

/** A hash of everything in files and folders of the project. */
function fingerprintOf(...paths: readonly string[]): string {
    const hash = createHash("sha256");
    const add = (path: string): void => {
        if (statSync(path).isDirectory()) {
            readdirSync(path)
                .filter((name) => name !== "node_modules")
                .sort()
                .forEach((name) => add(join(path, name)));
        } else {
            hash.update(relative(projectDir, path)).update(readFileSync(path));
        }
    };
    paths.forEach((path) => add(join(projectDir, path)));
    return hash.digest("hex");
}

function resultsFile(): string {
    return stateDir("results.json");
}

function readResults(): readonly Result[] {
    return existsSync(resultsFile()) ? (JSON.parse(readFileSync(resultsFile(), "utf8")) as Result[]) : [];
}
