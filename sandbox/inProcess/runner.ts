import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CommandError, LocalWorkspace, Stack, type EngineEvent, type PulumiCommand } from "@pulumi/pulumi/automation";
import { projectDir } from "../../toolkit/paths";
import { backendDir, surroundings, type RunResult, type Ways } from "../run";
import { engineEnvironment, inEnvironment } from "../run/environment";
import { RunLog } from "../run/events";
import { programIn } from "../run/program";
import { readDeployment, settle } from "../backend/checkpoints";
import { removeDeadLocks } from "../backend/locks";
import { withJournal } from "../backend/service";
import { writeWorkspace } from "../run/workspace";
import { Pool } from "./pool";

/** A step of the engine, as in `pulumi preview --json`. */
type Step = Readonly<Record<string, unknown>>;

/** A run's result, with the engine's steps. */
export interface Ran extends RunResult {
    readonly steps: readonly Step[];
}

/**
 * Runs the program in the sandbox of this process, one run after another: as sandbox/run.ts does, but without the policy
 * packs, whose findings are no change, and with the stand-ins in this process.
 */
export class Runner {
    private readonly pool = new Pool();

    constructor(
        private readonly engine: PulumiCommand,
        private readonly server: Ways,
    ) {}

    async run(operation: "up" | "preview", name: string, config: Readonly<Record<string, unknown>>): Promise<Ran> {
        await this.pool.refill();
        const environment = engineEnvironment(process.env, surroundings(this.server));
        environment["PATH"] = `${this.pool.folder}:${environment["PATH"]}`;
        const stack = await this.open(name, config, environment);
        const log = new RunLog();
        const steps: Step[] = [];
        const onEvent = (event: EngineEvent): void => {
            log.take(event);
            steps.push(...stepsOf(event));
        };
        try {
            const options = { color: "never", suppressProgress: true, onEvent } as const;
            await withJournal(backendDir(), stack, () =>
                inEnvironment<unknown>(environment, () =>
                    operation === "up" ? stack.up(options) : stack.preview(options),
                ),
            );
        } catch (error) {
            if (!(error instanceof CommandError)) {
                throw error;
            }
            if (log.errors.length === 0) {
                log.errors.push(error.message);
            }
        }
        return { ok: log.errors.length === 0, log, steps };
    }

    close(): void {
        this.pool.close();
    }

    private async open(
        name: string,
        config: Readonly<Record<string, unknown>>,
        environment: Readonly<Record<string, string | undefined>>,
    ): Promise<Stack> {
        const workspace = await LocalWorkspace.create({
            pulumiCommand: this.engine,
            workDir: writeWorkspace(name, config),
            envVars: environment as Record<string, string>,
            program: programIn(join(projectDir, "index.ts")),
        });
        // Each of these would start the engine once more.
        workspace.selectStack = async () => undefined;
        mkdirSync(backendDir(), { recursive: true });
        removeDeadLocks(backendDir(), name);
        settle(backendDir(), name);
        const known = readDeployment(backendDir(), name) !== undefined;
        const stack = await (known ? Stack.select(name, workspace) : Stack.create(name, workspace));
        stack.outputs = async () => ({});
        stack.info = async () => undefined;
        return stack;
    }
}

function stepsOf({ resourcePreEvent }: EngineEvent): readonly Step[] {
    if (resourcePreEvent === undefined) {
        return [];
    }
    const { op, urn, type, old, keys, diffs, detailedDiff } = resourcePreEvent.metadata;
    return [{ op, urn, type, oldState: old, replaceReasons: keys, diffReasons: diffs, detailedDiff }];
}
