import { caBundlePath } from "../components/tenancy/caBundle";
import { psqlLine } from "../components/tenancy/psql";
import { PROVISIONER } from "../toolkit/serverNames";
import { UserError } from "../toolkit/userError";
import { type Shown, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { readOptions } from "./command/options";
import { readOutputs } from "./command/outputs";
import { regionOf } from "../toolkit/arn";
import { foreground } from "./command/foreground";

export const USAGE = shown`usage: keyless tunnel --stack NAME [OPTIONS]

Opens a tunnel through the stack's bastion to its database, with Systems Manager and the AWS
CLI's session manager plugin; Ctrl-C closes it. Nothing listens on the internet.

  --stack NAME       the stack whose outputs are read (with \`pulumi\`)
  --user NAME        the database user to print the psql line for (default: ${PROVISIONER})
  --socks            open a SOCKS proxy, for programs that support ALL_PROXY: pulumi, keyless bootstrap
  --shell            open a shell on the bastion, which is logged
  --local-port N     the local port (default: 15432; 1080 with --socks)`;

/** The outputs of a stack with a bastion. */
interface BastionOutputs {
    readonly bastionInstanceId: string;
    readonly bastionDocuments: Readonly<Record<"shell" | "tunnel" | "socks", string>>;
    readonly endpoint: string;
    readonly port: number;
    readonly database: string;
    readonly clusterArn: string;
}

/** A command, and the text to print before it runs. */
export interface Plan {
    readonly command: readonly string[];
    readonly intro: Shown;
}

export async function tunnel(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const options = readOptions(args, USAGE, { stack: text, user: text, socks: flag, shell: flag, "local-port": text });
    if (options === undefined) {
        return 0;
    }
    if (options.stack === undefined) {
        throw new UserError(shown`--stack is missing\n\n${USAGE}`);
    }
    const kind = options.shell ? "shell" : options.socks ? "socks" : "tunnel";
    const { command, intro } = planOf(
        kind,
        await readOutputs(options.stack),
        options.user ?? PROVISIONER,
        options["local-port"],
    );
    print(intro);
    return run(command);
}

/**
 * The command to run and the text to print.
 *
 * @throws UserError when the stack has no bastion, or the port or the user is invalid
 */
export function planOf(
    kind: "shell" | "tunnel" | "socks",
    outputs: Readonly<Record<string, unknown>>,
    user: string,
    port?: string,
): Plan {
    if (typeof outputs["bastionInstanceId"] !== "string") {
        throw new UserError("the stack has no bastion; set platform.bastion: true and run `pulumi up`");
    }
    const way = outputs as unknown as BastionOutputs;
    const region = regionOf(way.clusterArn);
    const localPort = Number(port ?? (kind === "socks" ? 1080 : 15432));
    if (!Number.isInteger(localPort) || localPort < 1 || localPort > 65535) {
        throw new UserError(`--local-port ${JSON.stringify(port)} is not a port; allowed are integers from 1 to 65535`);
    }
    // It becomes part of a shell command.
    if (!/^[A-Za-z0-9_-]+$/.test(user)) {
        throw new UserError(
            `--user ${JSON.stringify(user)} is not a valid database user; allowed are letters, digits, _ and -`,
        );
    }
    const session = [
        "aws",
        "ssm",
        "start-session",
        "--region",
        region,
        "--target",
        way.bastionInstanceId,
        "--document-name",
        way.bastionDocuments[kind],
    ];
    const { endpoint: host, database } = way;
    const intros = {
        shell: shown`opening a shell on the bastion; its input and output are logged`,
        tunnel: shown`in another shell:\n\n  ${psqlLine({ host, port: way.port, database, region, caBundle: caBundlePath, localPort }, user)}\n`,
        socks: shown`in another shell, for pulumi and keyless bootstrap:\n\n  export ALL_PROXY=socks5://127.0.0.1:${localPort}\n`,
    };
    return {
        command: kind === "shell" ? session : [...session, "--parameters", `localPortNumber=${localPort}`],
        intro: intros[kind],
    };
}

/** The shell and the plugin's tunnel handle Ctrl-C themselves. */
async function run([name = "", ...args]: readonly string[]): Promise<number> {
    try {
        return await foreground(name, args, process.env, process.cwd());
    } catch {
        throw new UserError(`can't run ${name}: install the AWS CLI and its session manager plugin`);
    }
}
