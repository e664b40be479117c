import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError, type EngineEvent, LocalWorkspace, Stack, StackNotFoundError } from "@pulumi/pulumi/automation";

import { projectDir } from "../../toolkit/paths";
import type { Held, Planned, States } from "./move";
import type { RunShard } from "./run";

/**
 * Runs the installed Pulumi on shards, with the user's backend and credentials. Its version and its language host are the
 * user's own, as for `pulumi up`.
 *
 * @param policyPacks folders of packs to run, in addition to the organisation's
 * @param parallel how many operations an engine may have in flight
 */
export function withPulumi(policyPacks: readonly string[] = [], parallel?: number): RunShard {
    return async (operation, { name }, signal) => {
        const stack = await opened(name);
        const log = new Log();
        const options = {
            color: "never",
            suppressProgress: true,
            signal,
            onEvent: (event: EngineEvent) => log.take(event),
            ...(parallel !== undefined && { parallel }),
        } as const;
        const guarded = { ...options, policyPacks: [...policyPacks] };
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
export const pulumiStates: States = {
    async preview({ name }) {
        const stack = await opened(name);
        const planned: Planned[] = [];
        const onEvent = ({ resourcePreEvent }: EngineEvent): void => {
            if (resourcePreEvent !== undefined) {
                planned.push(resourcePreEvent.metadata);
            }
        };
        await stack.preview({ color: "never", suppressProgress: true, onEvent });
        return planned;
    },
    async resources(name) {
        const workspace = await LocalWorkspace.create({ workDir: projectDir });
        const exported = (await workspace.exportStack(name)) as {
            deployment: { readonly resources?: readonly Held[] };
        };
        return exported.deployment.resources ?? [];
    },
    pulumi: ({ name }, args) => outputOf(name, args),
};

/** A stack's export from the user's backend. */
export async function pulumiExport(name: string): Promise<unknown> {
    const workspace = await LocalWorkspace.create({ workDir: projectDir });
    try {
        return await workspace.exportStack(name);
    } catch (error) {
        if (error instanceof StackNotFoundError) {
            return undefined;
        }
        throw error;
    }
}

/** A stack's preview, with the resources that stay the same. */
export async function pulumiPreview(name: string): Promise<unknown> {
    const args = ["preview", "--json", "--show-sames", "--non-interactive", "--stack", name];
    return JSON.parse(await outputOf(name, args)) as unknown;
}

/** What the engine's command prints for a stack, which is created if it does not exist. */
async function outputOf(name: string, args: readonly string[]): Promise<string> {
    const { command } = (await opened(name)).workspace.pulumiCommand;
    return (await promisify(execFile)(command, args, { cwd: projectDir, maxBuffer: 1 << 30 })).stdout;
}

async function opened(name: string): Promise<Stack> {
    const workspace = await LocalWorkspace.create({ workDir: projectDir });
    const stack = await Stack.createOrSelect(name, workspace);
    // Each command names its stack: selecting it again would change what the user has selected.
    workspace.selectStack = async () => undefined;
    return stack;
}
