import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { CommandError, type EngineEvent, LocalWorkspace, type PulumiCommand, Stack } from "@pulumi/pulumi/automation";

import { sandboxCredentials } from "./identity/credentials";
import { PATHS } from "./identity/endpoints";
import { projectDir, stateDir } from "../toolkit/paths";
import { makeOnce } from "../toolkit/system/files";
import type { Progress } from "../toolkit/progress";
import { type Surroundings, engineEnvironment, inEnvironment } from "./run/environment";
import { RunLog } from "./run/events";
import { putWhatExists } from "./run/existing";
import { homeWithoutLogs } from "./run/home";
import { pluginDirs } from "./run/plugins";
import { programIn } from "./run/program";
import { readDeployment, settle } from "./backend/checkpoints";
import { removeDeadLocks } from "./backend/locks";
import { withJournal } from "./backend/service";
import { hasDeleteHooks } from "./run/recovery";
import { resume } from "./run/resume";
import { patience, Silence } from "./run/silence";
import { fileBeside, readStackFile } from "../toolkit/system/stackFile";
import { workDir, writeWorkspace } from "./run/workspace";

export type Operation = "up" | "preview" | "refresh" | "destroy";

/** Endpoints of the sandbox's server. */
export interface Ways {
    readonly socksUrl: string;
    readonly identityUrl: string;
}

/** The options of a run. */
export interface RunOptions {
    /** The stack's name. */
    readonly stack: string;
    /** The stack's config, by full key; defaults to that of its last run. */
    readonly config?: Readonly<Record<string, unknown>>;
    readonly engine: PulumiCommand;
    /** The sandbox's server: the endpoints of the databases, and the authority of their certificates. */
    readonly server: Ways & { readonly caFile: string };
    readonly progress: Progress;
    /** When aborted, the engine finishes its current operations and stops. */
    readonly interrupt: AbortSignal;
    /** How many operations the engine may have in flight; defaults to its own choice. */
    readonly parallel?: number | undefined;
    /** The program's file; index.ts by default. */
    readonly program?: string;
}

/** The outcome of a run. */
export interface RunResult {
    readonly ok: boolean;
    readonly log: RunLog;
}

/** The engine's backend: the stacks' state. */
export const backendDir = (): string => stateDir("engine");

/**
 * Runs the engine on a stack in the sandbox: the real program, the real policy pack, the sandbox's providers. Resumes a
 * run that was killed before.
 *
 * @throws StackBusyError when another engine works on the stack
 */
export async function run(operation: Operation, options: RunOptions): Promise<RunResult> {
    const { stack: name, progress, interrupt } = options;
    mkdirSync(backendDir(), { recursive: true });
    removeDeadLocks(backendDir(), name);
    settle(backendDir(), name);
    const region = options.config?.["aws:region"];
    if (typeof region === "string") {
        putWhatExists(name, region, options.config);
    }
    const stack = await openStack(options);
    const before = readDeployment(backendDir(), name);
    const unfinished = (before?.pending_operations ?? []).length > 0;
    if (unfinished) {
        progress.line("an earlier run was interrupted: going on from there");
        await resume(stack);
    }
    interrupt.throwIfAborted();
    const log = new RunLog();
    const step = progress.step(TITLES[operation](name));
    const patienceMs = patience(before?.resources?.length ?? 0);
    const silence = new Silence(patienceMs);
    const onEvent = (event: EngineEvent): void => {
        silence.broken();
        const detail = log.take(event);
        if (detail !== undefined) {
            step.update(detail);
        }
    };
    try {
        await withJournal(backendDir(), stack, () =>
            inEnvironment(environmentOf(options), () =>
                operate[operation](stack, {
                    onEvent,
                    ...(options.parallel !== undefined && { parallel: options.parallel }),
                    signal: AbortSignal.any([interrupt, silence.signal]),
                    refresh: unfinished,
                }),
            ),
        );
        return { ok: log.errors.length === 0 && log.violations.length === 0, log };
    } catch (error) {
        // The engine's messages about an interrupt are not findings.
        interrupt.throwIfAborted();
        if (!(error instanceof CommandError)) {
            throw error;
        }
        if (silence.signal.aborted) {
            log.errors.push(fellSilent(name, patienceMs));
        } else if (log.errors.length === 0 && log.violations.length === 0) {
            log.errors.push(lastWords(error.message));
        }
        return { ok: false, log };
    } finally {
        silence.over();
        step.done();
    }
}

function fellSilent(stack: string, ms: number): string {
    return (
        `the engine did nothing for ${Math.round(ms / 60_000)} minutes and was stopped in order: run the same command again; ` +
        `if that happens again, npm run down -- --stack ${stack} --discard throws the rehearsal away`
    );
}

const TITLES: Record<Operation, (stack: string) => string> = {
    up: (stack) => `bringing up the stack ${stack}`,
    preview: (stack) => `previewing the stack ${stack}`,
    refresh: (stack) => `reading back the stack ${stack}`,
    destroy: (stack) => `taking down the stack ${stack}`,
};

interface EngineOptions {
    readonly onEvent: (event: EngineEvent) => void;
    readonly signal: AbortSignal;
    readonly parallel?: number;
    readonly refresh: boolean;
}

const quiet = { color: "never", suppressProgress: true } as const;

const operate: Record<Operation, (stack: Stack, options: EngineOptions) => Promise<unknown>> = {
    up: (stack, options) => stack.up({ ...quiet, ...guard(stack.name), ...options }),
    preview: (stack, options) => stack.preview({ ...quiet, ...guard(stack.name), ...options }),
    refresh: (stack, { refresh: _, ...options }) => stack.refresh({ ...quiet, ...options }),
    // The program contains the hooks that disable logins and end their sessions. It does not run unless needed:
    // anything missing from the state is undefined to it, and it may wait for that forever
    // (https://github.com/pulumi/pulumi/issues/23921).
    destroy: (stack, options) =>
        stack.destroy({
            ...quiet,
            ...options,
            runProgram: hasDeleteHooks(readDeployment(backendDir(), stack.name) ?? {}),
        }),
};

/**
 * The pack, with the stack's own settings of its rules (`Pulumi.NAME.policy.json`), or the sandbox's: its resources are
 * disposable, so a database without deletion protection is reported and not refused. If the stack's config contains
 * assertions, the pack that checks them comes second.
 */
export function guard(stack: string): { policyPacks: string[]; policyPackConfigs: string[] } {
    const settings = fileBeside(stack, "policy.json") ?? join(__dirname, "policy.json");
    const packs = [[join(projectDir, "policy"), settings] as const];
    if (readStackFile(join(workDir(stack), `Pulumi.${stack}.yaml`))["keyless:assertions"] !== undefined) {
        const asserting = join(projectDir, "assertions");
        packs.push([asserting, join(asserting, "settings.json")]);
    }
    return { policyPacks: packs.map(([pack]) => pack), policyPackConfigs: packs.map(([, settings]) => settings) };
}

/** The stack in the sandbox's backend; created if it is new. */
async function openStack({ stack, config, engine, server, program }: RunOptions): Promise<Stack> {
    const workspace = await LocalWorkspace.create({
        pulumiCommand: engine,
        workDir:
            config === undefined
                ? workDir(stack)
                : writeWorkspace(stack, { ...config, "keyless:caBundle": server.caFile }),
        envVars: environmentOf({ server }) as Record<string, string>,
        program: programIn(program ?? join(projectDir, "index.ts")),
    });
    // Each of these would start the engine once more: every command names its stack, and the events contain the rest.
    workspace.selectStack = async () => undefined;
    const known = readDeployment(backendDir(), stack) !== undefined;
    const opened = await (known ? Stack.select(stack, workspace) : Stack.create(stack, workspace));
    opened.outputs = async () => ({});
    opened.info = async () => undefined;
    return opened;
}

function environmentOf({ server }: Pick<RunOptions, "server">): Record<string, string | undefined> {
    return engineEnvironment(process.env, surroundings(server));
}

/** Removes a stack from the backend, whatever it still contains. */
export async function forgetStack(stack: string, engine: PulumiCommand): Promise<void> {
    const envVars = engineEnvironment(process.env, surroundings({ socksUrl: "", identityUrl: "" })) as Record<
        string,
        string
    >;
    const workspace = await LocalWorkspace.create({ pulumiCommand: engine, workDir: workDir(stack), envVars });
    await workspace.removeStack(stack, { force: true });
    rmSync(workDir(stack), { recursive: true });
}

/** The inputs of the engine's environment, from the state folder and the server's endpoints. */
export function surroundings({ socksUrl, identityUrl }: Ways): Surroundings {
    return {
        stateDir: stateDir(),
        backendDir: backendDir(),
        homeDir: homeWithoutLogs(stateDir("home")),
        passphrase: makeOnce(stateDir("passphrase"), () => randomBytes(24).toString("base64url")),
        pluginDirs: pluginDirs(process.env),
        socksUrl,
        stsUrl: identityUrl + PATHS.sts,
        logsUrl: identityUrl + PATHS.logs,
        secretsUrl: identityUrl + PATHS.secrets,
        ...sandboxCredentials(),
    };
}

/** The engine's last output, if its events contain no error. */
function lastWords(message: string): string {
    const [, stderr = message] = /stderr: ([^]*?)\n err\?:/.exec(message) ?? [];
    return stderr.trim().split("\n").slice(-10).join("\n");
}
