import { readFileSync } from "node:fs";
import { join } from "node:path";

import { buildSync } from "esbuild";

import { withVisibleTexts } from "../../toolkit/visible";
import { gridOf } from "./grid";
import { besidesOf, existingOf, noticesOf, unreadCount } from "./notices";
import type { Report } from "./report";
import { escapeMarkup } from "../../toolkit/markup";

/** Only content that the page itself contains. */
const POLICY =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one self-contained HTML page: no network, no files. */
export function renderPage(exact: Report): string {
    const report = withVisibleTexts(exact);
    const grid = gridOf(report);
    const changed = (report.changes ?? []).length;
    const title = escapeMarkup(report.title);
    const notices = [...noticesOf(report), ...besidesOf(report), ...existingOf(report)].map(
        (notice) => `<li>${escapeMarkup(notice)}</li>`,
    );
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>
${read("page.css")}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<div class="counts"><b>${grid.rows.length}</b> identities · <b>${grid.columns.length}</b> places · <b>${report.cells.length}</b> cells</div>
<span class="grow"></span>
<button id="theme" type="button">light / dark</button>
</header>
${notices.length === 0 ? "" : `<ul class="notices" aria-label="look at first">${notices.join("")}</ul>\n`}<div class="tabs" role="tablist" aria-label="views">
${tab("matrix", "Matrix", undefined, true)}
${tab("changes", "Changes", changed)}
${tab("consequences", "Effects on what runs", (report.consequences ?? []).length)}
${tab("violations", "Violations", report.violations.length)}
${tab("broken", "Broken chains", report.broken.length)}
${tab("wide", "Too wide", report.wide.length)}
${tab("unread", "Not modelled", unreadCount(report))}
</div>
<main>
<div id="matrix" role="tabpanel" aria-labelledby="tab-matrix">
<div class="bar" role="search">
<label>who <input id="who" type="search" placeholder="press / to filter" autocomplete="off" spellcheck="false"></label>
<label>what <input id="what" type="search" placeholder="schema, database" autocomplete="off" spellcheck="false"></label>
<label>at least <select id="least"><option value="0">use</option><option value="1" selected>read</option><option value="2">write</option><option value="3">create</option><option value="4">own</option><option value="5">administer</option></select></label>
<label><input id="changed" type="checkbox"${changed === 0 ? " disabled" : ""}> changes only</label>
<span id="shown" class="soft" role="status"></span>
<span class="grow"></span>
<span id="legend" class="legend"></span>
</div>
<p id="keys" class="visually-hidden">Arrow keys move, with Control to the next cell that holds something. Enter opens the chains of a cell, Escape closes them.</p>
<div class="board">
<div id="scroller" class="scroller"><p id="empty" class="soft" hidden>No rows match the filters.</p></div>
<canvas id="map" class="map" aria-hidden="true"></canvas>
</div>
</div>
${["changes", "consequences", "violations", "broken", "wide", "unread"].map((id) => `<div id="${id}" class="list" role="tabpanel" aria-labelledby="tab-${id}" hidden></div>`).join("\n")}
<aside id="detail" aria-label="chains of a cell" hidden></aside>
</main>
<div id="print"></div>
<script type="application/json" id="report">${embedded(report)}</script>
<script type="application/json" id="grid">${embedded(grid)}</script>
<script type="module">
${script()}</script>
</body>
</html>
`;
}

function tab(panel: string, text: string, count?: number, selected = false): string {
    const counted = count === undefined ? "" : ` data-count="${count}"`;
    return `<button type="button" role="tab" id="tab-${panel}" data-panel="${panel}" aria-controls="${panel}" aria-selected="${selected}" tabindex="${selected ? 0 : -1}"${counted}>${text}</button>`;
}

function read(file: string): string {
    return readFileSync(join(__dirname, "page", file), "utf8");
}

/** The page's scripts as one module. esbuild escapes `</script` in it: https://github.com/evanw/esbuild/issues/2649 */
function script(): string {
    const { outputFiles } = buildSync({
        entryPoints: [join(__dirname, "page", "main.mjs")],
        bundle: true,
        format: "esm",
        charset: "utf8",
        write: false,
    });
    return outputFiles.map(({ text }) => text).join("");
}

/** JSON that cannot close its enclosing element, whatever names it contains. */
function embedded(value: unknown): string {
    return JSON.stringify(value).replaceAll("<", "\\u003c");
}
