import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import type { Facts } from "../drift/index";
import { UserError } from "../toolkit/userError";
import { digestsOf, life, linesOf, officialFile, STEPS, type Digests } from "../test/support/conformance";
import { inLines, quoted, shown } from "../toolkit/shown";
import { print, tell } from "../toolkit/terminal";
import { linesOfErrors } from "./errorLines";
import { repeatLives } from "./lives";
import { inOwnState } from "./ownState";

const USAGE = shown`usage: npm run conformance -- [--plugin DIR] [--versions MAJOR,…] [--lives N]

Deploys the same tenants and profiles with the official postgresql plugin (pulumi-resource-postgresql
in DIR) and with the sandbox's stand-in, each on a separate server, and compares the catalogs after
every step: roles, settings, memberships with their grantors, owners, access lists, default
privileges. With KEYLESS_WRITE=1 it records the official plugin's catalogs, so that the tests can
compare with them without the plugin.

  --plugin DIR        default: KEYLESS_OFFICIAL_POSTGRESQL
  --versions MAJOR,…  versions of Postgres; default: 15,18
  --lives N           instead creates, changes and removes a stack N times on each version, with the
                      plugin, if there is one, and with the stand-in: no operation may fail, and
                      deadlocks that were tried again are counted`;

interface Options {
    readonly plugin: string | undefined;
    readonly versions: readonly number[];
    readonly lives: number | undefined;
}

function readOptions(): Options {
    const { values } = parseArgs({
        options: { plugin: { type: "string" }, versions: { type: "string" }, lives: { type: "string" } },
    });
    const plugin = values.plugin ?? process.env["KEYLESS_OFFICIAL_POSTGRESQL"];
    const versions = (values.versions ?? "15,18").split(",").map(Number);
    const lives = values.lives === undefined ? undefined : Number(values.lives);
    if ([...versions, lives ?? 1].some((number) => !Number.isInteger(number) || number < 1)) {
        throw new UserError(shown`--versions and --lives take whole numbers\n\n${USAGE}`);
    }
    if (plugin === undefined ? lives === undefined : !existsSync(join(plugin, "pulumi-resource-postgresql"))) {
        throw new UserError(shown`pulumi-resource-postgresql not found in ${JSON.stringify(plugin ?? "")}\n\n${USAGE}`);
    }
    return { plugin, versions, lives };
}

function main({ plugin, versions, lives }: Options): Promise<number> {
    const official = plugin === undefined ? [] : [plugin];
    return lives === undefined ? compare(versions, official) : repeat(versions, official, lives);
}

async function repeat(versions: readonly number[], official: readonly string[], count: number): Promise<number> {
    let failed = 0;
    for (const major of versions) {
        for (const plugins of official.length > 0 ? [official, []] : [[]]) {
            const which = plugins.length > 0 ? "official" : "stand-in";
            const on = shown`Postgres ${major}, ${which}`;
            const { lives, failures, retried, seconds } = await repeatLives(major, count, plugins, (line) =>
                print(shown`${on}: ${line}`),
            );
            print(shown`${on}: ${lives} lives, ${failures.length} failures, ${retried} retried, ${seconds} s`);
            failed += failures.length;
        }
    }
    return failed === 0 ? 0 : 1;
}

async function compare(versions: readonly number[], official: readonly string[]): Promise<number> {
    let differences = 0;
    for (const major of versions) {
        const theirs = await inOwnState(() => life(major, "official", official, print));
        const ours = await inOwnState(() => life(major, "stand-in", [], print));
        for (const [index, { what }] of STEPS.entries()) {
            const found = differing(theirs[index], ours[index]);
            differences += found.length;
            print(
                shown`Postgres ${major}, ${what}: ${found.length === 0 ? "no difference" : quoted(found.join("\n"))}`,
            );
        }
        if (process.env["KEYLESS_WRITE"] === "1") {
            note(major, theirs);
        }
    }
    return differences === 0 ? 0 : 1;
}

function note(major: number, facts: readonly Facts[]): void {
    const known = existsSync(officialFile) ? (JSON.parse(readFileSync(officialFile, "utf8")) as Digests) : {};
    writeFileSync(officialFile, `${JSON.stringify({ ...known, [major]: digestsOf(facts) }, undefined, 4)}\n`);
}

function differing(theirs: Facts | undefined, ours: Facts | undefined): string[] {
    const lines = (facts: Facts | undefined) => (facts === undefined ? [] : Object.values(linesOf(facts)).flat());
    const [a, b] = [lines(theirs), lines(ours)];
    return [
        ...a.filter((line) => !b.includes(line)).map((line) => `official only: ${line}`),
        ...b.filter((line) => !a.includes(line)).map((line) => `stand-in only: ${line}`),
    ];
}

Promise.resolve()
    .then(readOptions)
    .then(main)
    .then((code) => (process.exitCode = code))
    .catch((error: unknown) => {
        tell(error instanceof UserError ? error.shown : inLines(linesOfErrors(error)));
        process.exitCode = 2;
    });
