import { accessOf } from "../access";
import { BREAK_GLASS } from "../toolkit/serverNames";
import type { Fix } from "../drift/index";
import { renderFinding } from "../drift/render";
import { type DriftChoice, type DriftResult, serverDrift } from "../drift/server";
import { groupedBy } from "../toolkit/grouped";
import { type Showable, type Shown, inLines, json, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import { connect, targetOf } from "./access/connection";
import { serverFor } from "./access/server";
import { readSources } from "./access/sources";
import { fromSandbox } from "./command/fromSandbox";
import { readOptions, stackOptions, stackUsage } from "./command/options";

/** Further ones of a kind are only counted. */
const NAMED = 5;

export const USAGE = shown`usage: keyless drift [OPTIONS]

Compares the database's catalogs with what the stack declares: roles, memberships,
settings, owners and access lists of every class of objects, default privileges, what
nothing declares, and whether the break-glass login could be locked out. Prints each difference with the SQL that fixes it. Finds what a refresh
cannot: the provider reads back only what it manages.

${stackUsage}
  --live WHERE         a server on AWS instead of the sandbox's: env (PGHOST, PGUSER,
                       PGPASSWORD, …, as for psql) or postgresql://USER@HOST:PORT/DATABASE
  --after SOURCE       with --live: the resources that created the server, such as a file
                       from \`pulumi stack export\`; repeat it for several stacks
  --server NAME        with --live: the server's key among the resources
  --break-glass NAME   with --live: the break-glass login (default: ${BREAK_GLASS})
  --fix                fix the differences, each in its own transaction; on an existing server
                       only those on what the stack created
  --json               print one JSON object

The exit code is 1 when a difference remains.`;

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
            ? await fromSandbox().sandboxDrift(options, fix)
            : await liveDrift(live, after ?? [], options.stack, choice);
    print(asJson ? json(result) : inLines(renderDrift(result)));
    return result.findings.length === 0 ? 0 : 1;
}

/** A choice in which the host may stand for the server's key. */
type Choice = Omit<DriftChoice, "server"> & { readonly server: string | undefined };

async function liveDrift(where: string, after: readonly string[], stack: string, choice: Choice): Promise<DriftResult> {
    const target = targetOf(where, process.env);
    const { after: resources } = await readSources(after, { stack });
    const server = serverFor(accessOf(resources), target.host, choice.server);
    return serverDrift(resources, (database) => connect(target, database), { ...choice, server });
}

/** Everything that the command says, a line or several for each difference. */
export function renderDrift(result: DriftResult): Showable[] {
    const { findings, fixed, elsewhere, notCompared } = result;
    const besides = notCompared.length === 0 ? [] : [`not compared: ${notCompared.join(", ")}`];
    return [
        ...fixed.map(renderFix),
        ...findings.map(renderFinding),
        ...elsewhereLines(elsewhere),
        ...besides,
        summary(result),
    ];
}

/** How much others have of each kind; the JSON has each. */
function elsewhereLines(elsewhere: DriftResult["elsewhere"]): Shown[] {
    const kinds = [...groupedBy(elsewhere, ({ kind }) => kind)];
    return kinds.length === 0
        ? []
        : [
              shown`from elsewhere: ${elsewhere.length} that others have on an existing server, compared with nothing (--json has the details)`,
              ...kinds.flatMap(([kind, of]) => [
                  shown`  ${kind} (${of.length})`,
                  ...of.slice(0, NAMED).map(({ message }) => shown`    ${message}`),
                  ...(of.length > NAMED ? [shown`    and ${of.length - NAMED} more`] : []),
              ]),
          ];
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
