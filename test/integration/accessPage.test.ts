import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Browser, Page } from "puppeteer-core";

import { accessOf, check, compare, parseAssertions, renderPage, reportOf } from "../../access";
import type { Report } from "../../access";
import { Edit } from "../access/support/edit";
import { resourcesOf } from "../access/support/resources";
import { openBrowser } from "../support/browser";

/** Four tenants: one newly reads another's invoices, and one lost its access. */
function sample(): Report {
    const tenants = ["billing", "crm", "shop", "stock"];
    const changed = new Edit({ tenants })
        .connect("crm", { Effect: "Deny" })
        .grant("shop_app", { schema: "billing", objectType: "schema", privileges: ["USAGE"] })
        .grant("shop_app", { schema: "billing", objectType: "table", objects: ["invoices"], privileges: ["SELECT"] });
    const [before, after] = [
        accessOf(resourcesOf(new Edit({ tenants }).sketches)),
        accessOf(resourcesOf(changed.sketches)),
    ];
    const violations = check(after, parseAssertions([{ never: "shop reads billing" }]));
    return reportOf(after, { title: "prod <main>", before, comparison: compare(before, after), violations });
}

/** The grid's content, row by row, as a screen reader announces it. */
const CELLS = `[...document.querySelectorAll('[role=gridcell]')].map((cell) => cell.getAttribute("aria-label"))`;
const FOCUSED = `document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent`;

describe("the access page in a browser", () => {
    let dir: string;
    let browser: Browser;
    let page: Page;
    let asked: string[];

    before(async () => {
        dir = mkdtempSync(join(tmpdir(), "keyless-page-"));
        browser = await openBrowser();
    });
    after(async () => {
        await browser.close();
        rmSync(dir, { recursive: true });
    });
    afterEach(async () => page.close());

    async function open(report: Report, scheme: "light" | "dark" = "light"): Promise<void> {
        const file = join(dir, "page.html");
        writeFileSync(file, renderPage(report));
        page = await browser.newPage();
        page.setDefaultTimeout(0);
        asked = [];
        page.on("request", (request) => asked.push(request.url()));
        await page.setViewport({ width: 1280, height: 800 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.goto(pathToFileURL(file).href);
    }

    const read = async <T>(expression: string): Promise<T> => (await page.evaluate(expression)) as T;
    const text = (selector: string): Promise<string> =>
        read(`document.querySelector(${JSON.stringify(selector)}).textContent`);

    /** The grid is re-created while a page settles, so this uses the document, not coordinates. */
    const clickCell = (label: string): Promise<unknown> =>
        page.evaluate(`document.querySelector('[aria-label^="${label}"]').click()`);

    it("labels every cell with identity, level and data, and requests nothing but itself", async () => {
        await open(sample());
        assert.deepEqual(await read(CELLS), [
            "any client with the password of master may administer all of aurora",
            "billing/billing may write billing",
            "crm/crm may no longer write crm",
            "shop/shop may read billing, gained",
            "shop/shop may write shop",
            "stock/stock may write stock",
        ]);
        assert.equal(await text("#shown"), "6 cells: 5 identities, 5 places");
        assert.deepEqual(asked, [page.url()]);
        assert.equal(await page.title(), "prod <main>");
    });

    it("gives assistive technology a grid, tabs, labelled fields and a live count", async () => {
        await open(sample());
        const tree = JSON.stringify(
            await page.accessibility.snapshot({ interestingOnly: false }),
            (key, value: unknown) => (/Id$/.test(key) ? undefined : value),
        );
        for (const part of [
            '"role":"grid","name":"who can reach which data"',
            '"role":"tab","name":"Matrix","selected":true',
            '"role":"tab","name":"Changes (4)"',
            '"role":"searchbox","name":"who"',
            '"role":"searchbox","name":"what"',
            '"role":"columnheader","name":"billing"',
            '"role":"rowheader","name":"shop/shop"',
        ]) {
            assert.ok(tree.includes(part), `${part} in ${tree}`);
        }
        assert.deepEqual(
            await read(
                `["aria-rowcount", "aria-colcount"].map((name) => document.querySelector("[role=grid]").getAttribute(name))`,
            ),
            ["6", "6"],
        );
        assert.equal(await read(`document.getElementById("shown").getAttribute("role")`), "status");
        assert.deepEqual(
            await read(
                `[...document.querySelectorAll("button, input, select")].filter((one) => !one.labels?.length && !one.textContent && !one.getAttribute("aria-label")).length`,
            ),
            0,
        );
    });

    it("supports the keyboard: arrows move, Control jumps to the next cell, Enter opens the chain, Escape closes it", async () => {
        await open(sample());
        await page.focus("[role=gridcell][tabindex='0']");
        assert.equal(await read(FOCUSED), "any client with the password of master may administer all of aurora");
        await page.keyboard.press("ArrowDown");
        assert.equal(await read(FOCUSED), "billing/billing does not reach all of aurora");
        await page.keyboard.down("Control");
        await page.keyboard.press("ArrowRight");
        await page.keyboard.up("Control");
        assert.equal(await read(FOCUSED), "billing/billing may write billing");
        await page.keyboard.press("Enter");
        assert.equal(await read(FOCUSED), "billing/billing may write billing");
        const steps = await read<string[]>(
            `[...document.querySelectorAll("aside li")].map((step) => step.firstChild.textContent)`,
        );
        assert.deepEqual(steps.slice(0, 7), [
            "service account billing/billing is annotated with aws:Role billing",
            "the trust of aws:Role billing admits system:serviceaccount:billing:billing of cluster eks",
            "aws:Role billing may connect to cluster-ABCDEFGHIJKL as billing_app",
            "pods on the nodes of workers may reach port 5432 of aurora",
            "billing_app is a login of aurora and a member of rds_iam",
            "billing_app has CONNECT on database app, as a member of app_connect, granted to app_connect by postgresql:Grant connect",
            "billing_app has USAGE on schema billing, granted by postgresql:Grant billing-usage",
        ]);
        assert.equal(await read(`document.activeElement.tagName`), "H2");
        await page.keyboard.press("Escape");
        assert.deepEqual(
            await read(`[document.querySelector("aside").hidden, document.activeElement.getAttribute("role")]`),
            [true, "gridcell"],
        );
        await page.keyboard.press("/");
        assert.equal(await read("document.activeElement.id"), "who");
    });

    it("opens a cell's chain on click", async () => {
        await open(sample());
        await clickCell("shop/shop may read billing");
        assert.equal(await text("aside h2"), "shop/shop may read billing");
        assert.match(
            await text("aside"),
            /Gained by this change\..*shop_app has SELECT on billing\.invoices, granted by postgresql:Grant planted-/,
        );
    });

    it("filters by identity, data, level and change, and counts the remaining cells", async () => {
        await open(sample());
        await page.type("#who", "shop");
        assert.deepEqual(await read(CELLS), ["shop/shop may read billing, gained", "shop/shop may write shop"]);
        await page.type("#what", "BILL");
        assert.equal(await text("#shown"), "1 cells: 1 identities, 1 places");
        await page.select("#least", "2");
        assert.deepEqual(
            await read(`[document.getElementById("empty").hidden, document.getElementById("shown").textContent]`),
            [false, "0 cells: 0 identities, 0 places"],
        );
        await read(
            `document.querySelectorAll("input[type=search]").forEach((field) => { field.value = ""; field.dispatchEvent(new Event("input")); })`,
        );
        await page.select("#least", "1");
        await page.click("#changed");
        // The initial cell for keyboard navigation exists even if it is empty.
        assert.deepEqual(await read(CELLS), [
            "crm/crm may no longer write crm",
            "crm/crm does not reach billing",
            "shop/shop may read billing, gained",
        ]);
    });

    it("lists changes, most dangerous first, violations and broken chains in tabs that the keyboard reaches", async () => {
        await open(sample());
        await page.focus("#tab-matrix");
        await page.keyboard.press("ArrowRight");
        assert.equal(await read("document.activeElement.id"), "tab-changes");
        const items = await read<string[]>(
            `[...document.querySelectorAll("#changes .item > summary")].map((one) => one.textContent)`,
        );
        assert.deepEqual(items.slice(0, 2), [
            "readshop/shop may read aurora/app/billing — reaches another identity's data",
            "lostcrm/crm could write aurora/app/crm",
        ]);
        await page.click("#tab-violations");
        assert.match(await text("#violations"), /never: shop reads billing — shop\/shop may read billing\.invoices/);
        await page.click("#tab-broken");
        assert.match(
            await text("#broken"),
            /no identity → crm_app on aurora: no policy among these resources allows any identity to connect/,
        );
    });

    for (const scheme of ["light", "dark"] as const) {
        it(`has a contrast of at least 4.5 everywhere in the ${scheme} color scheme`, async () => {
            await open(sample(), scheme);
            await clickCell("shop/shop may read billing");
            assert.deepEqual(await read(CONTRASTS), []);
            const paper = `getComputedStyle(document.body).backgroundColor`;
            const was = await read(paper);
            await page.click("#theme");
            assert.notEqual(await read(paper), was);
            assert.deepEqual(await read(CONTRASTS), []);
        });
    }

    it("prints the filtered cells as a table", async () => {
        await open(sample());
        await page.type("#who", "shop");
        const pdf = await page.pdf();
        assert.equal(Buffer.from(pdf.slice(0, 5)).toString(), "%PDF-");
        const rows = await read(
            `[...document.querySelectorAll("#print tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent))`,
        );
        assert.deepEqual(rows, [
            ["shop/shop", "read (gained)", "aurora/app/billing"],
            ["shop/shop", "write", "aurora/app/shop"],
        ]);
        await page.emulateMediaType("print");
        assert.deepEqual(
            await read(`["main", "#print"].map((part) => getComputedStyle(document.querySelector(part)).display)`),
            ["none", "block"],
        );
    });

    it("shows markup in names as text", async () => {
        const report = sample();
        const evil = `</script><img src=x onerror="document.title='taken'"><b>`;
        const identities = report.identities.map((identity) => ({ ...identity, label: `${identity.label}${evil}` }));
        await open({ ...report, title: evil, identities });
        assert.equal(await page.title(), evil);
        assert.deepEqual(
            await read(
                `[document.querySelectorAll("img, [role=grid] b").length, document.querySelector("h1").textContent]`,
            ),
            [0, evil],
        );
        assert.deepEqual(asked, [page.url()]);
    });

    it("stays small with 1,000 tenants: the document contains visible cells only", async () => {
        const tenants = Array.from({ length: 1000 }, (_, index) => `shop${index}`);
        const model = accessOf(resourcesOf(new Edit({ tenants }).sketches));
        await open(reportOf(model, { title: "many" }));
        assert.equal(await text("#shown"), "1001 cells: 1001 identities, 1001 places");
        assert.ok((await read<number>(`document.querySelectorAll("*").length`)) < 1500);
        assert.ok((await read<number>(BLUE_PIXELS)) > 100, "the map shows write access in its color");
        await page.focus("[role=gridcell][tabindex='0']");
        for (let press = 0; press < 80; press += 1) {
            await page.keyboard.press("PageDown");
        }
        await page.keyboard.press("End");
        assert.equal(await read(FOCUSED), "shop999/shop999 may write shop999");
        assert.ok((await read<number>(`document.querySelectorAll("*").length`)) < 1500);
        await page.type("#who", "shop77");
        assert.equal(await text("#shown"), "11 cells: 11 identities, 11 places");
    });
});

/** How many pixels of the map are blue, like cells with write access. */
const BLUE_PIXELS = `(() => {
    const map = document.querySelector("#map");
    const { data } = map.getContext("2d").getImageData(0, 0, map.width, map.height);
    return data.filter((blue, at) => at % 4 === 2 && blue > data[at - 2] + 80).length;
})()`;

/** Texts with too little contrast to their background (WCAG 2.2, 1.4.3). */
const CONTRASTS = `(() => {
    const parts = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const behind = (element) => {
        for (let one = element; one !== null; one = one.parentElement) {
            const color = parts(getComputedStyle(one).backgroundColor);
            if (color.length === 3 || color[3] === 1) return color;
        }
        return [255, 255, 255];
    };
    const faint = [];
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
        if (!own || element.closest("script, style, option") !== null || element.getClientRects().length === 0) continue;
        const [one, other] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (contrast < 4.5) faint.push(element.className + " " + element.textContent.slice(0, 30) + " " + contrast.toFixed(2));
    }
    return [...new Set(faint)];
})()`;
