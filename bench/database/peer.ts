import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { run, type Run } from "../report/measured";
import { configuration, SOURCE, type ProviderSchema, type Resources } from "./terraform";

/** Where the peer's programs are. */
export interface Peer {
    readonly opentofu: string;
    /** The provider's program; its name is `terraform-provider-postgresql`. */
    readonly provider: string;
}

/** OpenTofu in a folder of its own, with the provider from a file: no registry is asked. */
export class OpenTofu {
    private schema: ProviderSchema | undefined;

    constructor(
        private readonly peer: Peer,
        private readonly dir: string,
    ) {
        mkdirSync(dir, { recursive: true, mode: 0o700 });
        // https://opentofu.org/docs/cli/config/config-file/#development-overrides-for-provider-developers
        const overrides = `${JSON.stringify(SOURCE)} = ${JSON.stringify(dirname(peer.provider))}`;
        writeFileSync(
            this.rcFile,
            `provider_installation {\n  dev_overrides {\n    ${overrides}\n  }\n  direct {}\n}\n`,
        );
    }

    static async versionOf({ opentofu }: Peer): Promise<string> {
        const { stdout } = await run(opentofu, ["version", "-json"], {
            cwd: tmpdir(),
            env: { CHECKPOINT_DISABLE: "1" },
        });
        return (JSON.parse(stdout) as { terraform_version: string }).terraform_version;
    }

    /** Makes these resources the configuration. It contains the provisioner's key, as the provider's settings do. */
    async configure(resources: Resources): Promise<void> {
        this.schema ??= await this.readSchema();
        this.write(configuration(resources, this.schema));
    }

    /** Changes the server to what the configuration says, and asks nobody; like `pulumi up`, it does not refresh. */
    apply(): Promise<Run> {
        return this.run(["apply", "-auto-approve", "-refresh=false", ...QUIET]);
    }

    /** @throws Error if it finds a change */
    plan(refresh: boolean): Promise<Run> {
        // 2 would be a difference: https://opentofu.org/docs/cli/commands/plan/
        return this.run(["plan", "-detailed-exitcode", `-refresh=${refresh}`, ...QUIET]);
    }

    destroy(): Promise<Run> {
        return this.run(["destroy", "-auto-approve", "-refresh=false", ...QUIET]);
    }

    /** Of the state. */
    kilobytes(): number {
        return statSync(join(this.dir, "terraform.tfstate")).size / 1024;
    }

    private async readSchema(): Promise<ProviderSchema> {
        this.write({ terraform: { required_providers: { postgresql: { source: SOURCE } } } });
        const { stdout } = await this.run(["providers", "schema", "-json"]);
        const { provider_schemas: all } = JSON.parse(stdout) as { provider_schemas: Record<string, ProviderSchema> };
        const [schema] = Object.entries(all).flatMap(([source, one]) => (source.endsWith(`/${SOURCE}`) ? [one] : []));
        if (schema === undefined) {
            throw new Error(`OpenTofu knows no ${SOURCE}, only ${Object.keys(all).join(", ")}`);
        }
        return schema;
    }

    private write(content: object): void {
        writeFileSync(join(this.dir, "main.tf.json"), JSON.stringify(content, undefined, 2), { mode: 0o600 });
    }

    private run(args: readonly string[]): Promise<Run> {
        const env = {
            PATH: process.env["PATH"],
            HOME: this.dir,
            TF_CLI_CONFIG_FILE: this.rcFile,
            // It asks nobody for a newer version.
            CHECKPOINT_DISABLE: "1",
        };
        return run(this.peer.opentofu, args, { cwd: this.dir, env });
    }

    private get rcFile(): string {
        return join(this.dir, "tofu.rc");
    }
}

const QUIET = ["-input=false", "-no-color", "-compact-warnings"];
