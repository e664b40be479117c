import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

import { accessOf, check, compare, Level, parseAssertions, renderJson, renderLive, renderMarkdown, renderPage, renderSvg, renderText, reportOf, UnreadableAssertions } from "../access";
import type { Assertion, Comparison, Report } from "../access";
import { UserError } from "../sandbox/problem";
import { findStackFile, readStackFile } from "../sandbox/run/stackFile";
import { live } from "./access/server";
import { readPreview, readSources } from "./access/sources";
import type { Read } from "./access/sources";
import { readOptions, stackOptions, stackUsage, userPath } from "./options";

const USAGE = `usage: keyless access [OPTIONS]

Computes who can reach which data, from the resources alone: of the stack's preview in the
sandbox, or of files. Checks what the config states under keyless:assertions.

${stackUsage}
  --after SOURCE       take the resources from here instead of a preview
  --before SOURCE      compare with these; with a preview, the stack's state unless given
                       SOURCE is a file (pulumi preview --json --show-sames, pulumi stack
                       export, a list of resources), stack:NAME (the sandbox's state) or
                       git:REVISION (that revision's preview); give it again for several
                       stacks together
  --save FILE          write the preview, to be given to --after or --before somewhere else
  --title TEXT         what the report is called
  --assertions FILE    check these (YAML) instead of the config's
  --markdown FILE      write the report for a pull request; - for standard output
  --html FILE          write the page
  --svg FILE           write the picture
  --json               print the report as one JSON object
  --gate               exit with 3 when anybody gains access to data
  --live WHERE         compare with a server's catalogs instead: sandbox (the stack's, with what
                       its logins really can do), env (PGHOST, PGUSER, PGPASSWORD, …, as for
                       psql) or postgresql://USER@HOST:PORT/DATABASE; what the server should
                       give is read from --after
  --server NAME        which of the resources' servers that is, where the host does not tell

The exit code is 1 when something that was stated is violated, or a server differs.`;

const options = {
    ...stackOptions,
    after: { type: "string", multiple: true },
    before: { type: "string", multiple: true },
    save: { type: "string" },
    title: { type: "string" },
    assertions: { type: "string" },
    markdown: { type: "string" },
    html: { type: "string" },
    svg: { type: "string" },
    json: { type: "boolean", default: false },
    gate: { type: "boolean", default: false },
    live: { type: "string" },
    server: { type: "string" },
} as const;

/** Exit codes besides 0 and 2, which means a wrong command line. */
const VIOLATED = 1;
const GAINED = 3;

export async function access(args: string[]): Promise<number> {
    const chosen = readOptions(args, USAGE, options);
    if (chosen === undefined) {
        return 0;
    }
    const { stack, "config-file": configFile, after, before: earlier, gate } = chosen;
    const source = { stack, configFile: configFile === undefined ? undefined : userPath(configFile) };
    if (chosen.live !== undefined) {
        const result = await live({ ...chosen, where: chosen.live }, source);
        console.log(chosen.json ? JSON.stringify(result) : renderLive(result));
        return result.differences.length > 0 ? VIOLATED : 0;
    }
    const compared = earlier === undefined ? undefined : await readSources(earlier, source);
    const read = after === undefined ? await readPreview(source, chosen.save) : await readSources(after, source);
    const assertions = assertionsFor(chosen.assertions, read, after === undefined ? source : undefined);

    const model = accessOf(read.after);
    const resources = compared?.after ?? (read.before?.length === 0 ? undefined : read.before);
    const before = resources === undefined ? undefined : accessOf(resources);
    const comparison = before === undefined ? undefined : compare(before, model);
    const violations = check(model, assertions);
    const title = chosen.title ?? `Who can reach which data: ${after === undefined ? stack : after.join(", ")}`;

    await write(reportOf(model, { title, before, comparison, violations }), chosen);
    return violations.length > 0 ? VIOLATED : gate && grows(comparison) ? GAINED : 0;
}

/** Whether anybody can read or change what they could not, or a document newly reaches more than it names. */
function grows(comparison: Comparison | undefined): boolean {
    return comparison !== undefined && (comparison.gained.some(({ level }) => level > Level.Use) || comparison.wide.length > 0);
}

/** What must hold: from the file that was given, else from the config that the resources came with, else from the stack's file. */
function assertionsFor(file: string | undefined, { config }: Read, source: { stack: string; configFile?: string | undefined } | undefined): readonly Assertion[] {
    const fromStack = (): unknown => (source === undefined ? undefined : readStackFile(source.configFile ?? findStackFile(source.stack))["keyless:assertions"]);
    const stated = file === undefined ? (parsed(config["keyless:assertions"]) ?? fromStack()) : readYaml(file);
    try {
        return parseAssertions(stated);
    } catch (error) {
        throw error instanceof UnreadableAssertions ? new UserError(error.message) : error;
    }
}

function readYaml(file: string): unknown {
    try {
        return parse(readFileSync(userPath(file), "utf8")) as unknown;
    } catch (error) {
        throw new UserError(`${file} can't be read as YAML: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** The engine hands lists in a stack's config on as JSON. */
function parsed(value: unknown): unknown {
    return typeof value === "string" ? (parse(value) as unknown) : value;
}

interface Outputs {
    readonly markdown?: string | undefined;
    readonly html?: string | undefined;
    readonly svg?: string | undefined;
    readonly json: boolean;
}

function write(report: Report, { markdown, html, svg, json }: Outputs): Promise<void> {
    const files: [string | undefined, (report: Report) => string][] = [[html, renderPage], [svg, renderSvg], [markdown === "-" ? undefined : markdown, renderMarkdown]];
    for (const [file, render] of files) {
        if (file !== undefined) {
            writeFileSync(userPath(file), render(report));
        }
    }
    const text = json ? renderJson(report) : markdown === "-" ? renderMarkdown(report) : renderText(report);
    // The process ends with exit codes: what a pipe has not taken by then would be lost.
    return new Promise((done, fail) => {
        process.stdout.write(text.endsWith("\n") ? text : `${text}\n`, (error) => (error instanceof Error ? fail(error) : done()));
    });
}
