import type { PulumiCommand } from "@pulumi/pulumi/automation";

import { type Settings, parseSettings } from "../../config/settings";
import { findEngine } from "../../sandbox/engine";
import { acquireLock } from "../../toolkit/system/lock.mjs";
import { stateDir } from "../../toolkit/paths";
import { shown } from "../../toolkit/shown";
import { readUserFile } from "../../toolkit/system/userFile";
import { limitDeployer } from "../../sandbox/identity/deployer";
import { Progress } from "../../toolkit/progress";
import { type Operation, type RunResult, run } from "../../sandbox/run";
import { readStackFile } from "../../toolkit/system/stackFile";
import { type Server, startServer } from "../../sandbox/server";
import { interrupt } from "../command/interrupt";
import { userPath } from "../command/options";
import { ofProject, type StackChoice, stackFileOf } from "../command/stackChoice";
import { seedReferencedRoles } from "./rehearsal";

/** The command line's choice of the policies of the principal that runs the program. */
export interface DeployerChoice {
    readonly "deployer-policy"?: string | undefined;
}

/** The option of commands that run the engine. */
export const deployerOption = { "deployer-policy": { type: "string" } } as const;

export const deployerUsage = shown`  --deployer-policy FILE
                       run as a principal with only these policies, which deployer-policy
                       --json prints, instead of as the account's administrator`;

/** The sandbox, ready and locked for this process. */
export interface Sandbox {
    readonly engine: PulumiCommand;
    readonly server: Server;
    readonly progress: Progress;
    readonly interrupt: AbortSignal;
}

/** A stack in the sandbox, with valid config. */
export interface Session extends Sandbox {
    readonly stack: string;
    readonly settings: Settings;
    /** Runs the engine with the stack's config; `instead` overrides keys. */
    readonly run: (operation: Operation, instead?: Readonly<Record<string, unknown>>) => Promise<RunResult>;
    /** The config by full key. */
    readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Validates the stack's config before anything starts, then does the work in the sandbox.
 *
 * @throws SettingsError, UserError
 */
export async function inSession<T>(
    choice: StackChoice & DeployerChoice,
    work: (session: Session) => Promise<T>,
): Promise<T> {
    const { stack } = choice;
    const config = readStackFile(stackFileOf(choice));
    const settings = parseSettings(ofProject(config));
    return inSandbox((sandbox) => {
        seedReferencedRoles(settings, String(config["aws:region"]));
        const runWith: Session["run"] = (operation, instead) =>
            run(operation, { ...sandbox, stack, config: { ...config, ...instead } });
        return work({ ...sandbox, stack, settings, config, run: runWith });
    }, choice);
}

/**
 * Locks the state folder, starts the engine and the databases' server for the work, and always stops the server
 * afterwards.
 */
export async function inSandbox<T>(
    work: (sandbox: Sandbox) => Promise<T>,
    { "deployer-policy": deployer }: DeployerChoice = {},
): Promise<T> {
    const policies = deployer === undefined ? undefined : readUserFile(userPath(deployer));
    const progress = new Progress();
    const onWait = (pid: number): void => progress.line(`process ${pid} is using ${stateDir()}; waiting for it`);
    const release = await acquireLock(stateDir("locks", "run"), { onWait, signal: interrupt });
    try {
        limitDeployer(policies);
        const starting = startServer();
        try {
            const engine = await findEngine(progress, interrupt);
            return await work({ engine, server: await starting, progress, interrupt });
        } finally {
            await (await starting).stop();
        }
    } finally {
        limitDeployer(undefined);
        release();
    }
}
