import { brokenLines, grows, nameOf, reportOf } from "../../../access";
import type { AccessModel, Comparison, Findings, Report, Violation } from "../../../access";
import type { Examined, Side } from "./examine";

/**
 * A stack's report, without what its platform's says.
 *
 * @param own only the identities that the stack creates: who reaches the data of several shards is listed once, at the end
 */
export function reportOn(examined: Examined, violations: readonly Violation[], own: boolean): Report {
    const { stack, platform, after, before, comparison } = examined;
    const model = without(after, platform?.after);
    const urns = new Set(after.resources.map(({ urn }) => urn));
    const cells = model.cells.filter(({ identity }) => !own || identity.resources.some((urn) => urns.has(urn)));
    return reportOf(
        { ...model, cells },
        {
            title: `Who can reach which data: ${stack}`,
            ...(before === undefined ? {} : { before: without(before, platform?.before) }),
            ...(comparison === undefined ? {} : { comparison: beyond(comparison, platform?.comparison) }),
            violations,
        },
    );
}

/** Whether a stack's access grows, beyond what its platform's does. */
export function grew({ comparison, platform }: Examined): boolean {
    return comparison !== undefined && grows(beyond(comparison, platform?.comparison));
}

function without({ model }: Side, platform: Side | undefined): AccessModel {
    if (platform === undefined) {
        return model;
    }
    const cells = new Set(platform.model.cells.map(cellKey));
    const broken = new Set(brokenLines(platform.model));
    const wide = new Set(platform.model.wide.map(({ principal, reason }) => `${principal.resource.urn} ${reason}`));
    const unread = new Set(platform.model.unread.map(({ key }) => key));
    return {
        ...model,
        cells: model.cells.filter((cell) => !cells.has(cellKey(cell))),
        broken: model.broken.filter((chain) => !brokenLines({ broken: [chain] }).some((line) => broken.has(line))),
        wide: model.wide.filter(({ principal, reason }) => !wide.has(`${principal.resource.urn} ${reason}`)),
        unread: model.unread.filter(({ key }) => !unread.has(key)),
    };
}

function beyond(comparison: Comparison, platform: Comparison | undefined): Comparison {
    if (platform === undefined) {
        return comparison;
    }
    const [gained, lost] = [platform.gained, platform.lost].map((changes) => new Set(changes.map(cellKey)));
    const more = (lines: readonly string[], known: readonly string[]) => lines.filter((line) => !known.includes(line));
    return {
        ...comparison,
        gained: comparison.gained.filter((change) => gained?.has(cellKey(change)) !== true),
        lost: comparison.lost.filter((change) => lost?.has(cellKey(change)) !== true),
        wide: more(comparison.wide, platform.wide),
        broken: more(comparison.broken, platform.broken),
        openings: more(comparison.openings, platform.openings),
        privileges: more(comparison.privileges, platform.privileges),
        unread: more(comparison.unread, platform.unread),
    };
}

function cellKey({ identity, datum }: Pick<AccessModel["cells"][number], "identity" | "datum">): string {
    return `${identity.key}\n${datum.key}`;
}

/** What several shards show together, in sentences. */
export interface ReportedFindings {
    readonly crossings: readonly { readonly text: string; readonly steps: readonly string[] }[];
    readonly twice: readonly string[];
    readonly several: readonly string[];
}

export function sentencesOf({ crossings, twice, several }: Findings, shards: number): ReportedFindings {
    return {
        crossings: crossings.map(({ text, steps }) => ({ text, steps: steps.map((step) => step.text) })),
        twice: twice.map(({ what, name, place, stacks }) => {
            return `${what} ${name}${place === "" ? "" : ` of ${place}`} is created by ${stacks.join(" and ")}`;
        }),
        several: several.map(({ identity, level, shards: reached }) => {
            const where = reached.length <= 5 ? reached.join(", ") : `${reached.length} of ${shards} shards`;
            return `${identity} may ${nameOf(level)} in ${where}`;
        }),
    };
}

/** What is new, by its sentence. */
export function newSentences(now: ReportedFindings, before: ReportedFindings): readonly string[] {
    const all = ({ crossings, twice, several }: ReportedFindings) => [
        ...crossings.map(({ text }) => text),
        ...twice,
        ...several,
    ];
    const known = new Set(all(before));
    return all(now).filter((sentence) => !known.has(sentence));
}
