import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";

import { projectDir } from "../../toolkit/paths";

/** GitHub's own library for expressions; it is an ES module. */
const library = import("@actions/expressions");

export const workflowDir = join(projectDir, ".github", "workflows");

export interface Step {
    readonly id?: string;
    readonly name?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly run?: string;
}

export interface Job {
    readonly name?: string;
    readonly if?: string;
    readonly needs?: string | readonly string[];
    readonly environment?: string;
    readonly concurrency?: { readonly group: string };
    readonly permissions?: Readonly<Record<string, string>>;
    readonly outputs?: Readonly<Record<string, string>>;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, string>>;
    readonly steps?: readonly Step[];
}

export interface Workflow {
    readonly on: Readonly<Record<string, { readonly types?: readonly string[] } | null>>;
    readonly permissions: Readonly<Record<string, string>>;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": unknown };
    readonly env?: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
}

export function readWorkflow(name: string): Workflow {
    return parse(readFileSync(join(workflowDir, name), "utf8")) as Workflow;
}

export function jobOf(workflow: Workflow, name: string): Job {
    const job = workflow.jobs[name];
    if (job === undefined) {
        throw new Error(`no job ${name}`);
    }
    return job;
}

/** A step by its id, its name or the action that it uses. */
export function stepOf(job: Job, wanted: string): Step {
    const found = job.steps?.find(
        ({ id, name, uses }) => id === wanted || name === wanted || uses?.startsWith(`${wanted}@`) === true,
    );
    if (found === undefined) {
        throw new Error(`no step ${wanted}`);
    }
    return found;
}

/** The contexts of expressions, such as `github` and `needs`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** The run's status when a condition is evaluated. */
export type Status = "success" | "failure" | "cancelled";

async function valueOf(expression: string, contexts: Contexts, status: Status): Promise<string> {
    const { data, Evaluator, Lexer, Parser } = await library;
    const is = (...states: readonly Status[]) => ({
        minArgs: 0,
        maxArgs: 0,
        call: () => new data.BooleanData(states.includes(status)),
    });
    const functions = new Map(
        Object.entries({
            always: is("success", "failure", "cancelled"),
            success: is("success"),
            failure: is("failure"),
            cancelled: is("cancelled"),
        }).map(([name, definition]) => [name, { name, ...definition }]),
    );
    const { tokens } = new Lexer(expression).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), [...functions.values()]).parse();
    const given = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
    return new Evaluator(parsed, given, functions).evaluate().coerceString();
}

/** A string of a workflow with its `${{ }}` evaluated; a missing context is an error. */
export async function evaluate(text: string, contexts: Contexts): Promise<string> {
    // Every other part is the text between the braces.
    const parts = String(text).split(/\$\{\{(.*?)\}\}/s);
    const values = parts.map((part, index) =>
        index % 2 === 0 ? Promise.resolve(part) : valueOf(part, contexts, "success"),
    );
    return (await Promise.all(values)).join("");
}

/** Whether a job runs. Without a status function in its condition, `success()` is part of it. */
export async function runs(
    { if: condition = "success()" }: Job,
    contexts: Contexts,
    status: Status = "success",
): Promise<boolean> {
    const said = /\b(always|success|failure|cancelled)\(\)/.test(condition);
    const text = await valueOf(said ? condition : `success() && (${condition})`, contexts, status);
    return text !== "false" && text !== "";
}

async function environmentOf(step: Step, contexts: Contexts): Promise<Record<string, string>> {
    const entries = Object.entries(step.env ?? {}).map(
        async ([name, value]) => [name, await evaluate(value, contexts)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
}

export interface Ran {
    readonly status: number | null;
    readonly log: string;
    readonly outputs: Readonly<Record<string, string>>;
    readonly summary: string;
}

export interface Where {
    readonly cwd: string;
    /** The runner's folder for temporary files. */
    readonly temp: string;
    /** A folder that comes first in PATH. */
    readonly bin?: string;
    readonly env?: Readonly<Record<string, string>>;
}

/** Runs a `run` step as the runner does. */
export async function runStep(step: Step, contexts: Contexts, where: Where): Promise<Ran> {
    const files = mkdtempSync(join(tmpdir(), "keyless-step-"));
    try {
        const output = join(files, "output");
        const summary = join(files, "summary");
        [output, summary].forEach((file) => writeFileSync(file, ""));
        const env = {
            ...process.env,
            PATH: [...(where.bin === undefined ? [] : [where.bin]), process.env["PATH"] ?? ""].join(":"),
            RUNNER_TEMP: where.temp,
            GITHUB_OUTPUT: output,
            GITHUB_STEP_SUMMARY: summary,
            ...where.env,
            ...(await environmentOf(step, contexts)),
        };
        // `shell: bash`: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
        const { status, stdout, stderr } = spawnSync(
            "bash",
            ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run ?? "exit 125"],
            {
                cwd: where.cwd,
                env,
                encoding: "utf8",
            },
        );
        const lines = readFileSync(output, "utf8")
            .split("\n")
            .filter((line) => line !== "");
        return {
            status,
            log: stdout + stderr,
            outputs: Object.fromEntries(
                lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
            ),
            summary: readFileSync(summary, "utf8"),
        };
    } finally {
        rmSync(files, { recursive: true });
    }
}

/** Runs the script of an `actions/github-script` step with a stand-in for its client. Returns the failure, if any. */
export async function runScript(
    step: Step,
    contexts: Contexts,
    github: object,
    context: object,
): Promise<string | undefined> {
    let failure: string | undefined;
    const core = { info: () => undefined, setFailed: (message: string) => void (failure = message) };
    const script = `(async () => {${String(step.with?.["script"])}})()`;
    const given = {
        github,
        context,
        core,
        process: { env: await environmentOf(step, contexts) },
        Buffer,
        setTimeout: (resume: () => void) => resume(),
    };
    await runInNewContext(script, given);
    return failure;
}

/** A new folder for a test, with `bin` for stand-ins of commands. */
export function scratch(): {
    readonly root: string;
    readonly bin: string;
    readonly temp: string;
    readonly work: string;
} {
    const root = mkdtempSync(join(tmpdir(), "keyless-workflow-"));
    const folders = { bin: join(root, "bin"), temp: join(root, "temp"), work: join(root, "work") };
    Object.values(folders).forEach((folder) => mkdirSync(folder));
    return { root, ...folders };
}
