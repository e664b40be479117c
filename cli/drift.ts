import { accessOf, resourceIdOf } from "../access";
import type { Resource } from "../access";
import { findDrift, fixAll, readFacts, type Finding, type Fix } from "../drift/index";
import { BREAK_GLASS } from "../toolkit/serverNames";
import { UserError } from "../toolkit/userError";
import { copyable } from "../toolkit/copyable";
import { type Shown, inLines, json, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { connect, targetOf } from "./access/connection";
import { serverFor } from "./access/server";
import { readSources } from "./access/sources";
import { needStack, withPlatform } from "./sandbox/stacks";
import { readOptions, stackOptions, stackUsage } from "./command/options";
import type { Session as DatabaseSession } from "../toolkit/session";
import { Sessions } from "../toolkit/sessions";
import { inSession, type Session } from "./sandbox/session";

export const USAGE = shown`usage: keyless drift [OPTIONS]

Compares the database's catalogs with what the stack declares: roles, memberships,
settings, owners, access lists, default privileges, and whether the break-glass login could
be locked out. Prints each difference with the SQL that fixes it. Finds what a refresh
cannot: the provider reads back only what it manages.

${stackUsage}
  --live WHERE         a server on AWS instead of the sandbox's: env (PGHOST, PGUSER,
                       PGPASSWORD, …, as for psql) or postgresql://USER@HOST:PORT/DATABASE
  --after SOURCE       with --live: the resources that created the server, such as a file
                       from \`pulumi stack export\`; repeat it for several stacks
  --server NAME        with --live: the server's key among the resources
  --break-glass NAME   with --live: the break-glass login (default: ${BREAK_GLASS})
  --fix                fix the differences, each in its own transaction
  --json               print one JSON object

The exit code is 1 when a difference remains.`;

/** What `--json` prints. */
export interface DriftResult {
    readonly findings: readonly Finding[];
    /** With `--fix`: each attempted fix, with the server's message if it failed. */
    readonly fixed: readonly Fix[];
}

export async function drift(args: string[]): Promise<number> {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const options = readOptions(args, USAGE, {
        ...stackOptions,
        live: text,
        after: { type: "string", multiple: true },
        server: text,
        "break-glass": text,
        fix: flag,
        json: flag,
    });
    if (options === undefined) {
        return 0;
    }
    const { live, after, fix, json: asJson } = options;
    const choice = { server: options.server, breakGlass: options["break-glass"] ?? BREAK_GLASS, fix };
    if (live !== undefined && after === undefined) {
        throw new UserError(
            "--live requires the resources that created the server: pass --after FILE with the output of `pulumi stack export`",
        );
    }
    const result =
        live === undefined
            ? await sandboxDrift(options, fix)
            : await liveDrift(live, after ?? [], options.stack, choice);
    const { findings, fixed } = result;
    print(asJson ? json(result) : inLines([...fixed.map(renderFix), ...findings.map(renderFinding), summary(result)]));
    return findings.length === 0 ? 0 : 1;
}

/** The drift of a stack that runs in the sandbox. */
async function sandboxDrift(
    options: { readonly stack: string; readonly "config-file"?: string | undefined },
    fix: boolean,
): Promise<DriftResult> {
    needStack(options.stack);
    return inSession(options, (session) => stackDrift(session, options.stack, fix));
}

/** The drift of every server that a sandbox stack, or its platform stack, created. */
export async function stackDrift(
    { server, settings }: Pick<Session, "server" | "settings">,
    stack: string,
    fix: boolean,
): Promise<DriftResult> {
    const { platform, access } = settings;
    const { resources, mine } = withPlatform(stack, typeof platform === "string" ? platform : undefined);
    const results: DriftResult[] = [];
    for (const { server: declared } of accessOf(resources).servers) {
        const id = resourceIdOf(declared);
        if (id !== undefined && mine.has(declared.resource?.urn ?? "")) {
            const postgres = await server.postgresFor(id);
            const choice = { server: declared.key, breakGlass: access?.breakGlass ?? BREAK_GLASS, fix };
            results.push(await serverDrift(resources, (database) => postgres.guardedAdmin(database), choice));
        }
    }
    return { findings: results.flatMap(({ findings }) => findings), fixed: results.flatMap(({ fixed }) => fixed) };
}

interface Choice {
    readonly server?: string | undefined;
    readonly breakGlass: string;
    readonly fix: boolean;
}

async function liveDrift(where: string, after: readonly string[], stack: string, choice: Choice): Promise<DriftResult> {
    const target = targetOf(where, process.env);
    const { after: resources } = await readSources(after, { stack });
    const server = serverFor(accessOf(resources), target.host, choice.server);
    return serverDrift(resources, (database) => connect(target, database), { ...choice, server });
}

/** Finds differences, fixes them if requested, and looks again for what remains. */
async function serverDrift(
    resources: readonly Resource[],
    open: (database: string) => Promise<DatabaseSession>,
    choice: Choice & { readonly server: string },
): Promise<DriftResult> {
    const sessions = new Sessions(open);
    const databases = databasesOf(resources, choice.server);
    const look = async () => findDrift(resources, await readFacts(sessions.ask, databases), choice);
    try {
        const findings = await look();
        if (!choice.fix || findings.length === 0) {
            return { findings, fixed: [] };
        }
        const fixed = await fixAll((database) => sessions.in(database), findings);
        return { findings: await look(), fixed };
    } finally {
        await sessions.end();
    }
}

/** The databases that the resources use; others are out of scope. */
function databasesOf(resources: readonly Resource[], key: string): string[] {
    const server = accessOf(resources).servers.find((one) => one.server.key === key);
    const objects = server?.rights.world.objects ?? [];
    return [...new Set(objects.filter(({ kind }) => kind === "database").map(({ name }) => name))];
}

/** A difference, and below it the SQL that fixes it. */
export function renderFinding({ kind, message, sql }: Finding): Shown {
    return inLines([`${kind}: ${message}`, ...sql.map((statement) => shown`    ${copyable(statement)}`)]);
}

function renderFix({ finding, failure }: Fix): string {
    return failure === undefined ? `fixed: ${finding.message}` : `not fixed: ${finding.message} (${failure})`;
}

function summary({ findings, fixed }: DriftResult): string {
    const done = fixed.filter(({ failure }) => failure === undefined).length;
    const what = fixed.length === 0 ? "" : `${done} fixed, `;
    return findings.length === 0
        ? `${what}the server is as declared`
        : `${what}${findings.length} ${findings.length === 1 ? "difference" : "differences"}`;
}
