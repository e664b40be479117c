import { element, VERBS } from "./view.mjs";

/** A chain, step by step, each with the resources behind it. */
export function chain(steps) {
    return element(
        "ol",
        { class: "chain" },
        ...steps.map(({ text, state, resources }) =>
            element(
                "li",
                { class: state },
                text,
                state === "holds"
                    ? ""
                    : element(
                          "span",
                          { class: state === "missing" ? "warn" : "soft" },
                          state === "missing" ? " — missing" : " — expected",
                      ),
                resources.length === 0
                    ? ""
                    : element(
                          "div",
                          { class: "chips" },
                          ...resources.map((name) => element("span", { class: "chip" }, name)),
                      ),
            ),
        ),
    );
}

/** The details of a matrix cell: for each access path, the chain, and what the login may do with each piece of data. */
export function detail(report, cell, who, column) {
    const parts = cell.parts.map((part) => report.cells[part]);
    const byChain = new Map();
    for (const { datum, paths, change } of parts) {
        for (const path of paths) {
            const found = byChain.get(path.chain) ?? [];
            found.push({ label: report.data[datum].label, path, change });
            byChain.set(path.chain, found);
        }
    }
    const chains = [...byChain].map(([index, uses]) => {
        const { steps, login, server } = report.chains[index];
        // Much of a database's data shares the same path to the database.
        const rights = [...new Map(uses.flatMap(({ path }) => path.steps).map((step) => [step.text, step])).values()];
        return element("section", {}, element("h3", {}, `as ${login} on ${server}`), chain([...steps, ...rights]));
    });
    const change =
        cell.change === undefined
            ? ""
            : element(
                  "p",
                  { class: "warn" },
                  cell.change === "gained" ? "Gained by this change." : "Lost by this change.",
              );
    const verb = cell.change === "lost" ? `could ${VERBS[cell.level]}` : `may ${VERBS[cell.level]}`;
    return [
        element("h2", { tabindex: -1 }, `${who} ${verb} ${column.label}`),
        element("p", { class: "soft" }, column.within),
        change,
        cell.certain
            ? ""
            : element(
                  "p",
                  { class: "soft" },
                  "Expected: it depends on values that are known only once resources exist.",
              ),
        ...chains,
    ].filter((part) => part !== "");
}
