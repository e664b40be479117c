// `npm run bench`: every part that gives rows, in one table. See docs/benchmarks.md.
import { inspect } from "node:util";

import { quoted, shown } from "../toolkit/shown";
import { print, printJson, tell } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import { accessModel } from "./accessModel";
import { database } from "./database";
import { OpenTofu } from "./database/peer";
import { benchOptions, type Options } from "./options";
import { packRows } from "./policy/engine";
import { programAlone } from "./programAlone";
import { compared, machine, type Row } from "./report/row";
import { table } from "./report/table";
import { shards } from "./shards";
import { whole } from "./whole";

interface Part {
    readonly what: string;
    readonly rows: (options: Options) => Promise<readonly Row[]>;
}

const parts: Readonly<Record<string, Part>> = {
    whole: { what: "whole runs of npm start with --sizes tenants", rows: whole },
    database: { what: "the database side of --tenants on a real Postgres, and the peers", rows: database },
    program: { what: "the program alone, for --tenants and ten times as many", rows: programAlone },
    shards: { what: "a fleet of --tenants, and of twice as many: one tenant more runs one shard", rows: shards },
    policy: { what: "a preview of a thousand resources with the policy pack, and with an empty one", rows: packRows },
    access: { what: "the access model, for ten and twenty times --tenants", rows: accessModel },
};

async function main(args: readonly string[]): Promise<void> {
    const options = benchOptions(
        args,
        Object.fromEntries(Object.entries(parts).map(([name, { what }]) => [name, what])),
    );
    if (options === undefined) {
        return;
    }
    const rows: Row[] = [];
    for (const [name, part] of Object.entries(parts)) {
        if (options.only.includes(name)) {
            tell(shown`${name}: ${part.what}`);
            rows.push(...(await part.rows(options)));
        }
    }
    const { plugin, peer } = options;
    const versions: Record<string, string> = { "postgresql plugin": plugin === undefined ? "stand-in" : "official" };
    if (peer !== undefined) {
        versions["OpenTofu"] = await OpenTofu.versionOf(peer);
    }
    const result = { machine: machine(versions), rows: compared(rows) };
    if (options.json) {
        printJson(result);
    } else {
        print(table(result.machine, result.rows));
    }
}

main(process.argv.slice(2)).catch((error: unknown) => {
    tell(error instanceof UserError ? error.shown : quoted(inspect(error)));
    process.exitCode = error instanceof UserError ? 2 : 1;
});
