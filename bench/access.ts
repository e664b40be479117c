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

const SIZES = [1000, 2000, 5000];
/** The limits at the first size. */
const LIMITS = { compute: 5, compare: 10, megabytes: 1024 };
/** The allowed factor over linear growth at a larger size. */
const SLACK = 2;

interface Measured {
    readonly tenants: number;
    readonly cells: number;
    /** Seconds. */
    readonly compute: number;
    readonly compare: number;
    readonly assert: number;
    readonly report: number;
    readonly page: number;
    /** The peak memory of the process, in megabytes. */
    readonly megabytes: number;
    readonly pageMegabytes: number;
}

function measure(tenants: number): Measured {
    const before = JSON.stringify(exportOf(sketches(tenants)));
    const after = JSON.stringify(exportOf(grown(sketches(tenants))));
    const seconds: Record<string, number> = {};
    const timed = <T>(name: string, work: () => T): T => {
        const start = performance.now();
        const result = work();
        seconds[name] = (performance.now() - start) / 1000;
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

function sketches(tenants: number): Sketch[] {
    return tenantStack({ tenants: Array.from({ length: tenants }, (_, index) => `shop${index}`) });
}

function main([size]: string[]): number {
    if (size !== undefined) {
        printJson(measure(Number(size)));
        return 0;
    }
    const results = SIZES.map((tenants): Measured => {
        const { stdout, stderr, status } = spawnSync(
            process.execPath,
            [...process.execArgv, __filename, String(tenants)],
            { encoding: "utf8", maxBuffer: 2 ** 20 },
        );
        if (status !== 0) {
            throw new Error(stderr);
        }
        return JSON.parse(stdout) as Measured;
    });
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
    print(
        separated(
            columns.map((name) => alignedRight(name, 13)),
            shown``,
        ),
    );
    for (const result of results) {
        print(
            separated(
                columns.map((name) =>
                    alignedRight(result[name].toFixed(name === "tenants" || name === "cells" ? 0 : 2), 13),
                ),
                shown``,
            ),
        );
    }
    const [first, ...larger] = results;
    if (first === undefined) {
        return 1;
    }
    const ratios = larger.map(({ tenants, compute, compare: compared }) => {
        const size = tenants / first.tenants;
        return { size, compute: compute / first.compute / size, compare: compared / first.compare / size };
    });
    ratios.forEach(({ size, compute, compare: compared }) =>
        print(
            `${size} times the tenants: ${compute.toFixed(2)} times as long per tenant to compute, ${compared.toFixed(2)} to compare`,
        ),
    );
    const holds = [
        first.compute < LIMITS.compute && first.megabytes < LIMITS.megabytes && first.compare < LIMITS.compare,
        ratios.every(({ compute, compare: compared }) => compute < SLACK && compared < SLACK),
    ];
    print(
        `${first.tenants} tenants within ${LIMITS.compute} s and ${LIMITS.megabytes} MB, compared within ${LIMITS.compare} s: ${holds[0] ? "yes" : "NO"}; linear: ${holds[1] ? "yes" : "NO"}`,
    );
    return holds.every(Boolean) ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
