import { visible } from "../../toolkit/visible";
import { RISK_LABELS } from "../compare/risk";
import type { Step } from "../model/describe";
import {
    besidesOf,
    existingOf,
    consequenceSections,
    gravestOf,
    isSlight,
    noticesOf,
    othersOf,
    statementOf,
    unreadCount,
    unreadLines,
} from "./notices";
import { LEVEL_NAMES } from "./report";
import type { Report, ReportedChange } from "./report";
import { escapeMarkup } from "../../toolkit/markup";

/** The workflow finds its own comment by this invisible marker. */
export const MARKER = "<!-- keyless-access -->";

/** GitHub's limit for a comment: https://docs.github.com/rest/issues/comments. */
const LIMIT = 65_536;
const ROWS = 20;
const CHAINS = 50;
const SEVERAL = 4;

/** A report for a pull request: a short summary of the changes, everything else folded. */
export function renderMarkdown(report: Report): string {
    const { changes = [], violations } = report;
    const gained = changes.filter((change) => change.direction === "gained" && !isSlight(change));
    const lost = changes.filter((change) => change.direction === "lost" && !isSlight(change));
    const slight = changes.filter(isSlight);
    const sections = [
        MARKER,
        `### ${escape(report.title)}`,
        warned(noticesOf(report)),
        violations.length > 0 ? violated(report) : "",
        report.changes === undefined ? matrix(report) : summary(report, gained, lost),
        gained.length > 0 ? table(gained) : "",
        warned(gravestOf(report), Number.POSITIVE_INFINITY),
        warned(othersOf(report)),
        running(report),
        existingOf(report).map(escape).join("\n"),
        fold(`Chains of the gained access`, chains(gained)),
        lost.length > 0 ? fold(`No longer (${lost.length})`, table(lost)) : "",
        fold(`Newly broken chains (${report.newlyBroken?.length ?? 0})`, bullets(report.newlyBroken ?? [])),
        fold(`Connections and the like, no data (${slight.length})`, slight.length > 0 ? table(slight) : ""),
        report.changes === undefined ? "" : fold("Who reaches what after the change", matrix(report)),
        fold(`Not modelled, and may give access (${unreadCount(report)})`, bullets(unreadLines(report))),
    ];
    return shortened(sections.filter((section) => section !== ""));
}

function summary(report: Report, gained: readonly ReportedChange[], lost: readonly ReportedChange[]): string {
    if (gained.length === 0 && lost.length === 0) {
        const besides = besidesOf(report).length > 0;
        return besides
            ? "No identity can read or change more in the matrix, but the following may give access:"
            : "No identity can read or change more than before.";
    }
    const crossing = gained.filter(({ risks }) => risks.includes("crosses")).length;
    const counts = [
        gained.length > 0 ? `**${gained.length} gained**` : "nothing gained",
        ...(crossing > 0 ? [`**${crossing} ${crossing === 1 ? "reaches" : "reach"} another identity's data**`] : []),
        `${lost.length} lost`,
    ];
    return counts.join(" · ");
}

function warned(notices: readonly string[], rows = ROWS): string {
    const more = notices.length > rows ? [`- and ${notices.length - rows} more`] : [];
    return [...notices.slice(0, rows).map((notice) => `- ⚠ **${escape(notice)}**`), ...more].join("\n");
}

/** The change's effects on what runs, worst first. */
function running(report: Report): string {
    const lines = consequenceSections(report).flatMap(([title, below]) =>
        below.map((line) => `- **${title}**: ${escape(line)}`),
    );
    const more = lines.length > ROWS ? [`- and ${lines.length - ROWS} more`] : [];
    return lines.length === 0
        ? ""
        : ["**What the change does to what runs**", "", ...lines.slice(0, ROWS), ...more].join("\n");
}

function violated({ violations }: Report): string {
    const lines = violations
        .slice(0, ROWS)
        .map((one) => `- **${escape(statementOf(one))}** is violated: ${escape(one.text)}`);
    const more = violations.length > ROWS ? [`- and ${violations.length - ROWS} more`] : [];
    const how = violations
        .slice(0, ROWS)
        .map(({ text, chains: paths }) => [escape(text), ...paths.slice(0, 3).map(list)].join("\n\n"));
    return [...lines, ...more, "", fold("The violating chains", how.join("\n\n"))].join("\n");
}

function table(changes: readonly ReportedChange[]): string {
    const groups = merged(changes);
    const rows = groups.slice(0, ROWS).map(({ identities, level, places, risks, causes }) => {
        const why = risks.map((risk) => RISK_LABELS[risk]).join("; ");
        return `| ${several(identities)} | ${level} | ${several(places)} | ${risks[0] === "crosses" ? `**${why}**` : why} | ${causeText(causes)} |`;
    });
    const more = groups.length > ROWS ? `\n\nand ${groups.length - ROWS} more` : "";
    return `| who | may | what | note | through |\n|---|---|---|---|---|\n${rows.join("\n")}${more}`;
}

interface Row extends Pick<ReportedChange, "level" | "risks" | "causes"> {
    readonly identities: readonly string[];
    readonly places: readonly string[];
}

/** Groups similar changes: one identity's gains in many places, then many identities' gains in the same place. */
function merged(changes: readonly ReportedChange[]): readonly Row[] {
    const single = changes.map(({ identity, place, level, risks, causes }): Row => ({
        identities: [identity],
        places: [place],
        level,
        risks,
        causes,
    }));
    const byIdentity = together(single, ({ identities, level, risks }) => [identities, level, risks]);
    return together(byIdentity, ({ places, level, risks }) => [places, level, risks]);
}

function together(rows: readonly Row[], likeness: (row: Row) => unknown): readonly Row[] {
    const groups = new Map<string, Row>();
    for (const row of rows) {
        const key = JSON.stringify(likeness(row));
        const known = groups.get(key);
        const join = (part: "identities" | "places" | "causes"): string[] => [
            ...new Set([...(known?.[part] ?? []), ...row[part]]),
        ];
        groups.set(key, { ...row, identities: join("identities"), places: join("places"), causes: join("causes") });
    }
    return [...groups.values()];
}

/** The first few by name. */
function several(names: readonly string[]): string {
    const shown = names.slice(0, SEVERAL).map(code).join(", ");
    return names.length > SEVERAL ? `${shown} and ${names.length - SEVERAL} more` : shown;
}

function causeText(causes: readonly string[]): string {
    const shown = causes.slice(0, 3).map(code).join(", ");
    return causes.length > 3 ? `${shown} and ${causes.length - 3} more` : shown;
}

function chains(changes: readonly ReportedChange[]): string {
    return changes
        .slice(0, CHAINS)
        .map(({ identity, level, place, details, steps }) => {
            const what = details.map(({ on, privileges }) => `${privileges.join(", ")} on ${on}`).join("; ");
            return `**${escape(identity)}** may ${level} **${escape(place)}** (${escape(what)})\n\n${list(steps)}`;
        })
        .join("\n\n");
}

/** The matrix as a table: a row per identity, with its highest level in each schema. */
function matrix({ identities, data, cells }: Report): string {
    const rows = new Map<number, Map<string, number>>();
    for (const { identity, datum, level, change } of cells) {
        const found = data[datum];
        const place =
            found?.schema === undefined
                ? found?.kind === "server"
                    ? `all of ${found.server}`
                    : undefined
                : `${found.database}/${found.schema}`;
        if (place === undefined || change === "lost") {
            continue;
        }
        const row = rows.get(identity) ?? new Map<string, number>();
        row.set(place, Math.max(row.get(place) ?? 0, LEVEL_NAMES.indexOf(level)));
        rows.set(identity, row);
    }
    const lines = [...rows].flatMap(([identity, places]) => {
        const reached = [...places]
            .filter(([, level]) => level > 0)
            .map(([place, level]) => `${LEVEL_NAMES[level]} ${code(place)}`);
        return reached.length === 0
            ? []
            : [
                  `| ${code(identities[identity]?.label ?? "")} | ${reached.slice(0, ROWS).join(", ")}${reached.length > ROWS ? " …" : ""} |`,
              ];
    });
    const shown = lines.slice(0, 200);
    const more = lines.length > shown.length ? `\n\nand ${lines.length - shown.length} more` : "";
    return lines.length === 0
        ? "No identity reaches any data."
        : `| who | may |\n|---|---|\n${shown.join("\n")}${more}`;
}

function list(steps: readonly Step[]): string {
    const words = { holds: "", expected: " *(expected)*", missing: " **(missing)**" };
    return steps.map(({ text, state }, index) => `${index + 1}. ${escape(text)}${words[state]}`).join("\n");
}

function bullets(lines: readonly string[]): string {
    const more = lines.length > CHAINS ? [`- and ${lines.length - CHAINS} more`] : [];
    return [...lines.slice(0, CHAINS).map((line) => `- ${escape(line)}`), ...more].join("\n");
}

function fold(title: string, body: string): string {
    return body === "" ? "" : `<details><summary>${escape(title)}</summary>\n\n${body}\n\n</details>`;
}

/** Drops sections from the end until the rest fits into a comment. */
function shortened(sections: readonly string[]): string {
    const note = "\n\nThe rest is in this report's page.";
    const kept = [...sections];
    while (kept.length > 2 && kept.join("\n\n").length > LIMIT - note.length) {
        kept.pop();
    }
    const text = kept.join("\n\n");
    return kept.length === sections.length ? `${text}\n` : `${text.slice(0, LIMIT - note.length - 1)}${note}\n`;
}

function code(text: string): string {
    return `<code>${escape(text)}</code>`;
}

/**
 * Names come from the pull request's author: nothing in them may be markup, a link, a mention, a reference or an emoji. GitHub
 * looks for mentions and addresses after decoding entities, so a zero-width space precedes each of them.
 */
function escape(text: string): string {
    // Visible text contains no such space.
    const broken = visible(text)
        .replace(/:(?=[\w+-]+:)/g, ":\u200b")
        .replace(/\bGH-(?=\d)/gi, (reference) => `${reference}\u200b`);
    return escapeMarkup(broken)
        .replace(/[\\`*_{}[\]()#+!|~]/g, (character) => `&#${character.charCodeAt(0)};`)
        .replaceAll("@", "&#64;&#8203;")
        .replaceAll("&#35;", "&#35;&#8203;")
        .replaceAll("\u200b", "&#8203;")
        .replace(/:\/\/|www\./gi, (address) => `${address.slice(0, 1)}&#8203;${address.slice(1)}`);
}
