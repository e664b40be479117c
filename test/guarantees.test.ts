import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const docs = join(__dirname, "..", "docs");
const guarantees = readFileSync(join(docs, "guarantees.md"), "utf8");
const threats = readFileSync(join(docs, "threat-model.md"), "utf8");

/** The tables of a section, as rows of cells without the heading and the ruler. */
function rowsOf(markdown: string, heading: string): string[][] {
    const [, section = ""] = markdown.split(`\n## ${heading}\n`);
    const lines = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("| "));
    return lines.slice(1).map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));
}

describe("docs/guarantees.md", () => {
    it("names the mechanism and an existing test for each guarantee", () => {
        const rows = rowsOf(guarantees, "Guaranteed");
        assert.ok(rows.length >= 10);
        for (const [guarantee, mechanism = "", shown = ""] of rows) {
            const tests = [...shown.matchAll(/\]\(\.\.\/(test\/[^)]+\.test\.ts)\)(?:: "([^"]+)")?/g)];
            assert.ok(mechanism !== "" && tests.length > 0, guarantee);
            for (const [, file = "", title = ""] of tests) {
                assert.ok(
                    readFileSync(join(docs, "..", file), "utf8").includes(title),
                    `${file} has no test ${JSON.stringify(title)}`,
                );
            }
        }
    });

    it("names the consequence and the remedy for each limit", () => {
        const headings = [...guarantees.matchAll(/^## (.+)$/gm)]
            .map(([, heading = ""]) => heading)
            .filter((heading) => heading !== "Guaranteed");
        const rows = headings.flatMap((heading) => rowsOf(guarantees, heading));
        assert.ok(rows.length >= 20);
        assert.deepEqual(
            rows.filter((row) => row.length !== 3 || row.includes("")),
            [],
        );
    });

    it("says which limits a session can lift itself, and so does the page where they are configured", () => {
        const config = readFileSync(join(docs, "reference", "config.md"), "utf8");
        for (const [key, setting] of [
            ["statementSeconds", "statement_timeout"],
            ["idleInTransactionSeconds", "idle_in_transaction_session_timeout"],
        ] as const) {
            const described = new RegExp(
                `^\\| \`${key}\` \\| [^|]*, unless the session sets \`${setting}\` itself`,
                "m",
            );
            assert.match(config, described);
        }
        assert.match(
            guarantees,
            /^\| `limits\.statementSeconds` and `idleInTransactionSeconds` are defaults that a session can change/m,
        );
    });

    it("and the threat model link to existing files", () => {
        const links = [...`${guarantees}\n${threats}`.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
            ([, path = ""]) => path,
        );
        assert.ok(links.length > 20);
        assert.deepEqual(
            links.filter((path) => !existsSync(join(docs, path))),
            [],
        );
    });
});
