// `npm run pictures`: photographs the page and the comment of a made-up change in a real browser, for docs/access.md.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Browser, Page } from "puppeteer-core";

import { accessOf, check, compare, parseAssertions, renderMarkdown, renderPage, reportOf } from "../../access";
import type { Report } from "../../access";
import { Edit } from "../../test/access/support/edit";
import { resourcesOf } from "../../test/access/support/resources";
import { connectPolicy, RESOURCE_ID } from "../../test/access/support/stack";
import { openBrowser } from "../../test/support/browser";
import { commentPage } from "./comment";

const TENANTS = [
    "accounts",
    "billing",
    "catalog",
    "checkout",
    "crm",
    "delivery",
    "invoices",
    "ledger",
    "orders",
    "payments",
    "pricing",
    "returns",
    "search",
    "shop",
    "stock",
];

const GRANT = "postgresql:index/grant:Grant";

/** A shop of many services, and a pull request that gives support more than it should. */
function story(): Report {
    const sound = analytics(new Edit({ tenants: TENANTS }), ["orders", "catalog", "stock"]);
    const changed = analytics(new Edit({ tenants: TENANTS }), ["orders", "catalog", "stock", "pricing"])
        .remove("rolePolicy", "search")
        .connect("crm", {
            Resource: (connectPolicy(RESOURCE_ID, "*") as { Statement: [{ Resource: string }] }).Statement[0].Resource,
        })
        .add(GRANT, "delivery-payments", {
            role: "delivery_app",
            database: "app",
            schema: "payments",
            objectType: "schema",
            privileges: ["USAGE"],
        })
        .add(GRANT, "delivery-cards", {
            role: "delivery_app",
            database: "app",
            schema: "payments",
            objectType: "table",
            objects: ["cards"],
            privileges: ["SELECT"],
        })
        .add(GRANT, "catalog-open", {
            role: "public",
            database: "app",
            schema: "catalog",
            objectType: "schema",
            privileges: ["USAGE"],
        })
        .add(GRANT, "products-open", {
            role: "public",
            database: "app",
            schema: "catalog",
            objectType: "table",
            objects: ["products"],
            privileges: ["SELECT"],
        });
    const [before, after] = [accessOf(resourcesOf(sound.sketches)), accessOf(resourcesOf(changed.sketches))];
    const violations = check(after, parseAssertions([{ never: "delivery reaches payments" }]));
    return reportOf(after, {
        title: "Who can reach which data: prod",
        before,
        comparison: compare(before, after),
        violations,
    });
}

/** A login of the shop's that reads several schemas. */
function analytics(edit: Edit, schemas: readonly string[]): Edit {
    for (const schema of schemas) {
        edit.add(GRANT, `shop-${schema}`, {
            role: "shop_app",
            database: "app",
            schema,
            objectType: "schema",
            privileges: ["USAGE"],
        });
        edit.add("postgresql:index/defaultPrivileges:DefaultPrivileges", `shop-reads-${schema}`, {
            role: "shop_app",
            database: "app",
            schema,
            owner: `${schema}_owner`,
            objectType: "table",
            privileges: ["SELECT"],
        });
    }
    return edit;
}

async function photograph(browser: Browser, dir: string): Promise<void> {
    const report = story();
    const file = join(dir, "page.html");
    writeFileSync(file, renderPage(report));
    for (const scheme of ["light", "dark"] as const) {
        const page = await open(browser, file, scheme, 1360, 800);
        await page.evaluate(`document.querySelector('[aria-label^="delivery/delivery may read payments"]').click()`);
        await page.mouse.move(10, 10);
        await page.screenshot({ path: picture(`access-page-${scheme}`) });
        await page.close();
    }
    const comment = join(dir, "comment.html");
    writeFileSync(comment, commentPage(renderMarkdown(report)));
    const page = await open(browser, comment, "light", 980, 400);
    await page.screenshot({ path: picture("access-comment"), fullPage: true });
    await page.close();
}

async function open(
    browser: Browser,
    file: string,
    scheme: "light" | "dark",
    width: number,
    height: number,
): Promise<Page> {
    const page = await browser.newPage();
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(pathToFileURL(file).href);
    return page;
}

function picture(name: string): `${string}.png` {
    return `${join(__dirname, name)}.png`;
}

async function main(): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), "keyless-pictures-"));
    const browser = await openBrowser();
    try {
        await photograph(browser, dir);
    } finally {
        await browser.close();
        rmSync(dir, { recursive: true });
    }
}

void main();
