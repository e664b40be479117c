import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError, type EngineEvent, LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";

import { projectDir } from "../../toolkit/paths";
import type { Held, Planned, States } from "./move";
import type { RunShard } from "./run";

/** Where the installed Pulumi finds what shards need. */
export interface ShardSource {
    /** The config file of a shard, which need not be beside Pulumi.yaml. */
    readonly configFile: (shard: string) => string;
    /** Of stacks that are created; undefined: the backend's default. */
    readonly secretsProvider?: string | undefined;
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
        const stack = operation === "down" ? await existing(full) : await opened(full, given.secretsProvider);
        if (stack === undefined) {
            return { ok: true, changes: "not deployed", errors: [] };
        }
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
export const pulumiStates = ({ configFile, secretsProvider }: ShardSource): States => ({
    async preview({ name, stack: full }) {
        const stack = await opened(full, secretsProvider);
        const planned: Planned[] = [];
        const onEvent = ({ resourcePreEvent }: EngineEvent): void => {
            if (resourcePreEvent !== undefined) {
                planned.push(resourcePreEvent.metadata);
            }
        };
        await stack.preview({ color: "never", suppressProgress: true, configFile: configFile(name), onEvent });
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
export function pulumiPreviews({ configFile, secretsProvider }: ShardSource) {
    return async (name: string, stack: string): Promise<unknown> => {
        await opened(stack, secretsProvider);
        const named = ["--stack", stack, "--config-file", configFile(name)];
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
async function outputOf(args: readonly string[]): Promise<string> {
    const { command } = await PulumiCommand.get();
    const options = { cwd: projectDir, maxBuffer: 1 << 30 };
    return (await promisify(execFile)(command, [...args, "--non-interactive"], options)).stdout;
}

/** A stack, which is created if it does not exist. */
async function opened(stack: string, secretsProvider?: string): Promise<Stack> {
    const found = await existing(stack);
    if (found !== undefined) {
        return found;
    }
    const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    try {
        await outputOf(["stack", "init", stack, "--no-select", ...provider]);
    } catch (error) {
        // Another fleet was first: the stack's lock decides who goes on.
        if (!says(error, alreadyExists)) {
            throw error;
        }
    }
    return selected(stack);
}

/** @returns undefined if there is no such stack */
async function existing(stack: string): Promise<Stack | undefined> {
    try {
        await outputOf(["stack", "--stack", stack]);
        return await selected(stack);
    } catch (error) {
        if (says(error, notFound)) {
            return undefined;
        }
        throw error;
    }
}

/** Leaves alone which stack the user has selected: each command names its own. */
async function selected(stack: string): Promise<Stack> {
    const workspace = await LocalWorkspace.create({ workDir: projectDir });
    workspace.selectStack = async () => undefined;
    return Stack.select(stack, workspace);
}
