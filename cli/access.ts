import { writeFileSync } from "node:fs";

import {
    accessOf,
    check,
    compare,
    consequencesOf,
    disrupts,
    grows,
    operationsBetween,
    renderLive,
    renderMarkdown,
    renderPage,
    renderSvg,
    renderText,
    reportOf,
    rowSecurityChanges,
    unmatchedNames,
    unmatchedText,
    violatedByChange,
    withdrawn,
    worst,
} from "../access";
import type { Assertion, LiveResult, Report } from "../access";
import { SettingsError } from "../config/problems";
import { UserError } from "../toolkit/userError";
import { isRecord } from "../toolkit/record";
import { readUserInput, withPath } from "../toolkit/system/userFile";
import { findStackFile, readStackFile } from "../toolkit/system/stackFile";
import { documentText, json, reason, shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { live } from "./access/server";
import { readPreview, readSources, requireResources } from "./access/sources";
import type { Read } from "./access/sources";
import { statementsIn, statementsOf } from "./access/statements";
import { readOptions, stackOptions, stackUsage, userPath } from "./command/options";

export const USAGE = shown`usage: keyless access [OPTIONS]

Computes who can reach which data from the resources alone: from the stack's preview in the
sandbox, or from files. Checks the assertions under keyless:assertions; a comparison also
checks assertions of the earlier version that the later one no longer states.

${stackUsage}
  --after SOURCE       read the resources from here instead of from a preview
  --before SOURCE      compare with these (default for a preview: the stack's state)
                       SOURCE is a file (pulumi preview --json --show-sames, pulumi stack
                       export, a list of resources), stack:NAME (the sandbox's state) or
                       git:REVISION (that revision's preview); repeat it to combine
                       several stacks
  --save FILE          write the preview, for --after or --before elsewhere
  --title TEXT         the report's title
  --assertions FILE    check these assertions (YAML) instead of the config's
  --markdown FILE      write the report for a pull request (- for standard output)
  --html FILE          write the report as an HTML page
  --svg FILE           write the matrix as an SVG picture
  --json               print the report as one JSON object
  --gate               exit with 3 when an identity gains access to data, an assertion is
                       dropped or weakened, or something that may give access in a way that
                       the matrix does not model is new or changed
  --gate-disruption    exit with 4 when the change deletes, replaces or interrupts what holds
                       data or carries traffic (5 if --gate also applies)
  --live WHERE         compare with a server's catalogs instead: sandbox (the stack's, also
                       attempting every access as its logins), env (PGHOST, PGUSER,
                       PGPASSWORD, …, as for psql) or postgresql://USER@HOST:PORT/DATABASE;
                       the expected access is computed from --after. Lists row-level security
                       policies and who bypasses them; --before FILE, the output of an earlier
                       --live with --json, adds what changed in them, and --gate exits with 3
                       then
  --server NAME        the server's key among the resources, if the host is ambiguous

The exit code is 1 when an assertion is violated or a server differs, and 2 when that cannot be
determined: a document is empty or cannot be read, or a preview failed or was created without
--show-sames.`;

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
    "gate-disruption": { type: "boolean", default: false },
    live: { type: "string" },
    server: { type: "string" },
} as const;

/** Exit codes besides 0 and 2; 2 means an invalid command line or an undetermined result. */
const VIOLATED = 1;
const GAINED = 3;
const DISRUPTED = 4;
const GAINED_AND_DISRUPTED = 5;

export async function access(args: string[]): Promise<number> {
    const chosen = readOptions(args, USAGE, options);
    if (chosen === undefined) {
        return 0;
    }
    try {
        return await answer(chosen);
    } catch (error) {
        // Node exits with 1 after a crash, which here would mean a violated assertion.
        throw error instanceof UserError || error instanceof SettingsError
            ? error
            : new UserError(shown`cannot compute who can reach what: ${reason(error)}`);
    }
}

type Chosen = NonNullable<ReturnType<typeof readOptions<typeof options>>>;

async function answer(chosen: Chosen): Promise<number> {
    const { stack, "config-file": configFile, after, before: earlier, gate } = chosen;
    const source = { stack, configFile: configFile === undefined ? undefined : userPath(configFile) };
    if (chosen.live !== undefined) {
        const earlierResult = earlier === undefined ? undefined : earlierLive(earlier);
        const found = await live({ ...chosen, where: chosen.live }, source);
        const changes = earlierResult && rowSecurityChanges(earlierResult.rowSecurity, found.rowSecurity);
        const result = changes === undefined ? found : { ...found, rowSecurityChanges: changes };
        print(chosen.json ? json(result) : renderLive(result));
        return result.differences.length > 0 ? VIOLATED : gate && (changes ?? []).length > 0 ? GAINED : 0;
    }
    const compared = earlier === undefined ? undefined : await readSources(earlier, source);
    const read = after === undefined ? await readPreview(source, chosen.save) : await readSources(after, source);
    requireResources(read, after === undefined ? stack : after.join(", "));
    // Assertions from a file apply to both versions.
    const given = chosen.assertions === undefined ? undefined : statementsIn(chosen.assertions);
    const assertions = given ?? statementsFor(read, after === undefined ? source : undefined);
    const earlierAssertions = given ?? statementsOf(compared?.stated ?? [], "the config of --before");

    const model = accessOf(read.after);
    const resources = compared?.after ?? (read.before?.length === 0 ? undefined : read.before);
    const before = resources === undefined ? undefined : accessOf(resources);
    const comparison = before === undefined ? undefined : compare(before, model);
    const unmatched = unmatchedNames(assertions, before === undefined ? [model] : [model, before]);
    if (unmatched.length > 0) {
        throw new UserError(unmatchedText(unmatched));
    }
    const violations = check(model, assertions, before);
    const gone = before && withdrawn(earlierAssertions, assertions, { before, after: model });
    const brought =
        before === undefined || comparison === undefined ? [] : violatedByChange(gone ?? [], before, model, comparison);
    const title = chosen.title ?? `Who can reach which data: ${after === undefined ? stack : after.join(", ")}`;

    const versions = compared === undefined ? [] : operationsBetween(compared.after, read.after);
    const consequences = resources && consequencesOf(worst([...versions, ...(read.operations ?? [])]));

    write(
        reportOf(model, {
            title,
            before,
            comparison,
            violations,
            withdrawn: gone,
            violatedByChange: brought,
            consequences,
        }),
        chosen,
    );
    if (violations.length > 0 || brought.length > 0) {
        return VIOLATED;
    }
    const gained = gate && comparison !== undefined && (grows(comparison) || (gone ?? []).length > 0);
    const disrupted = chosen["gate-disruption"] && consequences !== undefined && disrupts(consequences);
    return gained ? (disrupted ? GAINED_AND_DISRUPTED : GAINED) : disrupted ? DISRUPTED : 0;
}

/** The printed result of an earlier `--live … --json`. */
function earlierLive(files: readonly string[]): Pick<LiveResult, "rowSecurity"> {
    const [file, ...more] = files;
    if (file === undefined || more.length > 0) {
        throw new UserError(
            "--live compares with one earlier result: pass --before FILE with the output of --live WHERE --json",
        );
    }
    const text = readUserInput(file === "-" ? file : userPath(file));
    let document: unknown;
    try {
        document = JSON.parse(text);
    } catch (error) {
        throw new UserError(
            shown`${file} can't be read as JSON: ${reason(error)}; pass the output of --live WHERE --json`,
        );
    }
    if (!isRecord(document) || !Array.isArray(document["rowSecurity"])) {
        throw new UserError(shown`${file} has no rowSecurity; pass the output of --live WHERE --json`);
    }
    return document as unknown as Pick<LiveResult, "rowSecurity">;
}

/** The assertions: from the config that came with the resources, else from the stack's file. */
function statementsFor(
    { stated }: Read,
    source: { stack: string; configFile?: string | undefined } | undefined,
): readonly Assertion[] {
    if (stated.length > 0 || source === undefined) {
        return statementsOf(stated, "the config");
    }
    const file = source.configFile ?? findStackFile(source.stack);
    return statementsOf([readStackFile(file)["keyless:assertions"]], file);
}

interface Outputs {
    readonly markdown?: string | undefined;
    readonly html?: string | undefined;
    readonly svg?: string | undefined;
    readonly json: boolean;
}

function write(report: Report, { markdown, html, svg, json: asJson }: Outputs): void {
    const files: [string | undefined, (report: Report) => string][] = [
        [html, renderPage],
        [svg, renderSvg],
        [markdown === "-" ? undefined : markdown, renderMarkdown],
    ];
    for (const [file, render] of files) {
        if (file !== undefined) {
            const path = userPath(file);
            withPath(path, () => writeFileSync(path, render(report)));
        }
    }
    print(asJson ? json(report) : markdown === "-" ? documentText(renderMarkdown(report)) : renderText(report));
}
