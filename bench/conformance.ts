import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";

import type { Facts } from "../drift/index";
import { UserError } from "../toolkit/userError";
import { digestsOf, life, linesOf, officialFile, STEPS, type Digests } from "../test/support/conformance";
import { inLines, quoted, shown } from "../toolkit/shown";
import { print, tell } from "../toolkit/terminal";
import { inOwnState } from "./ownState";

const USAGE = shown`usage: KEYLESS_OFFICIAL_POSTGRESQL=DIR npm run conformance [-- MAJOR…]

Deploys the same tenants and profiles with the official postgresql plugin (pulumi-resource-postgresql
in DIR) and with the sandbox's stand-in, each on a separate server, and compares the catalogs after
every step: roles, settings, memberships with their grantors, owners, access lists, default
privileges. With KEYLESS_WRITE=1 it records the official plugin's catalogs, so that the tests can
compare with them without the plugin.`;

async function main(majors: readonly number[]): Promise<number> {
    const official = process.env["KEYLESS_OFFICIAL_POSTGRESQL"];
    if (official === undefined || !existsSync(join(official, "pulumi-resource-postgresql"))) {
        throw new UserError(
            shown`pulumi-resource-postgresql not found in ${JSON.stringify(official ?? "")}\n\n${USAGE}`,
        );
    }
    let differences = 0;
    for (const major of majors) {
        const theirs = await inOwnState(() => life(major, "official", [official], print));
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

const majors = process.argv.slice(2).map(Number);
main(majors.length > 0 ? majors : [15, 18])
    .then((code) => (process.exitCode = code))
    .catch((error: unknown) => {
        // The engine repeats its whole output; these lines contain the errors.
        const lines = String(error)
            .split("\n")
            .filter((line) => line.includes("error:"));
        tell(
            error instanceof UserError
                ? error.shown
                : lines.length > 0
                  ? inLines([...new Set(lines)])
                  : quoted(inspect(error)),
        );
        process.exitCode = 2;
    });
