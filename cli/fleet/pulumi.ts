import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CommandError, type EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";

import { projectDir } from "../../toolkit/paths";
import { normalBackend } from "./backendUrl";
import type { Held, Planned, States } from "./move";
import { filesOf, type FleetPlan } from "./plan";
import type { RunShard } from "./run";
import { restoreKeys } from "./stateKeys";

/** Where the installed Pulumi finds what shards need. */
export interface ShardSource {
    /** The config file of a shard, which need not be beside Pulumi.yaml. */
    readonly configFile: (shard: string) => string;
    /** Of stacks that are created; undefined: the backend's default. */
    readonly secretsProvider?: string | undefined;
}

/** @param path the plan's file */
export function shardSourceOf(path: string, { engine }: Pick<FleetPlan, "engine">): ShardSource {
    return { configFile: filesOf(path).stack, secretsProvider: engine?.secretsProvider };
}

/** How the installed Pulumi runs shards. */
export interface PulumiOptions extends ShardSource {
    /** Folders of packs to run, in addition to the organisation's. */
    readonly policyPacks?: readonly string[] | undefined;
    /** How many operations an engine may have in flight. */
    readonly parallel?: number | undefined;
}

/**
 * Runs the installed Pulumi on shards, with the user's backend and credentials. Its version and its language host are the
 * user's own, as for `pulumi up`.
 */
export function withPulumi(given: PulumiOptions): RunShard {
    return async (operation, { name, stack: full }, signal) => {
        if (!(await open({ name, stack: full }, given, operation !== "down"))) {
            return { ok: true, changes: "not deployed", errors: [] };
        }
        const stack = await selected(full);
        const log = new Log();
        const options = {
            color: "never",
            suppressProgress: true,
            configFile: given.configFile(name),
            signal,
            onEvent: (event: EngineEvent) => log.take(event),
            ...(given.parallel !== undefined && { parallel: given.parallel }),
        } as const;
        const guarded = { ...options, policyPacks: [...(given.policyPacks ?? [])] };
        try {
            await {
                preview: () => stack.preview(guarded),
                up: () => stack.up(guarded),
                // The program contains the hooks that disable logins and end their sessions.
                down: () => stack.destroy({ ...options, runProgram: true }),
            }[operation]();
            return { ok: true, changes: log.changes, errors: [] };
        } catch (error) {
            if (!(error instanceof CommandError)) {
                throw error;
            }
            return { ok: false, changes: log.changes, errors: log.errors.length > 0 ? log.errors : [error.message] };
        }
    };
}

/** What an engine's events say of changes and errors. */
class Log {
    readonly errors: string[] = [];
    private counts: Readonly<Record<string, number>> = {};

    take({ diagnosticEvent, summaryEvent }: EngineEvent): void {
        if (diagnosticEvent?.severity === "error") {
            this.errors.push(diagnosticEvent.message.trim());
        }
        this.counts = summaryEvent?.resourceChanges ?? this.counts;
    }

    get changes(): string {
        const { same = 0, ...rest } = this.counts;
        const changed = Object.entries(rest).map(([what, count]) => `${count} ${past[what] ?? what}`);
        return [...changed, `${same} unchanged`].join(", ");
    }
}

const past: Readonly<Record<string, string>> = {
    create: "created",
    update: "updated",
    replace: "replaced",
    delete: "deleted",
    read: "read",
};

/** The states of stacks in the user's backend. */
export const pulumiStates = (source: ShardSource): States => ({
    async preview({ name, stack: full }) {
        await open({ name, stack: full }, source);
        const stack = await selected(full);
        const planned: Planned[] = [];
        const onEvent = ({ resourcePreEvent }: EngineEvent): void => {
            if (resourcePreEvent !== undefined) {
                planned.push(resourcePreEvent.metadata);
            }
        };
        const configFile = source.configFile(name);
        await stack.preview({ color: "never", suppressProgress: true, configFile, onEvent });
        return planned;
    },
    async resources(stack) {
        const exported = (await exportOf(stack)) as { deployment: { readonly resources?: readonly Held[] } };
        return exported.deployment.resources ?? [];
    },
    pulumi: (_, args) => outputOf(args),
    named: ({ stack }) => stack,
});

/** The URL of the backend that the user is logged in to. */
export async function pulumiBackend(): Promise<string> {
    const { url, user } = await (await LocalWorkspace.create({ workDir: projectDir })).whoAmI();
    return url ?? user;
}

/** A stack's export from the user's backend; undefined if there is no such stack. */
export async function pulumiExport(stack: string): Promise<unknown> {
    try {
        return await exportOf(stack);
    } catch (error) {
        if (says(error, notFound)) {
            return undefined;
        }
        throw error;
    }
}

/** Previews of shards, with the resources that stay the same. */
export function pulumiPreviews(source: ShardSource) {
    return async (name: string, stack: string): Promise<unknown> => {
        await open({ name, stack }, source);
        const named = ["--stack", stack, "--config-file", source.configFile(name)];
        return JSON.parse(await outputOf(["preview", "--json", "--show-sames", ...named])) as unknown;
    };
}

/** Secrets stay encrypted: `Workspace.exportStack` decrypts them. */
async function exportOf(stack: string): Promise<unknown> {
    return JSON.parse(await outputOf(["stack", "export", "--stack", stack])) as unknown;
}

/** As https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/errors.ts tells these errors. */
const notFound = /no stack named.*found/;
const alreadyExists = /stack.*already exists/;

function says(error: unknown, what: RegExp): boolean {
    return error instanceof Error && "stderr" in error && what.test(String(error.stderr));
}

/** What the engine's command prints. */
async function outputOf(
    args: readonly string[],
    { cwd = projectDir, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
    const { command } = await PulumiCommand.get();
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 30 };
    return (await promisify(execFile)(command, [...args, "--non-interactive"], options)).stdout;
}

/**
 * Creates a shard's stack if it does not exist, and gives its config file the keys of its secrets.
 *
 * @returns false if the stack does not exist and must not be created
 */
async function open(
    { name, stack }: { readonly name: string; readonly stack: string },
    { configFile, secretsProvider }: ShardSource,
    create = true,
): Promise<boolean> {
    const found = await pulumiExport(stack);
    if (found === undefined && !create) {
        return false;
    }
    if (found === undefined) {
        await init(stack, secretsProvider);
    }
    restoreKeys(stack, configFile(name), found ?? (await exportOf(stack)), secretsProvider);
    return true;
}

/**
 * `pulumi stack init` writes the keys of the stack's secrets to `Pulumi.STACK.yaml` beside Pulumi.yaml, whichever config file the
 * stack's runs are given, and to the new state: the file is made in another folder, and the keys are read from the state.
 */
async function init(stack: string, secretsProvider: string | undefined): Promise<void> {
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    const backend = await pulumiBackend();
    const cwd = mkdtempSync(join(tmpdir(), "keyless-init-"));
    try {
        copyFileSync(join(projectDir, "Pulumi.yaml"), join(cwd, "Pulumi.yaml"));
        // A relative path would begin in the other folder.
        const env = backend.startsWith("file:") ? { PULUMI_BACKEND_URL: normalBackend(backend) } : {};
        await outputOf(["stack", "init", stack, "--no-select", ...provider], { cwd, env });
    } catch (error) {
        // Another fleet was first: the stack's lock decides who goes on.
        if (!says(error, alreadyExists)) {
            throw error;
        }
    } finally {
        rmSync(cwd, { recursive: true, force: true });
    }
}

/** A stack that exists. Leaves alone which stack the user has selected: each command names its own. */
async function selected(stack: string): Promise<Stack> {
    const workspace = await LocalWorkspace.create({ workDir: projectDir });
    workspace.selectStack = async () => undefined;
    return Stack.select(stack, workspace);
}
