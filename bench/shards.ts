import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";

import { stateDir } from "../toolkit/paths";
import { shown } from "../toolkit/shown";
import { readStackFile } from "../toolkit/system/stackFile";
import { namesOf } from "../test/support/tenantStacks";
import { tell } from "../toolkit/terminal";
import type { Options } from "./options";
import { inOwnState } from "./ownState";
import { keyless } from "./report/keyless";
import type { Row } from "./report/row";

const ROOT = resolve(__dirname, "..");
const PLATFORM = "application-server";
const PER_SHARD = 50;

/** A fleet on one platform: created, one tenant more, twice as many, and one tenant more again, which should take the same. */
export async function shards({ tenants }: Pick<Options, "tenants">): Promise<readonly Row[]> {
    return inOwnState(async () => {
        const folder = stateDir("bench");
        mkdirSync(folder, { recursive: true });
        await keyless(["start", "--stack", PLATFORM, "--config-file", platformIn(folder), "--json"]);
        const grow = async (name: string, count: number, touched?: number): Promise<Row> => {
            tell(shown`shards: ${name}`);
            const file = join(folder, "keyless.fleet.yaml");
            writeFileSync(file, planOf(count));
            await keyless(["fleet", "plan", "--file", file]);
            const { stdout, ...used } = await keyless(["fleet", "up", "--sandbox", "--file", file, "--json"]);
            const { shards: ran } = JSON.parse(stdout) as { readonly shards: readonly unknown[] };
            if (touched !== undefined && ran.length !== touched) {
                throw new Error(`${name} ran ${ran.length} shards instead of ${touched}`);
            }
            return { row: `shards: ${name}`, tenants: count, ...used };
        };
        const first = await grow(`create ${tenants}`, tenants);
        const one = await grow(`one more than ${tenants}`, tenants + 1, 1);
        const more = await grow(`${tenants} more`, 2 * tenants);
        const again = await grow(`one more than ${2 * tenants}`, 2 * tenants + 1, 1);
        return [first, { ...one, against: first.row }, { ...more, against: first.row }, { ...again, against: one.row }];
    });
}

/** A stack with a database and without tenants. */
function platformIn(folder: string): string {
    const file = join(folder, `Pulumi.${PLATFORM}.yaml`);
    const config = readStackFile(join(ROOT, "examples", "stacks", `${PLATFORM}.yaml`));
    writeFileSync(file, stringify({ config: { ...config, "keyless:access": { publicRights: "revoke" } } }));
    return file;
}

function planOf(count: number): string {
    const tenants = namesOf(count).map((name) => ({ name, identity: "ec2", limits: { connections: 5 } }));
    const cell = {
        name: "one",
        platformStack: `organization/keyless/${PLATFORM}`,
        config: { "aws:region": "eu-central-1" },
        shards: Math.ceil(count / PER_SHARD),
        limits: { roles: 5000 },
    };
    return stringify({ name: "bench", tenantsPerShard: PER_SHARD, cells: [cell], tenants });
}
