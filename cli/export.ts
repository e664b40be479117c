import { parseArgs } from "node:util";

import { UserError } from "../toolkit/userError";
import { Progress } from "../toolkit/progress";
import { inLines, reason, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { castWarning } from "./exporting/casts";
import { dump } from "./exporting/dump";
import { restoreInstructions } from "./exporting/restore";
import { awsSource, tenantIn } from "./exporting/source";
import type { ExportedTenant, Source } from "./exporting/source";
import { fromSandbox } from "./command/fromSandbox";
import { interrupt } from "./command/interrupt";
import { userPath } from "./command/options";
import { readOutputs } from "./command/outputs";

export const USAGE = shown`usage: keyless export TENANT --out FILE [OPTIONS]

Writes a consistent snapshot of a tenant's schema and data to a file in pg_dump's custom
format, which pg_restore reads. It signs in as the provisioner with a token, and uses the
machine's pg_dump, which must not be older than the server.

  --out FILE         the file to create; an existing file is not overwritten
  --stack NAME       the stack in the sandbox (default: local)
  --live             the stack on AWS: \`pulumi\` reads its outputs, and the current AWS
                     credentials sign the token
  --local-port N     with --live: the port of a tunnel on this machine (npm run tunnel)
  --ca-bundle PATH   with --live: certificate authorities to trust (default: those of Amazon RDS)

Roles, extensions and large objects are not exported. A restore runs the schema's own
functions: the command prints how to restore the file as a role without other privileges.`;

interface Choice {
    readonly tenant: string;
    readonly out: string;
    readonly stack: string;
    readonly live: boolean;
    readonly localPort: number | undefined;
    readonly caBundle: string | undefined;
}

export async function exportTenant(args: string[]): Promise<number> {
    const choice = readChoice(args);
    if (choice === undefined) {
        return 0;
    }
    const { stack, live, localPort, caBundle } = choice;
    if (live) {
        const outputs = await readOutputs(stack);
        const tenant = tenantIn(outputs, stack, choice.tenant);
        return write(choice, tenant, awsSource(outputs, { localPort, caBundle }));
    }
    const { fromSandboxServer, sandboxOutputs } = fromSandbox();
    const outputs = sandboxOutputs(stack);
    const tenant = tenantIn(outputs, stack, choice.tenant);
    return fromSandboxServer(outputs, (source) => write(choice, tenant, source));
}

async function write({ out }: Choice, tenant: ExportedTenant, source: Source): Promise<number> {
    const progress = new Progress();
    if (tenant.login !== undefined) {
        progress.line(
            `${tenant.name} is in use: later writes are not in the file; before a final export, set retire: keep`,
        );
    }
    const step = progress.step(`exporting the schema ${tenant.schema}`);
    try {
        const { bytes, tables, casts } = await dump(source, tenant, { out, step, interrupt });
        step.done();
        const summary = `${tenant.name}: ${tables} ${tables === 1 ? "table" : "tables"} in ${out}, ${bytes} bytes`;
        print(inLines([summary, ...castWarning(casts), ...restoreInstructions(out)]));
        return 0;
    } finally {
        step.done();
    }
}

/** Reads the command line; with `--help`, prints the usage. @throws UserError */
function readChoice(args: readonly string[]): Choice | undefined {
    if (args.includes("--help")) {
        print(USAGE);
        return undefined;
    }
    const text = { type: "string" } as const;
    const options = {
        out: text,
        stack: { type: "string", default: "local" },
        live: { type: "boolean", default: false },
        "local-port": text,
        "ca-bundle": text,
    } as const;
    let parsed;
    try {
        parsed = parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
        throw new UserError(shown`${reason(error)}\n\n${USAGE}`);
    }
    const { out, stack, live, "local-port": port, "ca-bundle": bundle } = parsed.values;
    const [tenant, ...more] = parsed.positionals;
    if (tenant === undefined || more.length > 0 || out === undefined) {
        throw new UserError(shown`name one tenant, and pass the file with --out\n\n${USAGE}`);
    }
    const localPort = port === undefined ? undefined : Number(port);
    if (localPort !== undefined && !(Number.isInteger(localPort) && localPort > 0 && localPort < 65536)) {
        throw new UserError(`--local-port ${JSON.stringify(port)} is not a port; allowed are integers from 1 to 65535`);
    }
    if (!live && (port !== undefined || bundle !== undefined)) {
        throw new UserError("--local-port and --ca-bundle require --live: add it, or remove them");
    }
    return {
        tenant,
        out: userPath(out),
        stack,
        live,
        localPort,
        caBundle: bundle === undefined ? undefined : userPath(bundle),
    };
}
