import chromium from "@sparticuz/chromium";
import { launch } from "puppeteer-core";
import type { Browser } from "puppeteer-core";

/** Starts a headless Chromium that needs no system packages; the caller closes it. How long it may take, mocha says. */
export async function openBrowser(): Promise<Browser> {
    return launch({
        executablePath: await chromium.executablePath(),
        args: [...chromium.args, "--font-render-hinting=none"],
        headless: "shell",
        timeout: 0,
        protocolTimeout: 0,
    });
}
