import { type Showable, type Shown, asShown, inLines, padded, separated, shown, widthOf } from "../../toolkit/shown";
import { RISK_LABELS } from "../compare/risk";
import { essential, gridOf } from "./grid";
import {
    besidesOf,
    consequenceSections,
    existingOf,
    isSlight,
    noticesOf,
    statementOf,
    unreadCount,
    unreadLines,
} from "./notices";
import type { Report } from "./report";

/** Further lines of one kind are only counted; the page and the JSON have them all. */
const MOST = 40;

/** A report for a terminal, without colors. */
export function renderText(report: Report): Shown {
    const { changes } = report;
    const listed = changes?.filter((change) => !isSlight(change)) ?? [];
    const sections = [
        section("look at first", noticesOf(report)),
        section(
            "must not be",
            report.violations.map((violation) => `${statementOf(violation)}: ${violation.text}`),
        ),
        changes === undefined || listed.length > 0
            ? undefined
            : "no identity can read or change more or less than before",
        section(
            "gained and lost",
            listed.map(({ direction, identity, level, place, risks, causes }) => {
                const note = risks.length === 0 ? "" : ` (${risks.map((risk) => RISK_LABELS[risk]).join("; ")})`;
                const through =
                    causes.length === 0
                        ? ""
                        : `, through ${causes.slice(0, 3).join(", ")}${causes.length > 3 ? " and more" : ""}`;
                return `${direction === "gained" ? "+" : "-"} ${identity} ${level} ${place}${note}${through}`;
            }),
        ),
        section("may also give access", besidesOf(report)),
        section(
            "what the change does to what runs",
            consequenceSections(report).flatMap(([title, lines]) => lines.map((line) => `${title}: ${line}`)),
        ),
        section("who reaches what", matrix(report)) ?? shown`no identity reaches any data`,
        ...existingOf(report).map((line) => shown`${line}`),
        section(
            "reaches more than it names",
            report.wide.map(({ principal, reason }) => `${principal}: ${reason}`),
        ),
        section(`not modelled, and may give access (${unreadCount(report)})`, unreadLines(report)),
        section(
            "broken chains",
            report.broken.map(({ identity, login, missing }) => `${identity} → ${login}: ${missing.join("; ")}`),
        ),
    ];
    return separated(
        sections.filter((one) => one !== undefined),
        shown`\n\n`,
    );
}

/** A line for each identity and place. */
function matrix(report: Report): Shown[] {
    const { rows, columns, cells } = essential(gridOf(report));
    const lines = cells
        .filter(({ change, level }) => change !== "lost" && level !== "use")
        .sort((one, other) => one.row - other.row || one.column - other.column)
        .map(({ row, column, level, certain }) => {
            const { label = "", within = "", kind } = columns[column] ?? {};
            const place = kind === "server" ? label : `${within}/${label}`;
            return [
                asShown(report.identities[rows[row] ?? 0]?.label ?? ""),
                asShown(level),
                shown`${place}${certain ? "" : shown` (expected)`}`,
            ] as const;
        });
    const [who, may] = [0, 1].map((part) => Math.max(...lines.map((line) => widthOf(line[part] ?? ""))));
    return lines.map(
        ([identity, level, place]) => shown`${padded(identity, who ?? 0)}  ${padded(level, may ?? 0)}  ${place}`,
    );
}

function section(title: string, lines: readonly Showable[]): Shown | undefined {
    if (lines.length === 0) {
        return undefined;
    }
    const more = lines.length > MOST ? [shown`  and ${lines.length - MOST} more`] : [];
    return inLines([`${title}:`, ...lines.slice(0, MOST).map((line) => shown`  ${line}`), ...more]);
}
