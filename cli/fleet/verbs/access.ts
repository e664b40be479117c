import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { check, renderText, unmatchedNames, unmatchedText } from "../../../access";
import type { Assertion, Violation } from "../../../access";
import { inLines, type Showable, shown } from "../../../toolkit/shown";
import { drained, print, printJson } from "../../../toolkit/terminal";
import { UserError } from "../../../toolkit/userError";
import { statementsIn, statementsOf } from "../../access/statements";
import { fromSandbox } from "../../command/fromSandbox";
import { interrupt } from "../../command/interrupt";
import { userPath } from "../../command/options";
import { ownName } from "../../command/stackName";
import { type Examined, examine } from "../access/examine";
import { grew, newSentences, type ReportedFindings, reportOn, sentencesOf } from "../access/report";
import { savedIn, saving, type StackSource } from "../access/sources";
import { chosen, flag, ofShards, text } from "../options";
import { pulumiExport, pulumiPreviews, shardSourceOf } from "../pulumi";
import { type Fleet, readFleet, type ShardStack } from "../shards";
import { verb } from "../verb";

const own = {
    ...ofShards,
    preview: flag,
    after: text,
    before: text,
    save: text,
    assertions: text,
    gate: flag,
    sandbox: flag,
} as const;

const [VIOLATED, GAINED] = [1, 3];

export const access = verb(own, async (path, options) => {
    if (options.after !== undefined && options.preview) {
        throw new UserError("--after reads documents that exist, and --preview makes new ones: pass one of the two");
    }
    const read = readFleet(path);
    const shards = chosen(read, options.shard);
    const folder = options.save === undefined ? undefined : userPath(options.save);
    // A preview costs a run, and shards that name each other's are read twice.
    const temporary =
        options.preview && folder === undefined ? mkdtempSync(join(tmpdir(), "keyless-fleet-access-")) : undefined;
    try {
        const kept = folder ?? temporary;
        const made = sourceOf(read, path, options);
        const after = kept === undefined ? made : once(made, kept);
        const before = options.before === undefined ? undefined : savedIn(userPath(options.before));
        const given = options.assertions === undefined ? undefined : statementsIn(options.assertions);
        const seen = new Seen(shards, given, options.json);
        const found = await examine(
            {
                cells: read.plan.cells,
                shards,
                versions: { after, before, compared: before !== undefined || options.preview },
            },
            (examined) => seen.take(examined),
        );
        const now = sentencesOf(found.after, shards.length);
        const news =
            found.before === undefined ? undefined : newSentences(now, sentencesOf(found.before, shards.length));
        return seen.end(now, news, options.gate);
    } finally {
        if (temporary !== undefined) {
            rmSync(temporary, { recursive: true, force: true });
        }
    }
});

interface Chosen {
    readonly after?: string | undefined;
    readonly preview: boolean;
    readonly sandbox: boolean;
}

function sourceOf({ plan, stacks }: Fleet, path: string, { after, preview, sandbox }: Chosen): StackSource {
    if (after !== undefined) {
        return savedIn(userPath(after));
    }
    const exported: StackSource = sandbox ? async (stack) => fromSandbox().stateOf(ownName(stack)) : pulumiExport;
    if (!preview) {
        return exported;
    }
    const source = shardSourceOf(path, plan);
    const previews = pulumiPreviews(source);
    return (stack) => {
        const shard = stacks.find((one) => one.stack === stack);
        if (shard === undefined) {
            return exported(stack);
        }
        return sandbox
            ? fromSandbox().previewStack(shard.name, source.configFile(shard.name))
            : previews(shard.name, shard.stack);
    };
}

/** Reads a stack from its source the first time, and then from the folder. */
function once(source: StackSource, folder: string): StackSource {
    const [writing, again, known] = [saving(source, folder), savedIn(folder), new Set<string>()];
    return async (stack) => {
        if (known.has(stack)) {
            return again(stack);
        }
        const document = await writing(stack);
        known.add(stack);
        return document;
    };
}

/** Reports each stack when it was looked at, and keeps what the end needs. */
class Seen {
    private readonly missing: string[] = [];
    private stacks = 0;
    private cells = 0;
    private violations = 0;
    private grown = false;
    /** Names in given assertions that nothing in the stacks so far has, by the assertion. */
    private unmatched: Map<string, ReadonlySet<string>> | undefined;

    constructor(
        private readonly shards: readonly ShardStack[],
        private readonly given: readonly Assertion[] | undefined,
        private readonly json: boolean,
    ) {}

    async take(examined: Examined | string): Promise<void> {
        interrupt.throwIfAborted();
        if (typeof examined === "string") {
            this.missing.push(examined);
            return;
        }
        const violations = this.violationsIn(examined);
        const report = reportOn(examined, violations, examined.kind === "shard" && !this.json);
        this.stacks += examined.kind === "shard" ? 1 : 0;
        this.cells += report.cells.length;
        this.violations += violations.length;
        this.grown ||= grew(examined);
        const { stack, kind, cell } = examined;
        if (this.json) {
            printJson({ stack, kind, cell, report });
        } else {
            print(inLines([`${stack} (${kind} of ${cell})`, "", renderText(report), ""]));
        }
        // What a reader has not taken stays in memory.
        await drained();
    }

    end(findings: ReportedFindings, news: readonly string[] | undefined, gate: boolean): number {
        const unmatched = [...(this.unmatched ?? [])].flatMap(([assertion, names]) =>
            names.size === 0 ? [] : [{ assertion, names: [...names] }],
        );
        if (unmatched.length > 0) {
            throw new UserError(unmatchedText(unmatched));
        }
        const grown = this.grown || (news ?? []).length > 0;
        const summary = {
            shards: this.stacks,
            notDeployed: this.missing,
            cells: this.cells,
            grown,
            violations: this.violations,
        };
        if (this.json) {
            printJson({ findings, ...(news !== undefined && { new: news }) });
            printJson({ summary });
        } else {
            this.print(findings, news);
        }
        const wrong = findings.crossings.length + findings.twice.length + this.violations > 0;
        return wrong ? VIOLATED : gate && grown ? GAINED : 0;
    }

    private print({ crossings, twice, several }: ReportedFindings, news: readonly string[] | undefined): void {
        const sections: (readonly [string, readonly Showable[]])[] = [
            [
                "across shards",
                crossings.flatMap(({ text: crossing, steps }) => [crossing, ...steps.map((step) => shown`  ${step}`)]),
            ],
            ["created by several stacks", twice],
            ["reach the data of several shards", several],
            ["new since the version before", news ?? []],
            ["not deployed", this.missing],
        ];
        for (const [title, lines] of sections.filter(([, found]) => found.length > 0)) {
            print(inLines([`${title}:`, ...lines.map((line) => shown`  ${line}`), ""]));
        }
        const none =
            crossings.length === 0
                ? "no shard's identity reaches another shard's data"
                : `${crossings.length} ways into other shards' data`;
        print(`${this.stacks} shards, ${this.cells} cells: ${none}`);
    }

    private violationsIn({ stack, kind, after, before }: Examined): readonly Violation[] {
        const stated = this.shards.find(({ name }) => name === stack)?.config["keyless:assertions"];
        const assertions = this.given ?? (stated === undefined ? [] : statementsOf([stated], stack));
        const models = before === undefined ? [after.model] : [after.model, before.model];
        if (kind === "platform") {
            return check(after.model, assertions, before?.model);
        }
        const unmatched = new Map(
            unmatchedNames(assertions, models).map(({ assertion, names }) => [assertion, new Set(names)]),
        );
        if (this.given === undefined && unmatched.size > 0) {
            throw new UserError(unmatchedText(unmatchedNames(assertions, models)));
        }
        const known = this.unmatched;
        // What a shard lacks, another one may have; one that gives no access says nothing.
        if (!models.some(({ cells }) => cells.length > 0)) {
            return [];
        }
        this.unmatched =
            known === undefined
                ? unmatched
                : new Map(
                      [...known].map(([assertion, names]) => [
                          assertion,
                          new Set([...names].filter((name) => unmatched.get(assertion)?.has(name))),
                      ]),
                  );
        return check(after.model, assertions, before?.model);
    }
}
