import { isDeepStrictEqual } from "node:util";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readFacts, type Facts } from "../audit";
import { Sessions } from "../cli/access/live";
import type { AccessArgs } from "../components/access/access";
import { openCluster, removeCluster, type Postgres } from "../sandbox/postgres/cluster";
import { UserError } from "../sandbox/problem";
import { accessProgram, tenant } from "../test/support/accessProgram";
import { InlineStack } from "../test/support/inlineStack";

const USAGE = `usage: KEYLESS_OFFICIAL_POSTGRESQL=DIR npm run conformance [-- MAJOR…]

Brings the same tenants and profiles up with the official postgresql plugin, which is in DIR
as pulumi-resource-postgresql, and with the sandbox's stand-in, each on a server of its own,
and compares after every step what the catalogs say: roles, settings, memberships with their
grantors, owners, access lists, default privileges.`;

/** One step of a stack's life; SQL is run after it. */
interface Step {
    readonly what: string;
    readonly access: Partial<AccessArgs>;
    readonly sql?: string;
}

const shop = { limits: { connections: 7, statementSeconds: 30, idleInTransactionSeconds: 60 } };
const audit = { name: "audit", grants: [{ tenant: "*", on: "tables", privileges: ["SELECT"] }, { tenant: "*", on: "sequences", privileges: ["SELECT"] }], holders: [{ breakGlass: true }] } as const;
const cards = {
    name: "cards",
    grants: [
        { tenant: "shop", on: "tables", objects: ["orders"], columns: ["id", "customer"], privileges: ["SELECT"] },
        { tenant: "shop", on: "tables", objects: ["customers"], privileges: ["SELECT", "UPDATE"] },
    ],
    holders: [],
} as const;
const admin = { name: "admin", grants: [], actsAs: "shop", holders: [] };
const all = [tenant("shop", shop), tenant("3m-parts_2", { searchPath: ["3m-parts_2", "public"] }), tenant("own", { model: "owner" })];

const STEPS: readonly Step[] = [
    { what: "tenants", access: { tenants: all, extensions: ["citext"] }, sql: "SET ROLE shop_owner; CREATE TABLE shop.orders (id bigserial, customer text, total int); CREATE TABLE shop.customers (id int); RESET ROLE" },
    { what: "profiles", access: { tenants: all, extensions: ["citext"], profiles: [audit, cards, admin] }, sql: "SET ROLE shop_owner; CREATE TABLE shop.later (id int); RESET ROLE" },
    { what: "the same again", access: { tenants: all, extensions: ["citext"], profiles: [audit, cards, admin] } },
    { what: "fewer rights, other settings", access: { tenants: [tenant("shop"), ...all.slice(1)], profiles: [{ ...audit, grants: [{ tenant: "shop", on: "tables", privileges: ["SELECT", "INSERT"] }] }, cards] } },
    { what: "a farewell", access: { tenants: [tenant("shop", { retire: "keep" }), tenant("own", { model: "owner", retire: "keep" })], profiles: [cards] } },
    { what: "its end announced", access: { tenants: [tenant("shop", { retire: "drop" })] } },
    { what: "nothing", access: {} },
];

async function main(majors: readonly number[]): Promise<number> {
    const official = process.env["KEYLESS_OFFICIAL_POSTGRESQL"];
    if (official === undefined || !existsSync(join(official, "pulumi-resource-postgresql"))) {
        throw new UserError(`there is no pulumi-resource-postgresql in ${JSON.stringify(official ?? "")}\n\n${USAGE}`);
    }
    const state = mkdtempSync(join(tmpdir(), "keyless-conformance-"));
    process.env["KEYLESS_STATE"] = state;
    let differences = 0;
    try {
        for (const major of majors) {
            const [theirs, ours] = [await life(major, "official", [official]), await life(major, "stand-in", [])];
            for (const [index, { what }] of STEPS.entries()) {
                const found = differing(theirs[index], ours[index]);
                differences += found.length;
                console.log(`Postgres ${major}, ${what}: ${found.length === 0 ? "no difference" : found.join("\n  ")}`);
            }
        }
    } finally {
        rmSync(state, { recursive: true, force: true });
    }
    return differences === 0 ? 0 : 1;
}

/** What the catalogs say after each step. */
async function life(major: number, which: string, plugins: readonly string[]): Promise<Facts[]> {
    const resourceId = `cluster-${which.toUpperCase()}${major}`;
    const stack = await InlineStack.create(plugins);
    const facts: Facts[] = [];
    try {
        const postgres = await openCluster({ resourceId, major, masterUsername: "master", database: "app", hosts: ["localhost"] });
        const program = await accessProgram(postgres);
        for (const { what, access, sql } of STEPS) {
            const { changes } = await stack.up(program(access));
            console.log(`${which}, ${what}: ${JSON.stringify(changes)}`);
            facts.push(await look(postgres, sql));
        }
    } finally {
        await removeCluster(resourceId);
        stack.remove();
    }
    return facts;
}

async function look(postgres: Postgres, sql: string | undefined): Promise<Facts> {
    const sessions = new Sessions((database) => postgres.admin(database));
    try {
        if (sql !== undefined) {
            await (await sessions.in("app")).query(sql);
        }
        return await readFacts(sessions.ask, ["app"]);
    } finally {
        await sessions.end();
    }
}

function differing(theirs: Facts | undefined, ours: Facts | undefined): string[] {
    const lines = (facts: Facts | undefined) =>
        new Set([...(facts?.roles.values() ?? []), ...(facts?.memberships ?? []), ...(facts?.objects ?? []), ...(facts?.defaults ?? [])].map((one) => JSON.stringify(sorted(one))));
    const [a, b] = [lines(theirs), lines(ours)];
    if (isDeepStrictEqual(a, b)) {
        return [];
    }
    return [...[...a].filter((line) => !b.has(line)).map((line) => `official only: ${line}`), ...[...b].filter((line) => !a.has(line)).map((line) => `stand-in only: ${line}`)];
}

/** An access list has no order that means something. */
function sorted(one: object): object {
    const items = "items" in one && Array.isArray(one.items) ? { items: one.items.map((item) => JSON.stringify(item)).sort() } : {};
    return { ...one, ...items };
}

const majors = process.argv.slice(2).map(Number);
main(majors.length > 0 ? majors : [15, 18])
    .then((code) => (process.exitCode = code))
    .catch((error: unknown) => {
        // The engine repeats its whole output; what failed is in these lines.
        const lines = String(error).split("\n").filter((line) => line.includes("error:"));
        console.error(error instanceof UserError ? error.message : lines.length > 0 ? [...new Set(lines)].join("\n") : error);
        process.exitCode = 2;
    });
