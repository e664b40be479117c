import assert from "node:assert/strict";

import { compare } from "../../../access/compare/compare";
import { renderMarkdown } from "../../../access/render/markdown";
import { reportOf } from "../../../access/render/report";
import type { Report } from "../../../access/render/report";
import { renderPage } from "../../../access/render/page";
import { renderSvg } from "../../../access/render/svg";
import { renderText } from "../../../access/render/text";
import { hidesCharacters } from "../../../toolkit/visible";
import { Edit } from "../support/edit";
import { modelOf } from "../support/summary";

const GRANT = "postgresql:index/grant:Grant";

function report(change: (edit: Edit) => unknown, tenants = ["shop", "billing", "crm"]): Report {
    const changed = new Edit({ tenants });
    change(changed);
    const [before, after] = [modelOf(new Edit({ tenants }).sketches), modelOf(changed.sketches)];
    return reportOf(after, { title: "prod", before, comparison: compare(before, after) });
}

const open = (edit: Edit): Edit =>
    edit
        .add(GRANT, "open", {
            role: "public",
            database: "app",
            schema: "billing",
            objectType: "schema",
            privileges: ["USAGE"],
        })
        .add(GRANT, "all", {
            role: "public",
            database: "app",
            schema: "billing",
            objectType: "table",
            objects: ["invoices"],
            privileges: ["SELECT"],
        });

/** Names that the author of a pull request may choose. */
function disguised(): Report {
    const named = report(open);
    const name = "shop\u202ebew\u200b\u001b";
    const long = `${"x".repeat(42)}😀\ud83d`;
    return {
        ...named,
        title: `${name}\u2028`,
        identities: named.identities.map((one, index) => ({ ...one, label: index === 0 ? name : long })),
        data: named.data.map((one) => ({ ...one, ...(one.schema === undefined ? {} : { schema: name }) })),
        changes: named.changes?.map((one) => ({ ...one, identity: name, place: name, causes: [name] })),
        violations: [{ assertion: name, text: name, chains: [[{ text: name, state: "holds", resources: [name] }]] }],
    };
}

describe("the page", () => {
    it("contains no invisible characters", () => {
        const page = renderPage(disguised());
        assert.equal(hidesCharacters(page.replaceAll("\n", "")), false);
        assert.match(page, /<h1>shop\\u\{202e\}bew\\u\{200b\}\\u\{1b\}\\u\{2028\}<\/h1>/);
    });
});

describe("the report for a terminal", () => {
    it("prevents names from starting a line, moving the cursor or reversing text", () => {
        const text = String(renderText(disguised()));
        assert.equal(hidesCharacters(text.replaceAll("\n", "")), false);
        const forged = "x\nwho reaches what:\n  shop/shop  read  aurora/app/shop";
        const lines = String(renderText({ ...disguised(), wide: [{ principal: forged, reason: forged }] })).split("\n");
        assert.equal(lines.filter((line) => line === "who reaches what:").length, 1);
    });
});

describe("the comment on a pull request", () => {
    it("groups equal gains of several identities in one row, and folds the rest", () => {
        const text = renderMarkdown(report(open));
        assert.deepEqual(text.split("\n").slice(0, 11), [
            "<!-- keyless-access -->",
            "",
            "### prod",
            "",
            "**2 gained** · **2 reach another identity's data** · 0 lost",
            "",
            "| who | may | what | note | through |",
            "|---|---|---|---|---|",
            "| <code>crm/crm</code>, <code>shop/shop</code> | read | <code>aurora/app/billing</code> | **reaches another identity's data; through a grant to PUBLIC** | <code>new postgresql:Grant open</code>, <code>new postgresql:Grant all</code> |",
            "",
            "- ⚠ **every login of aurora has USAGE on aurora/app/schema billing &#40;PUBLIC&#41;**",
        ]);
        assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
    });

    it("is one sentence if nothing changed", () => {
        assert.match(
            renderMarkdown(report(() => undefined)),
            /\n\nNo identity can read or change more than before\.\n\n<details>/,
        );
    });

    it("shows names as plain text: no markup, no link, no mention", () => {
        const named = report(open);
        const evil = "</details><b>|@octocat #1 https://evil.example www.evil.example `x`\n# head";
        const text = renderMarkdown({
            ...named,
            title: evil,
            changes: named.changes?.map((one) => ({ ...one, identity: evil, place: evil, causes: [evil] })),
        });
        for (const form of [/<\/details><b>/, /\|@/, /@octocat/, /[^&]#1/, /https:\/\//, /www\.e/, /`x`/, /\n# head/]) {
            assert.doesNotMatch(text, form);
        }
    });

    it("renders no emoji or reference from names", () => {
        const evil = ":white_check_mark: GH-12 a:+1:b";
        const text = renderMarkdown({ ...report(() => undefined), title: evil }).replaceAll(/&#(\d+);/g, (_, code) =>
            String.fromCodePoint(Number(code)),
        );
        assert.match(text, /:\u200bwhite_check_mark: GH-\u200b12 a:\u200b\+1:b/);
    });

    it("lists all permissions and unknown values first and never folds them", () => {
        const text = renderMarkdown(
            report((edit) => {
                for (let index = 0; index < 40; index += 1) {
                    edit.grant("public", {
                        schema: "billing",
                        objectType: "table",
                        objects: [`t${index}`],
                        privileges: ["SELECT"],
                    });
                    edit.add("aws:rds/exportTask:ExportTask", `e${index}`, {});
                }
                edit.add("aws:iam/rolePolicy:RolePolicy", "evil", {
                    role: "shop",
                    policy: JSON.stringify({
                        Version: "2012-10-17",
                        Statement: [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: "*" }],
                    }),
                });
            }),
        );
        const lines = text.split("\n").filter((line) => line.startsWith("- ⚠"));
        assert.match(lines[0] ?? "", /aws:Role shop may take a way .*GetSecretValue/);
        assert.equal(lines.filter((line) => line.includes("ExportTask")).length, 40);
        assert.match(text, /PUBLIC[^\n]*\n- and \d+ more/);
    });

    it("escapes invisible characters and those that reverse text", () => {
        const text = renderMarkdown(disguised());
        assert.equal(hidesCharacters(text.replaceAll("\n", "")), false);
        assert.match(text, /<code>shop&#92;u&#123;202e&#125;bew&#92;u&#123;200b&#125;&#92;u&#123;1b&#125;<\/code>/);
    });

    it("stays below GitHub's limit at any size", () => {
        const tenants = Array.from({ length: 600 }, (_, index) => `a-tenant-whose-name-is-rather-long-${index}`);
        const large = report((edit) => edit.connect(tenants[0] ?? "", { Resource: "*" }), tenants);
        const text = renderMarkdown(large);
        assert.ok(text.length <= 65_536 && text.length > 1000, String(text.length));
    });
});

describe("the picture", () => {
    it("has a description, and is limited to a size that can be displayed", () => {
        const svg = renderSvg(report(open));
        assert.match(
            svg,
            /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" [^>]+>\n<title>prod<\/title><desc>4 identities, 4 places, 6 cells, 2 of them gained<\/desc>/,
        );
        assert.match(svg, /<title>shop\/shop may read billing \(gained\)<\/title>/);
        const tenants = Array.from({ length: 200 }, (_, index) => `shop${index}`);
        assert.match(
            renderSvg(report(() => undefined, tenants)),
            /141 more identities and 141 more schemas in the page/,
        );
    });

    it("is well-formed XML for any names", () => {
        const svg = renderSvg(disguised());
        // https://www.w3.org/TR/xml/#charsets
        assert.doesNotMatch(svg, /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
        assert.equal(hidesCharacters(svg.replaceAll("\n", "")), false);
        assert.match(svg, />shop\\u\{202e\}bew\\u\{200b\}\\u\{1b\}</);
    });

    it("contains only its own markup", () => {
        assert.doesNotMatch(renderSvg({ ...report(open), title: "<script>x</script>" }), /<script/);
    });
});
