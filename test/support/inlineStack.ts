import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import type { EngineEvent, OpMap, PulumiFn, UpdateSummary } from "@pulumi/pulumi/automation";

import { readDeployment } from "../../sandbox/backend/checkpoints";
import { withJournal } from "../../sandbox/backend/service";
import { Store } from "../../sandbox/cloud/store";
import { findEngine } from "../../sandbox/engine";
import type { Pool } from "../../sandbox/inProcess/pool";
import { Progress } from "../../toolkit/progress";
import { engineEnvironment } from "../../sandbox/run/environment";
import { homeWithoutLogs } from "../../sandbox/run/home";

const silent = new Progress({ write: () => undefined });
const NAME = "test";
const patience = new AbortController().signal;

/** What the engine's command for the history would say. Nobody asks here, and each command costs a quarter of a second. */
const NO_HISTORY: UpdateSummary = {
    kind: "update",
    startTime: new Date(0),
    message: "",
    environment: {},
    config: {},
    result: "succeeded",
    endTime: new Date(0),
    version: 1,
    resourceChanges: {},
};

const newFolder = (): string => mkdtempSync(join(tmpdir(), "keyless-stack-"));

/** The result of an engine run: how many resources of each operation, and the stack's outputs. */
export interface Outcome {
    readonly changes: OpMap;
    readonly outputs: Record<string, unknown>;
    /** The engine's warnings. */
    readonly warnings: readonly string[];
}

/** What the engine's events say of a run. */
async function outcomeOf(run: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<Outcome> {
    let outcome: Outcome = { changes: {}, outputs: {}, warnings: [] };
    await run(({ summaryEvent, resOutputsEvent, diagnosticEvent }) => {
        if (diagnosticEvent?.severity === "warning") {
            outcome = { ...outcome, warnings: [...outcome.warnings, diagnosticEvent.message] };
        }
        const metadata = resOutputsEvent?.metadata;
        if (metadata?.type === "pulumi:pulumi:Stack") {
            outcome = { ...outcome, outputs: metadata.new?.outputs ?? {} };
        }
        outcome = { ...outcome, changes: summaryEvent?.resourceChanges ?? outcome.changes };
    });
    return outcome;
}

/**
 * A stack of the real engine with the stand-in providers, for a program given as a function. It has a separate state
 * folder, which {@link remove} deletes with everything in it.
 */
export class InlineStack {
    /** Created once: each call of the engine's command takes a quarter of a second. */
    private made: Promise<Stack> | undefined;

    private constructor(
        /** Where the stand-in cloud keeps its objects (`KEYLESS_STATE`). */
        readonly stateDir: string,
        private readonly engine: PulumiCommand,
        private readonly plugins: readonly string[],
        private readonly journaled: boolean,
        private readonly pool?: Pool,
    ) {
        mkdirSync(join(stateDir, "backend"), { recursive: true });
    }

    /**
     * One whose stand-ins run in this process. To start a process for each provider of each run takes longer than most runs; tests
     * of the plugins themselves, and of what these keep beside their objects (keys of clusters), need one of {@link create}.
     */
    static async inProcess(): Promise<InlineStack> {
        const dir = newFolder();
        // Loads every stand-in, which a stack with processes of its own does not need.
        const { Pool } = await import("../../sandbox/inProcess/pool.js");
        const pool = new Pool(() => new Store(join(dir, "cloud")));
        return new InlineStack(dir, await findEngine(silent, patience), [pool.folder], true, pool);
    }

    /**
     * @param plugins folders with provider plugins that come before the stand-ins
     * @param journaled whether its runs write a journal, as those of the sandbox's commands do, or the whole state at
     * each step, as the engine's own file backend does
     * @param dir its folder, which an earlier process may have used
     */
    static async create(plugins: readonly string[] = [], journaled = true, dir = newFolder()): Promise<InlineStack> {
        return new InlineStack(dir, await findEngine(silent, patience), plugins, journaled);
    }

    /** @throws Error with the engine's output */
    async up(program: PulumiFn, refresh = false): Promise<Outcome> {
        return outcomeOf((onEvent) => this.running(program, (stack) => stack.up({ refresh, onEvent })));
    }

    async preview(program: PulumiFn, refresh = false): Promise<Record<string, number>> {
        return (await this.running(program, (stack) => stack.preview({ refresh }))).changeSummary;
    }

    async refresh(program: PulumiFn): Promise<OpMap> {
        const outcome = await outcomeOf((onEvent) => this.running(program, (stack) => stack.refresh({ onEvent })));
        return outcome.changes;
    }

    async destroy(program: PulumiFn): Promise<void> {
        await this.running(program, (stack) => stack.destroy({ runProgram: true }));
    }

    /** The resources in the engine's state, by URN. */
    async resources(program: PulumiFn): Promise<readonly Record<string, unknown>[]> {
        const exported = (await (await this.stack(program)).exportStack()) as {
            deployment: { resources?: Record<string, unknown>[] };
        };
        return exported.deployment.resources ?? [];
    }

    remove(): void {
        this.pool?.close();
        rmSync(this.stateDir, { recursive: true, force: true });
    }

    private async running<T>(program: PulumiFn, work: (stack: Stack) => Promise<T>): Promise<T> {
        await this.pool?.refill();
        const stack = await this.stack(program);
        const run = () => work(stack);
        return this.journaled ? withJournal(join(this.stateDir, "backend"), stack, run) : run();
    }

    private async stack(program: PulumiFn): Promise<Stack> {
        const stack = await (this.made ??= this.make(program));
        stack.workspace.program = program;
        return stack;
    }

    private async make(program: PulumiFn): Promise<Stack> {
        const environment = engineEnvironment(process.env, {
            stateDir: this.stateDir,
            backendDir: join(this.stateDir, "backend"),
            homeDir: homeWithoutLogs(join(this.stateDir, "home")),
            passphrase: "",
            pluginDirs: [...this.plugins, resolve(__dirname, "..", "..", "sandbox", "providers", "bin")],
            accessKeyId: "AKIAKEYLESSTEST00000",
            secretAccessKey: "none",
            socksUrl: "socks5://127.0.0.1:9",
            stsUrl: "http://127.0.0.1:9/sts",
            logsUrl: "http://127.0.0.1:9/logs",
            secretsUrl: "http://127.0.0.1:9/secrets",
        });
        const envVars = Object.fromEntries(
            Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
        );
        const workspace = await LocalWorkspace.create({
            pulumiCommand: this.engine,
            envVars,
            workDir: this.workDir(),
            program,
            projectSettings: { name: "keyless", runtime: "nodejs", main: process.cwd() },
        });
        // As with the sandbox's own stacks: each of these would start the engine once more.
        workspace.selectStack = async () => undefined;
        const known = readDeployment(join(this.stateDir, "backend"), NAME) !== undefined;
        const stack = await (known ? Stack.select(NAME, workspace) : Stack.create(NAME, workspace));
        stack.info = async () => NO_HISTORY;
        stack.outputs = async () => ({});
        return stack;
    }

    private workDir(): string {
        const dir = join(this.stateDir, "work");
        if (!existsSync(dir)) {
            mkdirSync(dir);
            writeFileSync(join(dir, `Pulumi.${NAME}.yaml`), "config: { aws:region: eu-central-1 }\n");
        }
        return dir;
    }
}
