/* global document, window, localStorage, matchMedia */
import { detail } from "./detail.mjs";
import { broken, changes, consequences, fill, unread, violations, wide } from "./lists.mjs";
import { Matrix } from "./matrix.mjs";
import { carried, element, filtered, LETTERS, LEVELS, VERBS } from "./view.mjs";

const report = carried("report");
const grid = carried("grid");
const by = (id) => document.getElementById(id);
const aside = by("detail");
const matrix = new Matrix(by("scroller"), by("map"), openDetail);
let view;

function refresh() {
    const filter = {
        who: by("who").value,
        what: by("what").value,
        least: Number(by("least").value),
        changed: by("changed").checked,
    };
    view = filtered(report, grid, filter);
    matrix.show(view);
    by("shown").textContent = `${view.count} cells: ${view.rows.length} identities, ${view.columns.length} places`;
    by("empty").hidden = view.count > 0;
}

function openDetail(cell, who, column) {
    const close = element("button", { class: "close", type: "button", "aria-label": "close" }, "✕");
    close.addEventListener("click", closeDetail);
    aside.replaceChildren(close, ...detail(report, cell, who, column));
    aside.hidden = false;
    aside.querySelector("h2").focus();
}

function closeDetail() {
    aside.hidden = true;
    matrix.close();
}

function tab(name) {
    for (const button of document.querySelectorAll("[role=tab]")) {
        const chosen = button.dataset.panel === name;
        button.setAttribute("aria-selected", String(chosen));
        button.tabIndex = chosen ? 0 : -1;
        by(button.dataset.panel).hidden = !chosen;
        if (chosen) {
            button.focus({ preventScroll: true });
        }
    }
    aside.hidden = true;
}

function fillLists() {
    fill(
        by("changes"),
        changes(report),
        report.changes === undefined ? "No comparison was made." : "No identity can read or change more than before.",
    );
    fill(
        by("consequences"),
        consequences(report),
        report.consequences === undefined
            ? "No comparison was made."
            : "The change neither deletes nor interrupts anything that runs.",
    );
    fill(by("broken"), broken(report), "No chain is broken.");
    fill(by("wide"), wide(report), "Every document reaches only what it names.");
    fill(by("unread"), unread(report), "Everything that may give access is modelled.");
    fill(by("violations"), violations(report), "No assertion is violated.");
    for (const button of document.querySelectorAll("[role=tab][data-count]")) {
        button.textContent = `${button.textContent} (${button.dataset.count})`;
    }
    by("legend").replaceChildren(
        ...LEVELS.map((level) =>
            element("span", {}, element("i", { class: level, "aria-hidden": "true" }, LETTERS[level]), VERBS[level]),
        ),
    );
}

function theme() {
    const root = document.documentElement;
    const dark =
        root.dataset.theme === undefined
            ? matchMedia("(prefers-color-scheme: dark)").matches
            : root.dataset.theme === "dark";
    remember(dark ? "light" : "dark");
}

/** Pages opened from a file may have no storage; then the choice lasts as long as the page. */
function remember(chosen) {
    document.documentElement.dataset.theme = chosen;
    matrix.paintMap();
    try {
        localStorage.setItem("keyless-theme", chosen);
    } catch {
        return;
    }
}

function recall() {
    try {
        const chosen = localStorage.getItem("keyless-theme");
        if (chosen !== null) {
            document.documentElement.dataset.theme = chosen;
        }
    } catch {
        return;
    }
}

/** Printing shows a table of the filtered content. */
function print() {
    const rows = view.byRow.flatMap((cells, row) =>
        [...cells].map(([column, { level, certain, change }]) => {
            const words = `${VERBS[level]}${change === undefined ? "" : ` (${change})`}${certain ? "" : " (expected)"}`;
            const { within, label } = view.columns[column];
            return element(
                "tr",
                {},
                element("td", {}, view.rows[row]),
                element("td", {}, words),
                element("td", {}, `${within}/${label}`),
            );
        }),
    );
    const head = element(
        "thead",
        {},
        element("tr", {}, ...["who", "may", "what"].map((text) => element("th", {}, text))),
    );
    by("print").replaceChildren(element("table", {}, head, element("tbody", {}, ...rows)));
}

for (const id of ["who", "what", "least", "changed"]) {
    by(id).addEventListener("input", refresh);
}
const tabs = [...document.querySelectorAll("[role=tab]")];
tabs.forEach((button, index) => {
    button.addEventListener("click", () => tab(button.dataset.panel));
    button.addEventListener("keydown", ({ key }) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
        if (step !== undefined) {
            tab(tabs[(index + step + tabs.length) % tabs.length].dataset.panel);
        }
    });
});
by("theme").addEventListener("click", theme);
window.addEventListener("beforeprint", print);
window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !aside.hidden) {
        closeDetail();
    } else if (event.key === "/" && event.target.tagName !== "INPUT") {
        by("who").focus();
        event.preventDefault();
    }
});
recall();
fillLists();
refresh();
