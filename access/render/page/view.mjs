/* global document */
/**
 * The page's view of the report: the content under the current filters.
 * @typedef {{row: number, column: number, level: string, certain: boolean, change?: string, parts: number[]}} Cell
 * @typedef {{rows: number[], columns: {label: string, within: string, kind: string}[], cells: Cell[]}} Grid
 */

export const LEVELS = ["use", "read", "write", "create", "own", "administer"];
export const LETTERS = { use: "·", read: "R", write: "W", create: "C", own: "O", administer: "A" };
export const VERBS = {
    use: "use",
    read: "read",
    write: "write",
    create: "create in",
    own: "own",
    administer: "administer",
};

/** Reads the page's embedded data. */
export function carried(id) {
    return JSON.parse(document.getElementById(id).textContent);
}

/** The part of the grid that matches the filters, with renumbered rows and columns. */
export function filtered(report, grid, { who, what, least, changed }) {
    const wants = (text, words) => words.every((word) => text.includes(word));
    const [whoWords, whatWords] = [who, what].map((text) => text.toLowerCase().split(/\s+/).filter(Boolean));
    const rowFits = grid.rows.map((identity) => wants(report.identities[identity].label.toLowerCase(), whoWords));
    const columnFits = grid.columns.map(({ label, within }) => wants(`${within}/${label}`.toLowerCase(), whatWords));
    const cells = grid.cells.filter(
        ({ row, column, level, change }) =>
            rowFits[row] && columnFits[column] && LEVELS.indexOf(level) >= least && (!changed || change !== undefined),
    );
    const rows = inOrder(cells.map(({ row }) => row));
    const columns = inOrder(cells.map(({ column }) => column));
    const [rowAt, columnAt] = [rows, columns].map((kept) => new Map(kept.map((old, index) => [old, index])));
    const byRow = rows.map(() => new Map());
    for (const cell of cells) {
        byRow[rowAt.get(cell.row)].set(columnAt.get(cell.column), cell);
    }
    return {
        rows: rows.map((row) => report.identities[grid.rows[row]].label),
        columns: columns.map((column) => grid.columns[column]),
        byRow,
        count: cells.length,
    };
}

function inOrder(numbers) {
    return [...new Set(numbers)].sort((one, other) => one - other);
}

/** Creates an element; strings become text, never markup. */
export function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === true) {
            made.setAttribute(key, "");
        } else if (value !== undefined && value !== false) {
            made.setAttribute(key, String(value));
        }
    }
    made.append(...children.filter((child) => child !== undefined && child !== ""));
    return made;
}
