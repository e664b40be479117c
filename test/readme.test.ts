import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("the README", () => {
    it("is at most 130 lines long", () => {
        assert.ok(read("README.md").trimEnd().split("\n").length <= 130);
    });

    for (const page of [
        "README.md",
        "CONTRIBUTING.md",
        "examples/README.md",
        "docs/deploying.md",
        "docs/tenants.md",
        "docs/databases.md",
        "docs/reference/config.md",
        "docs/reference/components.md",
    ]) {
        it(`and what it leads to link to files that exist: ${page}`, () => {
            const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path);
            assert.deepEqual(
                links.filter((path) => !existsSync(join(root, dirname(page), path))),
                [],
            );
        });
    }

    it("leads to every page of docs/", () => {
        const links = [...read("README.md").matchAll(/\]\((docs\/[\w-]+\.md)/g)].map(([, path = ""]) => path);
        const pages = readdirSync(join(root, "docs"))
            .filter((name) => name.endsWith(".md"))
            .map((name) => `docs/${name}`);
        assert.deepEqual(
            pages.filter((page) => !links.includes(page)),
            [],
        );
    });
});
