import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { EngineEvent, PolicyEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { findEngine } from "../../sandbox/engine";
import { homeWithoutLogs } from "../../sandbox/run/home";
import { Progress } from "../../toolkit/progress";

const root = resolve(__dirname, "../..");

/** The result of a run with the pack. */
export interface Outcome {
    readonly succeeded: boolean;
    readonly policy: readonly PolicyEvent[];
    readonly created: readonly string[];
    readonly text: string;
}

/** A separate folder with the engine's state and a provider on PATH that accepts everything. */
export class PolicyEngine {
    private readonly folder = mkdtempSync(join(tmpdir(), "keyless-policy-"));
    private count = 0;

    constructor(providers: readonly string[] = ["aws", "aws-native", "kubernetes", "postgresql"]) {
        mkdirSync(join(this.folder, "bin"));
        mkdirSync(join(this.folder, "state"));
        for (const name of providers) {
            const script = join(this.folder, "bin", `pulumi-resource-${name}`);
            writeFileSync(
                script,
                `#!/bin/sh\nexec node --require "${root}/node_modules/tsx/dist/cjs/index.cjs" "${root}/test/support/echo-provider.ts"\n`,
            );
            chmodSync(script, 0o755);
        }
    }

    async stack(program: PulumiFn): Promise<Stack> {
        const env = {
            PATH: `${this.folder}/bin:${root}/sandbox/providers/bin:${process.env["PATH"]}`,
            PULUMI_BACKEND_URL: `file://${this.folder}/state`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_HOME: homeWithoutLogs(join(this.folder, "home")),
        };
        const command = await findEngine(new Progress({ write: () => undefined }), new AbortController().signal);
        return LocalWorkspace.createStack(
            { stackName: `s${this.count++}`, projectName: "test", program },
            { envVars: env, pulumiCommand: command, workDir: this.folder },
        );
    }

    async run(stack: Stack, verb: "preview" | "up", config?: unknown, pack = join(root, "policy")): Promise<Outcome> {
        const policy: PolicyEvent[] = [];
        const created: string[] = [];
        const packs: { policyPacks: string[]; policyPackConfigs?: string[] } = { policyPacks: [pack] };
        if (config !== undefined) {
            const file = join(this.folder, `config${this.count}.json`);
            writeFileSync(file, JSON.stringify(config));
            packs.policyPackConfigs = [file];
        }
        const onEvent = (event: EngineEvent): void => {
            if (event.policyEvent !== undefined) {
                policy.push(event.policyEvent);
            }
            const outputs = event.resOutputsEvent?.metadata;
            if (outputs?.op === "create") {
                created.push(outputs.urn);
            }
        };
        let text = "";
        const onOutput = (part: string): void => {
            text += part;
        };
        try {
            await stack[verb]({ ...packs, onEvent, onOutput });
            return { succeeded: true, policy, created, text };
        } catch (error) {
            return { succeeded: false, policy, created, text: `${text}\n${String(error)}` };
        }
    }

    close(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}
