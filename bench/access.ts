// `npm run bench:access`: computes and compares access matrices at increasing sizes. Each size runs in a separate process,
// so that its memory is measured separately.
import { spawnSync } from "node:child_process";

import {
    accessOf,
    check,
    compare,
    parseAssertions,
    readResources,
    renderMarkdown,
    renderPage,
    reportOf,
} from "../access";
import { exportOf } from "../test/access/support/resources";
import type { Sketch } from "../test/access/support/resources";
import { tenantStack } from "../test/access/support/stack";
import { alignedRight, separated, shown } from "../toolkit/shown";
import { print, printJson } from "../toolkit/terminal";
import { grown } from "./access/grown";
import { withProfiles } from "./access/profiles";

const SIZES = [500, 1000, 5000];
/** The limits of a plain stack. */
const LIMITS = { tenants: 1000, compute: 10, compare: 10, megabytes: 1024 };
/** The allowed factor over growth with the cells, which the report lists. */
const SLACK = 2;

interface Measured {
    readonly tenants: number;
    readonly cells: number;
    /** Seconds of CPU. */
    readonly compute: number;
    readonly compare: number;
    readonly assert: number;
    readonly report: number;
    readonly page: number;
    /** The peak memory of the process, in megabytes. */
    readonly megabytes: number;
    readonly pageMegabytes: number;
}

function measure(stack: string, tenants: number): Measured {
    const sketches = stacks[stack]?.(namesOf(tenants)) ?? [];
    const before = JSON.stringify(exportOf(sketches));
    const after = JSON.stringify(exportOf(grown(sketches)));
    const seconds: Record<string, number> = {};
    const timed = <T>(name: string, work: () => T): T => {
        const before = process.cpuUsage();
        const result = work();
        const { user, system } = process.cpuUsage(before);
        seconds[name] = (user + system) / 1e6;
        return result;
    };
    const old = accessOf(readResources(JSON.parse(before)).after);
    const model = timed("compute", () => accessOf(readResources(JSON.parse(after)).after));
    const megabytes = process.resourceUsage().maxRSS / 1024;
    const comparison = timed("compare", () => compare(old, model));
    const violations = timed("assert", () =>
        check(model, parseAssertions([{ isolated: "tenants" }, { never: "shop1 reaches shop2" }])),
    );
    const report = timed("report", () => {
        const made = reportOf(model, { title: "bench", before: old, comparison, violations });
        renderMarkdown(made);
        return made;
    });
    const page = timed("page", () => renderPage(report));
    const { compute = 0, compare: compared = 0, assert = 0, report: reported = 0, page: paged = 0 } = seconds;
    return {
        tenants,
        cells: model.cells.length,
        compute,
        compare: compared,
        assert,
        report: reported,
        page: paged,
        megabytes,
        pageMegabytes: page.length / 2 ** 20,
    };
}

function namesOf(tenants: number): string[] {
    return Array.from({ length: tenants }, (_, index) => `shop${index}`);
}

const stacks: Readonly<Record<string, (tenants: readonly string[]) => Sketch[]>> = {
    plain: (tenants) => tenantStack({ tenants }),
    profiles: (tenants) => withProfiles(tenantStack({ tenants }), tenants),
};

const columns = [
    "tenants",
    "cells",
    "compute",
    "compare",
    "assert",
    "report",
    "page",
    "megabytes",
    "pageMegabytes",
] as const;

function main([size, stack = "plain"]: string[]): number {
    if (size !== undefined) {
        printJson(measure(stack, Number(size)));
        return 0;
    }
    print(line(["stack", ...columns]));
    const results = Object.keys(stacks).flatMap((stack) =>
        SIZES.map((tenants) => {
            const result = inOwnProcess(stack, tenants);
            const shownAs = columns.map((name) => result[name].toFixed(name === "tenants" || name === "cells" ? 0 : 2));
            print(line([stack, ...shownAs]));
            return { stack, ...result };
        }),
    );
    const growth = Object.keys(stacks).flatMap((stack) => {
        const [first, ...larger] = results.filter((result) => result.stack === stack);
        return first === undefined ? [] : larger.map((large) => ({ stack, ...compareSizes(first, large) }));
    });
    for (const { stack, times, compute, compare, megabytes } of growth) {
        print(
            `${stack}, ${times.toFixed(1)} times the cells: ${compute.toFixed(1)} times as long to compute, ${compare.toFixed(1)} to compare, ${megabytes.toFixed(1)} times the memory`,
        );
    }
    const usual = results.find(({ stack, tenants }) => stack === "plain" && tenants === LIMITS.tenants);
    const holds = [
        usual !== undefined &&
            usual.compute < LIMITS.compute &&
            usual.megabytes < LIMITS.megabytes &&
            usual.compare < LIMITS.compare,
        growth.every(({ times, ...factors }) =>
            [factors.compute, factors.compare, factors.megabytes].every((factor) => factor < SLACK * times),
        ),
    ];
    print(
        `${LIMITS.tenants} tenants within ${LIMITS.compute} s and ${LIMITS.megabytes} MB, compared within ${LIMITS.compare} s: ${holds[0] ? "yes" : "NO"}; linear: ${holds[1] ? "yes" : "NO"}`,
    );
    return holds.every(Boolean) ? 0 : 1;
}

function inOwnProcess(stack: string, tenants: number): Measured {
    const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [...process.execArgv, __filename, String(tenants), stack],
        { encoding: "utf8", maxBuffer: 2 ** 20 },
    );
    if (status !== 0) {
        throw new Error(stderr);
    }
    return JSON.parse(stdout) as Measured;
}

/** How many times as much the larger one takes. */
function compareSizes(small: Measured, large: Measured) {
    return {
        times: large.cells / small.cells,
        compute: large.compute / small.compute,
        compare: large.compare / small.compare,
        megabytes: large.megabytes / small.megabytes,
    };
}

function line(texts: readonly string[]) {
    return separated(
        texts.map((text) => alignedRight(text, 13)),
        shown``,
    );
}

process.exitCode = main(process.argv.slice(2));
