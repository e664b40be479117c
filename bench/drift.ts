import type { AccessArgs } from "../components/access/access";
import { openCluster } from "../sandbox/postgres/cluster";
import { accessProgram, tenant } from "../test/support/accessProgram";
import { InlineStack } from "../test/support/inlineStack";
import { print } from "../toolkit/terminal";
import { inOwnState } from "./ownState";

const limits = { connections: 7, statementSeconds: 30, idleInTransactionSeconds: 60 };
const audit = {
    name: "audit",
    grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }],
    holders: [{ breakGlass: true }],
} as const;
const data = { name: "3m_data", extensions: ["citext"], protect: false };

/** The successive states of a stack: created, changed in every way, retiring, and removed. */
const LIFE: readonly Partial<AccessArgs>[] = [
    {
        extensions: ["pgcrypto"],
        databases: [data],
        tenants: [
            tenant("shop", { limits }),
            tenant("3m-parts", { database: data.name }),
            tenant("own", { model: "owner" }),
        ],
        profiles: [audit],
    },
    {
        extensions: ["pgcrypto"],
        databases: [data],
        tenants: [
            tenant("store", { formerly: "shop", searchPath: ["shop", "public"] }),
            tenant("3m-parts", { database: data.name }),
            tenant("own", { model: "owner", limits }),
        ],
        profiles: [{ ...audit, grants: [{ tenant: "own", on: "tables", privileges: ["SELECT", "INSERT"] }] }],
    },
    {
        databases: [data],
        tenants: [
            tenant("store", { formerly: "shop", retire: "drop" }),
            tenant("own", { model: "owner", retire: "drop" }),
        ],
    },
    {},
];

/**
 * Runs preview and refresh after each update, at the engine's default parallelism, and counts the changes they find:
 *
 *     npm run bench:drift [-- UPDATES [MAJOR…]]
 */
async function main(updates = 20, ...majors: readonly number[]): Promise<void> {
    let drifted = 0;
    for (const major of majors.length > 0 ? majors : [15, 16, 17, 18]) {
        const clean = await inOwnState(() => cleanUpdates(major, updates));
        drifted += updates - clean;
        print(`Postgres ${major}: preview and refresh found no changes after ${clean} of ${updates} updates`);
    }
    process.exitCode = drifted === 0 ? 0 : 1;
}

async function cleanUpdates(major: number, updates: number): Promise<number> {
    const stack = await InlineStack.create();
    let clean = 0;
    try {
        const access = await accessProgram(
            await openCluster({
                resourceId: `cluster-DRIFT${major}`,
                major,
                masterUsername: "master",
                database: "app",
                hosts: ["localhost"],
            }),
        );
        for (let update = 0; update < updates; update += 1) {
            const program = access(LIFE[update % LIFE.length] ?? {});
            await stack.up(program);
            const looks = Object.entries({
                preview: await stack.preview(program),
                refresh: await stack.refresh(program),
            });
            const drifts = looks.filter(([, changes]) => Object.keys(changes).join() !== "same");
            drifts.forEach(([look, changes]) =>
                print(`Postgres ${major}, update ${update + 1}: ${look} finds ${JSON.stringify(changes)}`),
            );
            clean += drifts.length === 0 ? 1 : 0;
        }
    } finally {
        stack.remove();
    }
    return clean;
}

void main(...process.argv.slice(2).map(Number));
