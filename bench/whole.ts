import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";

import type { StartResult } from "../cli/sandbox/start";
import { stateDir } from "../toolkit/paths";
import { shown } from "../toolkit/shown";
import { readStackFile } from "../toolkit/system/stackFile";
import { namesOf } from "../test/support/tenantStacks";
import { tell } from "../toolkit/terminal";
import type { Options } from "./options";
import { inOwnState } from "./ownState";
import { bytesIn } from "./report/disk";
import { keyless } from "./report/keyless";
import type { Row } from "./report/row";

const ROOT = resolve(__dirname, "..");
const STACK = "bench";
/** Connections of each tenant: the server's suffice for a thousand. */
const CONNECTIONS = 5;

/** Whole runs of `npm start`, with everything that it does, at several sizes; each in a sandbox of its own. */
export async function whole({ sizes }: Pick<Options, "sizes">): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let smaller: readonly Row[] = [];
    for (const tenants of sizes) {
        const reference = smaller;
        smaller = await inOwnState(() => life(tenants));
        rows.push(...smaller.map((row, index) => ({ against: reference[index]?.row, ...row })));
    }
    return rows;
}

/** Creates the stack, runs it again when nothing changed, then with one tenant more, and removes it. */
async function life(tenants: number): Promise<readonly Row[]> {
    const config = stateDir("bench", `Pulumi.${STACK}.yaml`);
    mkdirSync(stateDir("bench"), { recursive: true });
    const step = async (name: string, count: number, [command = "", ...more]: readonly string[]) => {
        tell(shown`whole run with ${tenants}: ${name}`);
        writeFileSync(config, stackOf(count));
        const { stdout, ...used } = await keyless([command, "--stack", STACK, ...more]);
        const row: Row = { row: `whole run: ${name}, ${tenants}`, tenants: count, ...used };
        return { row, stdout };
    };
    const start = async (name: string, count: number): Promise<Row> => {
        const { row, stdout } = await step(name, count, ["start", "--config-file", config, "--json"]);
        return { ...row, ...resultOf(stdout) };
    };
    const matrix = ["access", "--config-file", config, "--after", `stack:${STACK}`, "--json"];
    const created = await start("create", tenants);
    return [
        created,
        { ...(await step("access matrix", tenants, matrix)).row, against: created.row },
        await start("nothing changed", tenants),
        await start("one tenant more", tenants + 1),
        (await step("destroy", tenants + 1, ["down"])).row,
    ];
}

function resultOf(stdout: string): Pick<Row, "resources" | "attempts" | "kilobytes"> {
    const { changes, access, computed } = JSON.parse(stdout) as StartResult;
    return {
        resources: changes.same + changes.create + changes.update,
        attempts: access.attempted + computed.attempts,
        kilobytes: bytesIn(stateDir("engine")) / 1024,
    };
}

function stackOf(tenants: number): string {
    const config = readStackFile(join(ROOT, "Pulumi.local.yaml"));
    const named = namesOf(tenants).map((name) => ({ name, limits: { connections: CONNECTIONS } }));
    const access = { ...(config["keyless:access"] as object), tenants: named };
    return stringify({ config: { ...config, "keyless:access": access } });
}
