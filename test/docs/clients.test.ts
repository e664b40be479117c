import assert from "node:assert/strict";

import { CLIENTS, COLUMNS, ENDPOINTS, RESTRICTED } from "../../bench/clients/catalog";
import type { Row } from "../../bench/clients/catalog";
import { manifests } from "../../bench/clients/install";
import { clientsPage } from "../../docs/generate/clientsPage";
import { read } from "../../docs/generate/files";

const recorded = read("docs/clients.json");
const rows = JSON.parse(recorded) as readonly Row[];

describe("the matrix of clients", () => {
    it("has each client once, at the version that is tried", () => {
        assert.deepEqual(
            rows.map(({ id, version }) => [id, version]),
            CLIENTS.map(({ id, version }) => [id, version]),
        );
    });

    it("has an outcome for every cell of a client, or the reason why none was tried", () => {
        for (const { id, cells, notTried } of rows) {
            const found = Object.entries(cells ?? {}).flatMap(([column, outcomes]) =>
                Object.keys(outcomes).map((endpoint) => `${column} ${endpoint}`),
            );
            const all = COLUMNS.flatMap((column) => ENDPOINTS.map((endpoint) => `${column} ${endpoint}`));
            assert.deepEqual(found, notTried === undefined ? all : [], id);
            assert.notEqual(notTried, "", id);
        }
    });

    it("installs the versions that it names", () => {
        const installed = manifests();
        for (const { library, version } of CLIENTS) {
            if (version !== "system") {
                assert.ok(installed.includes(version), `${library} ${version}`);
            }
        }
    });

    it("has Node.js, libpq and Rust work for every kind of identity and endpoint", () => {
        const all = ["pg", "postgres", "psql", "tokio-postgres", "sqlx"];
        for (const { id, cells } of rows.filter((row) => all.includes(row.id))) {
            for (const column of COLUMNS.filter((each) => each !== RESTRICTED)) {
                assert.deepEqual(
                    cells?.[column],
                    { writer: "works", reader: "works", proxy: "works" },
                    `${id} ${column}`,
                );
            }
        }
    });
});

describe("the page of clients", () => {
    it("never calls a cell working that was not tried or failed", () => {
        const outcomes = { writer: "works", reader: "connection refused", proxy: "works" };
        const tried = Object.fromEntries(COLUMNS.map((column) => [column, outcomes]));
        const changed = CLIENTS.map(({ id, version }): Row =>
            id === "pgx" ? { id, version, cells: tried } : { id, version, notTried: "go is not installed" },
        );
        const page = clientsPage(JSON.stringify(changed));
        const listed = page.match(/(?<=\nNot tried:\n\n)(- .*\n)+/)?.[0];
        assert.deepEqual(
            listed?.trimEnd().split("\n"),
            CLIENTS.filter(({ id }) => id !== "pgx").map(
                ({ language, library }) => `- ${language}, ${library}: go is not installed.`,
            ),
        );
        const inTables = [...page.matchAll(/^\| (?!Language|Library|---)([^|]+) \| ([^|]+)/gm)].map(([line]) => line);
        assert.deepEqual(
            inTables.filter((line) => !line.includes("pgx")),
            [],
        );
        assert.match(page, new RegExp(`\\| pgx \\S+${" \\| writer, proxy only".repeat(COLUMNS.length)} \\|`));
        assert.match(page, /\| pgx \| irsa \| reader \| connection refused \|/);
        assert.match(page, new RegExp(`${COLUMNS.length * 3} cells tried, ${COLUMNS.length * 2} work\\.`));
    });
});
