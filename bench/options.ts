import { accessSync, constants, statSync } from "node:fs";
import { basename, join } from "node:path";

import { readOptions, userPath } from "../cli/command/options";
import { separated, shown, type Shown } from "../toolkit/shown";
import { UserError } from "../toolkit/userError";
import type { Peer } from "./database/peer";

export interface Options {
    readonly json: boolean;
    readonly only: readonly string[];
    readonly tenants: number;
    /** Numbers of tenants of the whole runs, in rising order. */
    readonly sizes: readonly number[];
    readonly plugin: string | undefined;
    readonly peer: Peer | undefined;
}

const PLUGIN = "pulumi-resource-postgresql";
const PROVIDER = "terraform-provider-postgresql";
const MOST_TENANTS = 10_000;

/**
 * @param parts what each part measures, by its name
 * @returns undefined with `--help`
 * @throws UserError with all problems
 */
export function benchOptions(args: readonly string[], parts: Readonly<Record<string, string>>): Options | undefined {
    const usage = usageOf(parts);
    const values = readOptions([...args], usage, {
        json: { type: "boolean", default: false },
        only: { type: "string" },
        tenants: { type: "string", default: "100" },
        sizes: { type: "string", default: "1,10,50,100" },
        plugin: { type: "string" },
        opentofu: { type: "string" },
        provider: { type: "string" },
    });
    if (values === undefined) {
        return undefined;
    }
    const only = values.only === undefined ? Object.keys(parts) : values.only.split(",");
    const sizes = values.sizes.split(",");
    const [plugin, opentofu, provider] = [values.plugin, values.opentofu, values.provider].map((path) =>
        path === undefined ? undefined : userPath(path),
    );
    const problems = [
        ...only
            .filter((name) => !Object.hasOwn(parts, name))
            .map((name) => shown`--only ${name}: no such part; there are ${Object.keys(parts).join(", ")}`),
        ...(isSize(values.tenants)
            ? []
            : [shown`--tenants ${values.tenants}: must be a whole number from 1 to ${MOST_TENANTS}`]),
        ...(sizes.every(isSize) && new Set(sizes.map(Number)).size === sizes.length
            ? []
            : [
                  shown`--sizes ${values.sizes}: must be different whole numbers from 1 to ${MOST_TENANTS}, with commas between them`,
              ]),
        ...(plugin === undefined || isProgram(join(plugin, PLUGIN))
            ? []
            : [shown`--plugin ${plugin}: must be a folder with the program ${PLUGIN}`]),
        ...((opentofu === undefined) === (provider === undefined)
            ? []
            : [shown`--opentofu and --provider belong together: give both, or neither`]),
        ...(opentofu === undefined || isProgram(opentofu)
            ? []
            : [shown`--opentofu ${opentofu}: must be OpenTofu's program`]),
        ...(provider === undefined || (isProgram(provider) && basename(provider).startsWith(PROVIDER))
            ? []
            : [shown`--provider ${provider}: must be a program whose name begins with ${PROVIDER}`]),
    ];
    if (problems.length > 0) {
        throw new UserError(shown`${separated(problems, shown`\n`)}\n\n${usage}`);
    }
    const peer = opentofu === undefined || provider === undefined ? undefined : { opentofu, provider };
    const rising = sizes.map(Number).sort((one, other) => one - other);
    return { json: values.json, only, tenants: Number(values.tenants), sizes: rising, plugin, peer };
}

function isSize(given: string): boolean {
    return /^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= MOST_TENANTS;
}

function isProgram(path: string): boolean {
    try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
    } catch {
        return false;
    }
}

function usageOf(parts: Readonly<Record<string, string>>): Shown {
    const described = Object.entries(parts).map(([name, what]) => shown`  ${name.padEnd(19)}  ${what}`);
    return shown`usage: npm run bench [-- OPTION…]

Measures one part after another, and prints a table: time, CPU and peak memory of all processes, the state's size, and
how many times that is what the row named at the end took in the same run. Seconds depend on the machine, ratios less so.

  --only NAME,…        only these parts
  --tenants N          of the database side, and the first size of the others (default: 100)
  --sizes N,…          of the whole runs (default: 1,10,50,100)
  --plugin DIR         the folder of the official ${PLUGIN}; without it, the stand-in works
  --opentofu PATH      OpenTofu's program, which gets the resources that the program registers
  --provider PATH      the program ${PROVIDER} for OpenTofu
  --json               print the rows as JSON

parts:
${separated(described, shown`\n`)}`;
}
