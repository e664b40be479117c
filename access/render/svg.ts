import { withVisibleTexts } from "../../toolkit/visible";
import { essential, gridOf } from "./grid";
import type { GridCell } from "./grid";
import { LEVEL_NAMES } from "./report";
import type { LevelName, Report } from "./report";
import { escapeMarkup } from "../../toolkit/markup";

/** The limit of what is readable in a picture without scrolling; the page shows all. */
const MOST = 60;
/** Pixels. */
const CELL = 26;
const CHARACTER = 7;
const LETTERS: Readonly<Record<LevelName, string>> = {
    use: "·",
    read: "R",
    write: "W",
    create: "C",
    own: "O",
    administer: "A",
};

const STYLE = `
  svg { --paper: #ffffff; --ink: #1f2430; --faint: #8a93a3; --line: #e5e8ee; --use: #cbd2dd; --read: #2f6fc9; --write: #4b4fc4; --create: #945c0c; --own: #b94f14; --administer: #b3261e; --on: #ffffff }
  @media (prefers-color-scheme: dark) { svg { --paper: #12151c; --ink: #e6e9f0; --faint: #8a93a3; --line: #262c38; --use: #3a4252; --read: #6ea3ef; --write: #9a9cf2; --create: #e0a84a; --own: #f08a4b; --administer: #ff7b72; --on: #12151c } }
  text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: var(--ink) } .faint { fill: var(--faint) } .letter { font-weight: 600; text-anchor: middle } .on { fill: var(--on) }
  .line { stroke: var(--line) } .gained { fill: none; stroke: var(--ink); stroke-width: 2 } .expected { stroke: var(--faint); stroke-dasharray: 3 2; stroke-width: 1.5 }`;

/** The matrix as a picture, light or dark like the reader's color scheme. */
export function renderSvg(exact: Report): string {
    // XML 1.0 cannot represent most control characters: https://www.w3.org/TR/xml/#charsets
    const report = withVisibleTexts(exact);
    const grid = essential(gridOf(report));
    const rows = grid.rows.slice(0, MOST);
    const columns = grid.columns.slice(0, MOST);
    const cells = grid.cells.filter(({ row, column }) => row < rows.length && column < columns.length);
    const names = rows.map((identity) => report.identities[identity]?.label ?? "");
    const left = 24 + Math.min(320, Math.max(60, ...names.map((name) => name.length * CHARACTER)));
    const top = 60 + Math.min(220, Math.max(30, ...columns.map(({ label }) => label.length * CHARACTER * 0.75)));
    const bottom = top + rows.length * CELL;
    const width = Math.max(left + columns.length * CELL + 170, 640);
    const x = (column: number): number => left + column * CELL;
    const y = (row: number): number => top + row * CELL;
    const hidden = [
        ...(grid.rows.length > rows.length ? [`${grid.rows.length - rows.length} more identities`] : []),
        ...(grid.columns.length > columns.length ? [`${grid.columns.length - columns.length} more schemas`] : []),
    ].join(" and ");
    const parts = [
        `<text x="16" y="26" style="font-size:16px;font-weight:600">${escapeMarkup(report.title)}</text>`,
        ...columns.map(
            ({ label }, index) =>
                `<text transform="translate(${x(index) + CELL / 2 + 4} ${top - 8}) rotate(-45)">${escapeMarkup(shorten(label))}</text>`,
        ),
        ...names.map(
            (name, index) =>
                `<text x="${left - 10}" y="${y(index) + 17}" text-anchor="end">${escapeMarkup(shorten(name))}</text>`,
        ),
        ...rows.map(
            (_, index) =>
                `<line class="line" x1="${left}" x2="${x(columns.length)}" y1="${y(index)}" y2="${y(index)}"/>`,
        ),
        ...columns.map(
            (_, index) => `<line class="line" x1="${x(index)}" x2="${x(index)}" y1="${top}" y2="${bottom}"/>`,
        ),
        ...cells.map((cell) =>
            square(
                cell,
                x(cell.column),
                y(cell.row),
                `${names[cell.row] ?? ""} may ${cell.level} ${columns[cell.column]?.label ?? ""}`,
            ),
        ),
        ...LEVEL_NAMES.slice(1).map((level, index) => legend(level, 24 + index * 100, bottom + 26)),
        hidden === "" ? "" : `<text class="faint" x="24" y="${bottom + 66}">${hidden} in the page</text>`,
    ];
    const height = bottom + (hidden === "" ? 56 : 80);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
        `<title>${escapeMarkup(report.title)}</title><desc>${escapeMarkup(describe(rows.length, columns.length, cells))}</desc>`,
        `<style>${STYLE}</style><rect width="100%" height="100%" rx="8" style="fill:var(--paper)"/>`,
        ...parts.filter((part) => part !== ""),
        "</svg>",
        "",
    ].join("\n");
}

function square({ level, certain, change }: GridCell, x: number, y: number, title: string): string {
    const words = `${title}${change === undefined ? "" : ` (${change})`}${certain ? "" : " (expected)"}`;
    const fill = change === "lost" ? "none" : `var(--${level})`;
    const box = `<rect x="${x + 3}" y="${y + 3}" width="${CELL - 6}" height="${CELL - 6}" rx="5" style="fill:${fill}"${certain ? "" : ' class="expected"'}/>`;
    const ring =
        change === undefined
            ? ""
            : `<rect class="gained" x="${x + 1.5}" y="${y + 1.5}" width="${CELL - 3}" height="${CELL - 3}" rx="6"${change === "lost" ? ' stroke-dasharray="3 2"' : ""}/>`;
    const letter = `<text class="letter${change === "lost" || level === "use" ? "" : " on"}" x="${x + CELL / 2}" y="${y + 17}">${change === "lost" ? "−" : LETTERS[level]}</text>`;
    return `<g><title>${escapeMarkup(words)}</title>${box}${ring}${letter}</g>`;
}

function legend(level: LevelName, x: number, y: number): string {
    const box = `<rect x="${x}" y="${y - 13}" width="18" height="18" rx="5" style="fill:var(--${level})"/>`;
    return `${box}<text class="letter on" x="${x + 9}" y="${y}">${LETTERS[level]}</text><text x="${x + 24}" y="${y}">${level}</text>`;
}

function describe(rows: number, columns: number, cells: readonly GridCell[]): string {
    const gained = cells.filter(({ change }) => change === "gained").length;
    return `${rows} identities, ${columns} places, ${cells.length} cells${gained > 0 ? `, ${gained} of them gained` : ""}`;
}

/** By whole characters: half a surrogate pair is ill-formed XML. */
function shorten(text: string): string {
    const characters = [...text];
    return characters.length > 44 ? `${characters.slice(0, 43).join("")}…` : text;
}
