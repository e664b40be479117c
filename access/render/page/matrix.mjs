/* global ResizeObserver, requestAnimationFrame, getComputedStyle */
import { element, LETTERS, LEVELS, VERBS } from "./view.mjs";

/** Pixels of a cell with its border, and approximate pixels of a letter. */
const SIZE = 30;
const LETTER = 7.4;
/** Rows and columns rendered beyond the visible ones. */
const MARGIN = 4;

/**
 * The matrix: a grid with only its visible part in the document, so that a thousand rows cost no more than thirty.
 * Arrow keys move, with Ctrl to the next non-empty cell; Enter opens.
 */
export class Matrix {
    constructor(scroller, map, open) {
        this.scroller = scroller;
        this.map = map;
        this.open = open;
        this.active = { row: 0, column: 0 };
        this.view = { rows: [], columns: [], byRow: [] };
        this.head = 0;
        this.gutter = 0;
        this.canvas = element("div", {
            class: "canvas",
            role: "grid",
            "aria-label": "who can reach which data",
            "aria-describedby": "keys",
        });
        this.scroller.append(this.canvas);
        this.scroller.addEventListener("scroll", () => this.later());
        new ResizeObserver(() => this.later()).observe(this.scroller);
        this.canvas.addEventListener("keydown", (event) => this.key(event));
        this.canvas.addEventListener("click", (event) => this.click(event));
        map.addEventListener("pointerdown", (event) => this.jump(event));
        map.addEventListener("pointermove", (event) => event.buttons === 1 && this.jump(event));
    }

    show(view) {
        this.view = view;
        this.active = {
            row: Math.min(this.active.row, Math.max(0, view.rows.length - 1)),
            column: Math.min(this.active.column, Math.max(0, view.columns.length - 1)),
        };
        // Labels are slanted above their columns, so they need less height than length.
        this.head = Math.ceil(28 + Math.min(190, LETTER * longest(view.columns.map(({ label }) => label))) * 0.75);
        this.gutter = Math.ceil(52 + Math.min(320, LETTER * longest(view.rows)));
        this.canvas.style.setProperty("--gutter", `${this.gutter}px`);
        this.canvas.style.width = `${this.gutter + view.columns.length * SIZE + 160}px`;
        this.canvas.style.height = `${this.head + view.rows.length * SIZE + 24}px`;
        this.canvas.setAttribute("aria-rowcount", String(view.rows.length + 1));
        this.canvas.setAttribute("aria-colcount", String(view.columns.length + 1));
        this.paint();
        this.paintMap();
    }

    later() {
        this.waiting ??= requestAnimationFrame(() => {
            this.waiting = undefined;
            this.paint();
            this.paintMap();
        });
    }

    /** Renders the visible rows and cells, and the active one. */
    paint() {
        const { rows, columns, byRow } = this.view;
        const [firstRow, lastRow] = span(this.scroller.scrollTop, this.scroller.clientHeight - this.head, rows.length);
        const [firstColumn, lastColumn] = span(
            this.scroller.scrollLeft,
            this.scroller.clientWidth - this.gutter,
            columns.length,
        );
        const hadFocus = this.canvas.contains(this.canvas.ownerDocument.activeElement);
        const head = element("div", { class: "head", role: "row", "aria-rowindex": 1, style: `height:${this.head}px` });
        head.append(
            element(
                "div",
                { class: "corner", role: "columnheader", "aria-colindex": 1, style: `width:${this.gutter}px` },
                "who may reach",
            ),
        );
        for (let column = firstColumn; column < lastColumn; column += 1) {
            const { label, within } = columns[column];
            const left = `left:${this.gutter + column * SIZE}px`;
            head.append(
                element(
                    "div",
                    {
                        class: "colhead",
                        role: "columnheader",
                        "aria-colindex": column + 2,
                        style: left,
                        title: `${within}/${label}`,
                    },
                    element("span", {}, label),
                ),
            );
        }
        const made = [head];
        const shown = new Set(range(firstRow, lastRow));
        if (rows.length > 0) {
            shown.add(this.active.row);
        }
        for (const row of shown) {
            const line = element("div", {
                class: "row",
                role: "row",
                "aria-rowindex": row + 2,
                style: `top:${this.head + row * SIZE}px;width:${this.gutter + columns.length * SIZE}px`,
            });
            line.append(
                element(
                    "div",
                    {
                        class: "rowhead",
                        role: "rowheader",
                        "aria-colindex": 1,
                        style: `width:${this.gutter}px`,
                        title: rows[row],
                    },
                    rows[row],
                ),
            );
            for (const [column, cell] of byRow[row]) {
                if ((column >= firstColumn && column < lastColumn) || this.isActive(row, column)) {
                    line.append(this.cell(row, column, cell));
                }
            }
            if (row === this.active.row && !byRow[row].has(this.active.column)) {
                line.append(this.cell(row, this.active.column, undefined));
            }
            made.push(line);
        }
        this.canvas.replaceChildren(...made);
        if (hadFocus) {
            this.focus();
        }
    }

    cell(row, column, cell) {
        const active = this.isActive(row, column);
        const attributes = {
            role: "gridcell",
            "aria-colindex": column + 2,
            tabindex: active ? 0 : -1,
            "data-row": row,
            "data-column": column,
            style: `left:${this.gutter + column * SIZE + 3}px`,
        };
        const [who, what] = [this.view.rows[row], this.view.columns[column].label];
        if (cell === undefined) {
            return element("div", { ...attributes, class: "cell none", "aria-label": `${who} does not reach ${what}` });
        }
        const { level, certain, change } = cell;
        const kinds = ["cell", level, certain ? "" : "expected", change ?? "", this.opened === cell ? "open" : ""]
            .filter(Boolean)
            .join(" ");
        const says =
            change === "lost" ? `${who} may no longer ${VERBS[level]} ${what}` : `${who} may ${VERBS[level]} ${what}`;
        const more = `${change === "gained" ? ", gained" : ""}${certain ? "" : ", expected"}`;
        return element(
            "div",
            { ...attributes, class: kinds, "aria-label": says + more, title: says + more },
            change === "lost" ? "−" : LETTERS[level],
        );
    }

    isActive(row, column) {
        return row === this.active.row && column === this.active.column;
    }

    key(event) {
        const { row, column } = this.active;
        const page = Math.max(1, Math.floor((this.scroller.clientHeight - this.head) / SIZE) - 1);
        const moves = {
            ArrowUp: [-1, 0],
            ArrowDown: [1, 0],
            ArrowLeft: [0, -1],
            ArrowRight: [0, 1],
            PageUp: [-page, 0],
            PageDown: [page, 0],
            Home: [0, -column],
            End: [0, this.view.columns.length],
        };
        if (event.key === "Enter" || event.key === " ") {
            this.openAt(row, column);
        } else if (moves[event.key] === undefined) {
            return;
        } else {
            const [down, right] = moves[event.key];
            const next =
                event.ctrlKey && event.key.startsWith("Arrow")
                    ? this.nextFilled(down, right)
                    : [row + down, column + right];
            this.moveTo(...next);
        }
        event.preventDefault();
    }

    nextFilled(down, right) {
        let { row, column } = this.active;
        do {
            row += down;
            column += right;
        } while (
            this.view.byRow[row] !== undefined &&
            column >= 0 &&
            column < this.view.columns.length &&
            !this.view.byRow[row].has(column)
        );
        return this.view.byRow[row]?.has(column) ? [row, column] : [this.active.row, this.active.column];
    }

    moveTo(row, column) {
        this.active = { row: clamp(row, this.view.rows.length), column: clamp(column, this.view.columns.length) };
        const [top, left] = [this.active.row * SIZE, this.active.column * SIZE];
        const height = this.scroller.clientHeight - this.head - SIZE;
        const width = this.scroller.clientWidth - this.gutter - SIZE;
        this.scroller.scrollTop = Math.min(Math.max(this.scroller.scrollTop, top - height), top);
        this.scroller.scrollLeft = Math.min(Math.max(this.scroller.scrollLeft, left - width), left);
        this.paint();
        this.focus();
    }

    focus() {
        this.canvas.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
    }

    click(event) {
        const cell = event.target.closest?.(".cell");
        if (cell !== null && cell !== undefined) {
            this.openAt(Number(cell.dataset.row), Number(cell.dataset.column));
        }
    }

    openAt(row, column) {
        this.active = { row, column };
        const cell = this.view.byRow[row]?.get(column);
        this.opened = cell;
        this.paint();
        if (cell !== undefined) {
            this.open(cell, this.view.rows[row], this.view.columns[column]);
        }
    }

    close() {
        this.opened = undefined;
        this.paint();
        this.focus();
    }

    /** A map of the whole matrix in a corner if it does not fit; a click scrolls there. */
    paintMap() {
        const { rows, columns, byRow } = this.view;
        const { clientHeight, clientWidth, scrollTop, scrollLeft } = this.scroller;
        const fits =
            rows.length * SIZE <= clientHeight - this.head && columns.length * SIZE <= clientWidth - this.gutter;
        this.map.hidden = fits;
        if (fits) {
            return;
        }
        const scale = Math.min(200 / rows.length, 200 / columns.length, 6);
        this.map.width = Math.max(24, Math.ceil(columns.length * scale));
        this.map.height = Math.max(24, Math.ceil(rows.length * scale));
        const context = this.map.getContext("2d");
        const colors = new Map([...LEVELS, "focus"].map((name) => [name, this.colorOf(name)]));
        const dot = Math.max(1, scale);
        byRow.forEach((cells, row) => {
            for (const [column, { level }] of cells) {
                context.fillStyle = colors.get(level);
                context.fillRect(column * scale, row * scale, dot, dot);
            }
        });
        context.strokeStyle = colors.get("focus");
        const box = [
            scrollLeft / SIZE,
            scrollTop / SIZE,
            (clientWidth - this.gutter) / SIZE,
            (clientHeight - this.head) / SIZE,
        ].map((part) => part * scale);
        context.strokeRect(...box);
    }

    /** A color of the style sheet under the current scheme: only a color property resolves `light-dark()`. */
    colorOf(name) {
        this.map.style.color = `var(--${name})`;
        return getComputedStyle(this.map).color;
    }

    jump(event) {
        const { rows, columns } = this.view;
        const { offsetX, offsetY } = event;
        this.scroller.scrollTop =
            (offsetY / this.map.height) * rows.length * SIZE - (this.scroller.clientHeight - this.head) / 2;
        this.scroller.scrollLeft =
            (offsetX / this.map.width) * columns.length * SIZE - (this.scroller.clientWidth - this.gutter) / 2;
    }
}

function longest(texts) {
    return texts.reduce((most, { length }) => Math.max(most, length), 8);
}

/** The indexes of the items of this size in the view. */
function span(offset, length, count) {
    return [
        clamp(Math.floor(offset / SIZE) - MARGIN, count),
        Math.min(count, Math.ceil((offset + length) / SIZE) + MARGIN),
    ];
}

function clamp(number, count) {
    return Math.max(0, Math.min(number, count - 1));
}

function range(first, last) {
    return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}
