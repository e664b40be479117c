import { execFile, type ExecFileOptions } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

import { SettingsError } from "../../config/problems";
import { parseSettings } from "../../config/settings";
import { UserError } from "../../toolkit/userError";
import { backendDir, surroundings } from "../../sandbox/run";
import { engineEnvironment } from "../../sandbox/run/environment";
import { putWhatExists } from "../../sandbox/run/existing";
import { programIn } from "../../sandbox/run/program";
import { readDeployment } from "../../sandbox/backend/checkpoints";
import { findStackFile, readStackFile } from "../../toolkit/system/stackFile";
import { writeWorkspace } from "../../sandbox/run/workspace";
import { quoted, shown } from "../../toolkit/shown";
import { seedReferencedRoles } from "./rehearsal";
import { ofProject } from "../command/stackChoice";
import { inSandbox } from "./session";
import { foreseen } from "./foresight";

/** A program and the config to preview it with. */
export interface Previewed {
    /** Name of the stack in the sandbox; created if new. */
    readonly stack: string;
    /** Folder of the program (`index.ts`) and of the stack's config file. */
    readonly root: string;
    /** File with the stack's config; by default found by the stack's name. */
    readonly configFile?: string | undefined;
}

/** The Automation API's language host for inline programs; the SDK's types omit it. */
interface InlineHost {
    new (program: PulumiFn): UntypedServiceImplementation & { onPulumiExit(hasError: boolean): void };
}

/**
 * The parsed output of `pulumi preview --json --show-sames` for a program in the sandbox; {@link foreseen} completes what
 * it creates. The Automation API's events lack the suppliers of unknown values. A process can load a program only once.
 *
 * @throws UserError with the engine's last messages when the preview fails
 */
export async function previewDigest({ stack, root, configFile }: Previewed): Promise<unknown> {
    const config = readStackFile(configFile ?? findStackFile(stack, root));
    return inSandbox(async ({ engine, server, interrupt }) => {
        mkdirSync(backendDir(), { recursive: true });
        bringWhatIsThere(stack, config);
        const workDir = writeWorkspace(stack, { ...config, "keyless:caBundle": server.caFile });
        const envVars = engineEnvironment(process.env, surroundings(server)) as Record<string, string>;
        if (readDeployment(backendDir(), stack) === undefined) {
            const workspace = await LocalWorkspace.create({ pulumiCommand: engine, workDir, envVars });
            await workspace.createStack(stack);
        }
        const { address, close } = await serveProgram(join(root, "index.ts"));
        try {
            const args = [
                "preview",
                "--json",
                "--show-sames",
                "--non-interactive",
                "--stack",
                stack,
                "--exec-kind",
                "auto.inline",
                `--client=${address}`,
            ];
            return await foreseen(async (foresight) => {
                const env = { ...process.env, ...envVars, KEYLESS_FORESIGHT: foresight };
                return JSON.parse(await outputOf(engine.command, args, { cwd: workDir, env }, interrupt)) as unknown;
            });
        } finally {
            close();
        }
    });
}

/** This version may not understand an earlier revision's config; that revision's program validates it. */
function bringWhatIsThere(stack: string, config: Readonly<Record<string, unknown>>): void {
    const region = String(config["aws:region"]);
    putWhatExists(stack, region, config);
    try {
        seedReferencedRoles(parseSettings(ofProject(config)), region);
    } catch (error) {
        if (!(error instanceof SettingsError)) {
            throw error;
        }
    }
}

/** Serves the program to the engine, as the language host for Node.js would. */
async function serveProgram(file: string): Promise<{ readonly address: string; readonly close: () => void }> {
    const { LanguageServer } = createRequire(__filename)("@pulumi/pulumi/automation/server") as {
        LanguageServer: InlineHost;
    };
    const server = new Server();
    const host = new LanguageServer(programIn(file));
    server.addService(LanguageRuntimeService, host);
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
            error === null ? resolve(bound) : reject(error),
        );
    });
    const close = (): void => {
        host.onPulumiExit(false);
        server.forceShutdown();
    };
    return { address: `127.0.0.1:${port}`, close };
}

function outputOf(
    command: string,
    args: readonly string[],
    options: ExecFileOptions,
    interrupt: AbortSignal,
): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = execFile(
            command,
            args,
            { ...options, encoding: "utf8", maxBuffer: 1024 ** 3 },
            (error, stdout, stderr) => {
                if (error === null) {
                    resolve(stdout);
                } else {
                    reject(new UserError(shown`the preview failed: ${quoted(lastWords(stdout, stderr))}`));
                }
            },
        );
        interrupt.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    });
}

/** The errors among the digest's diagnostics, or the engine's last lines. */
function lastWords(stdout: string, stderr: string): string {
    try {
        const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { message: string; severity: string }[] };
        const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message.trim());
        return errors.join("\n") || stderr.trim();
    } catch {
        return `${stdout}\n${stderr}`.trim().split("\n").slice(-10).join("\n");
    }
}
