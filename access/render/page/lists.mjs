import { RISK_LABELS } from "../../compare/risk";
import { EFFECT_LABELS } from "../../consequences/effect";
import { chain } from "./detail.mjs";
import { element, VERBS } from "./view.mjs";

/** More would slow the page down; the JSON has them all. */
const MOST = 500;

/** The changes; those that give no data yet come last, folded. */
export function changes(report) {
    const all = report.changes ?? [];
    const isSlight = ({ level, risks }) => level === "use" && !risks.includes("enters");
    const slight = all.filter(isSlight).map(change);
    const items = all.filter((one) => !isSlight(one)).map(change);
    return slight.length === 0
        ? items
        : [...items, folded([`${slight.length} connections and the like, no data`], slight)];
}

function change({ direction, identity, place, level, risks, causes, details, steps }) {
    const lost = direction === "lost";
    const why = risks.map((risk) => RISK_LABELS[risk]).join("; ");
    const summary = [
        element("span", { class: `badge ${lost ? "lost" : level}` }, lost ? "lost" : VERBS[level]),
        element("b", {}, identity),
        ` ${lost ? "could" : "may"} ${VERBS[level]} `,
        element("code", {}, place),
        why === "" ? "" : element("span", { class: risks[0] === "crosses" ? "warn" : "soft" }, ` — ${why}`),
    ];
    const body = [
        causes.length === 0
            ? ""
            : element("div", { class: "chips" }, ...causes.map((cause) => element("span", { class: "chip" }, cause))),
        element(
            "p",
            { class: "soft" },
            details.map(({ on, privileges }) => `${privileges.join(", ")} on ${on}`).join("; "),
        ),
        chain(steps),
    ];
    return folded(summary, body);
}

/** What the change does to what runs, worst first. */
export function consequences(report) {
    return (report.consequences ?? []).map(({ effect, operation, properties, resources }) =>
        folded(
            [
                element("b", {}, EFFECT_LABELS[effect]),
                `: ${resources.length === 1 ? resources[0] : `${resources.length} resources`} ${operation}`,
                properties.length === 0 ? "" : element("span", { class: "soft" }, ` — ${properties.join(", ")}`),
            ],
            [element("p", { class: "soft" }, resources.join(", "))],
        ),
    );
}

export function broken(report) {
    return report.broken.map(({ identity, login, server, missing, steps }) =>
        folded(
            [
                element("b", {}, identity),
                ` → ${login} on ${server}: `,
                element("span", { class: "warn" }, missing.join("; ")),
            ],
            [chain(steps)],
        ),
    );
}

export function wide(report) {
    return report.wide.map(({ principal, reason }) =>
        element("div", { class: "item" }, element("b", {}, principal), ` — ${reason}`),
    );
}

export function unread(report) {
    return report.unread.map(({ what, count, names }) =>
        folded([element("b", {}, what), ` (${count})`], [element("p", { class: "soft" }, names.join(", "))]),
    );
}

export function violations(report) {
    return report.violations.map(({ assertion, text, chains, withdrawn }) => {
        const when = withdrawn === true ? " (stated before this change)" : "";
        return folded(
            [
                element("span", { class: "badge administer" }, "violated"),
                element("code", {}, assertion),
                `${when} — ${text}`,
            ],
            chains.map(chain),
        );
    });
}

function folded(summary, body) {
    const details = element("details", { class: "item" }, element("summary", {}, ...summary));
    // Long lists open faster if folded content is created on demand.
    details.addEventListener(
        "toggle",
        () => details.children.length > 1 || details.append(...body.filter((part) => part !== "")),
    );
    return details;
}

/** Puts the items into a panel, with a note if there are none. */
export function fill(panel, items, nothing) {
    const more = items.length > MOST ? [element("p", { class: "soft" }, `and ${items.length - MOST} more`)] : [];
    panel.replaceChildren(
        element(
            "div",
            {},
            ...(items.length === 0 ? [element("p", { class: "soft" }, nothing)] : [...items.slice(0, MOST), ...more]),
        ),
    );
}
