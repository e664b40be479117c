import { EFFECT_LABELS, EFFECTS } from "../consequences/effect";
import type { Report, ReportedChange } from "./report";

/** The most important notices, one sentence each, worst first. */
export function noticesOf({ withdrawn = [] }: Pick<Report, "withdrawn">): readonly string[] {
    const words = {
        removed: "no longer stated",
        weakened: "stated less strictly than before",
        idle: "names what this change removes or renames",
    };
    return withdrawn.map(({ assertion, how }) => `${words[how]}: ${assertion}`);
}

/** What the matrix cannot know of databases and namespaces that exist without the stack, one sentence for each kind. */
export function existingOf(report: Pick<Report, "existing" | "existingNamespaces">): readonly string[] {
    const { existing = [], existingNamespaces = [] } = report;
    const [subject, verb, whose] =
        existing.length === 1 ? ["the database", "is", "its"] : ["the databases", "are", "their"];
    const databases = `${subject} ${existing.join(", ")} ${verb} not this stack's: what ${whose} catalogs give others shows only with --live`;
    const [space, its] = existingNamespaces.length === 1 ? ["namespace", "its"] : ["namespaces", "their"];
    const namespaces = `the ${space} ${existingNamespaces.join(", ")} existed before this stack: ${its} other bindings and workloads are not read`;
    return [...(existing.length === 0 ? [] : [databases]), ...(existingNamespaces.length === 0 ? [] : [namespaces])];
}

type Besides = Pick<Report, "newlyWide" | "newOpenings" | "newlyUnread" | "newPrivileges">;

/** A change's effects besides matrix cells, one sentence each, worst first; reports show them after gained access. */
export function besidesOf(report: Besides): readonly string[] {
    return [...gravestOf(report), ...othersOf(report)];
}

/** The effects that each matter individually: no number of others may hide one. */
export function gravestOf({ newlyWide = [], newOpenings = [], newlyUnread = [] }: Besides): readonly string[] {
    return [...newlyWide, ...newOpenings, ...newlyUnread.map((line) => `not modelled, and may give access: ${line}`)];
}

/** Privileges that no identity can use, or that all have, by resource; many may be alike. */
export function othersOf({ newPrivileges = [] }: Besides): readonly string[] {
    return newPrivileges;
}

/** Whether a change only lets an identity connect and read catalogs. */
export function isSlight({ level, risks }: ReportedChange): boolean {
    return level === "use" && !risks.includes("enters");
}

/** The violated assertion, as displayed. */
export function statementOf({ assertion, withdrawn }: Report["violations"][number]): string {
    return withdrawn === true ? `${assertion} (stated before this change)` : assertion;
}

/** Unread resources, a line for each kind with the count and the first few. */
export function unreadLines({ unread }: Pick<Report, "unread">): readonly string[] {
    return unread.map(({ what, count, names }) => `${what}${count > 1 ? ` (${count})` : ""}: ${firstOf(names)}`);
}

/** How many resources, or arguments of resources, the model does not read. */
export function unreadCount({ unread }: Pick<Report, "unread">): number {
    return unread.reduce((sum, { count }) => sum + count, 0);
}

function firstOf(names: readonly string[]): string {
    return `${names.slice(0, 3).join(", ")}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
}

/** What a change does to what runs, by effect, worst first: a title and a sentence for each group of resources. */
export function consequenceSections({
    consequences = [],
}: Pick<Report, "consequences">): readonly (readonly [title: string, lines: readonly string[]])[] {
    return EFFECTS.map(
        (effect) =>
            [
                EFFECT_LABELS[effect],
                consequences
                    .filter((one) => one.effect === effect)
                    .map(({ operation, properties, resources }) => {
                        const because = properties.length === 0 ? "" : ` (${properties.join(", ")})`;
                        return `${operation}${because}: ${firstOf(resources)}`;
                    }),
            ] as const,
    ).filter(([, lines]) => lines.length > 0);
}
