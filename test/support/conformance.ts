import { createHash } from "node:crypto";
import { join } from "node:path";

import { readFacts, type Facts } from "../../drift/index";
import type { AccessArgs } from "../../components/access/access";
import { openCluster, type Postgres } from "../../sandbox/postgres/cluster";
import { BREAK_GLASS, MAINTENANCE, PROVISIONER } from "../../toolkit/serverNames";
import type { Row } from "../../toolkit/session";
import { accessProgram, tenant } from "./accessProgram";
import { superuserOf } from "./client";
import { InlineStack } from "./inlineStack";

/** One step of a stack's life; SQL runs after it. */
interface Step {
    readonly what: string;
    readonly access: Partial<AccessArgs>;
    readonly sql?: string;
    /** Why the update fails, if it must. */
    readonly refused?: RegExp;
}

const shop = { limits: { connections: 7, statementSeconds: 30, idleInTransactionSeconds: 60 } };
const audit = {
    name: "audit",
    grants: [
        { tenant: "*", on: "tables", privileges: ["SELECT"] },
        { tenant: "*", on: "sequences", privileges: ["SELECT"] },
    ],
    holders: [{ breakGlass: true }, { tenant: "own" }],
} as const;
const cards = {
    name: "cards",
    grants: [
        { tenant: "shop", on: "tables", objects: ["orders"], columns: ["id", "customer"], privileges: ["SELECT"] },
        { tenant: "shop", on: "tables", objects: ["customers"], privileges: ["SELECT", "UPDATE"] },
    ],
    holders: [],
} as const;
const admin = { name: "admin", grants: [], actsAs: "shop", holders: [] };
const all = [
    tenant("shop", shop),
    tenant("3m-parts_2", { searchPath: ["3m-parts_2", "public"] }),
    tenant("own", { model: "owner" }),
];
const leaving = [tenant("shop", { retire: "keep" }), tenant("own", { model: "owner", retire: "keep" })];

export const STEPS: readonly Step[] = [
    {
        what: "tenants",
        access: { tenants: all, extensions: ["citext"] },
        sql: "SET ROLE shop_owner; CREATE TABLE shop.orders (id bigserial, customer text, total int); CREATE TABLE shop.customers (id int); RESET ROLE",
    },
    {
        what: "profiles",
        access: { tenants: all, extensions: ["citext"], profiles: [audit, cards, admin] },
        sql: "SET ROLE shop_owner; CREATE TABLE shop.later (id int); RESET ROLE",
    },
    { what: "the same again", access: { tenants: all, extensions: ["citext"], profiles: [audit, cards, admin] } },
    {
        what: "fewer rights, other settings",
        access: {
            tenants: [tenant("shop"), ...all.slice(1)],
            profiles: [
                { ...audit, grants: [{ tenant: "shop", on: "tables", privileges: ["SELECT", "INSERT"] }] },
                cards,
            ],
        },
    },
    {
        what: "a farewell",
        access: { tenants: leaving, profiles: [cards] },
        sql: "SET ROLE keyless_provisioner; CREATE SCHEMA pgx; RESET ROLE",
    },
    {
        what: "a schema of another role",
        access: { tenants: [...leaving, tenant("pgx")], profiles: [cards] },
        refused: /the schema pgx exists already in the database app, and this stack did not make it/,
    },
    { what: "its end announced", access: { tenants: [tenant("shop", { retire: "drop" })] } },
    { what: "nothing", access: {} },
];

/** The file with the catalogs from the last run of the official plugin. */
export const officialFile = join(__dirname, "..", "integration", "officialCatalogs.json");

/** By major version, step and part of the catalogs. */
export type Digests = Record<string, Record<string, Record<string, string>>>;

/**
 * The catalogs after each step.
 *
 * @param which distinguishes servers
 * @param plugins folders with provider plugins that come before the stand-ins
 */
export async function life(
    major: number,
    which: string,
    plugins: readonly string[] = [],
    tell: (line: string) => void = () => undefined,
): Promise<Facts[]> {
    const stack = await InlineStack.create(plugins);
    const facts: Facts[] = [];
    try {
        const postgres = await openCluster({
            resourceId: `cluster-${which.toUpperCase()}${major}`,
            major,
            masterUsername: "master",
            database: "app",
            hosts: ["localhost"],
        });
        const program = await accessProgram(postgres);
        for (const { what, access, sql, refused } of STEPS) {
            tell(`${which}, ${what}: ${await update(stack, program(access), refused)}`);
            facts.push(await look(postgres, sql));
        }
    } finally {
        stack.remove();
    }
    return facts;
}

async function update(
    stack: InlineStack,
    program: Parameters<InlineStack["up"]>[0],
    refused: RegExp | undefined,
): Promise<string> {
    if (refused === undefined) {
        return JSON.stringify((await stack.up(program)).changes);
    }
    const failure = await stack.up(program).then(() => "nothing", String);
    if (!refused.test(failure)) {
        throw new Error(`error: it was to be refused (${String(refused)}), and was not: ${failure}`);
    }
    return "refused";
}

async function look(postgres: Postgres, statements: string | undefined): Promise<Facts> {
    const admin = await superuserOf(postgres, "app");
    try {
        if (statements !== undefined) {
            await admin.query(statements);
        }
        return await readFacts(async (_, statement) => (await admin.query<Row>(statement)).rows, ["app"]);
    } finally {
        await admin.end();
    }
}

/** The facts, one per line, by their part of the catalogs. */
export function linesOf({ roles, memberships, objects, defaults }: Facts): Record<string, string[]> {
    // The bootstrap's are the settings of its logins and the access lists of the maintenance databases, not the provider's; how
    // statements name an object is not in the catalogs.
    const bootstrapped = [PROVISIONER, BREAK_GLASS];
    const made = [...roles.values()].map((role) =>
        bootstrapped.includes(role.name) ? { ...role, settings: [] } : role,
    );
    // In the order of the digests.
    const declared = objects.filter(
        ({ kind, name }) => kind !== "database" || !MAINTENANCE.some((one) => one === name),
    );
    const listed = declared.map(({ kind, database, schema, name, column, owner, linked, items }) => ({
        kind,
        database,
        schema,
        name,
        column,
        owner,
        linked,
        items,
    }));
    // As the digests were recorded: a default list names no grantor.
    const lists = defaults.map(({ entries, ...of }) => ({
        ...of,
        items: entries.map(({ grantee, privilege, grantable }) => ({
            grantee,
            grantor: "undefined",
            privilege,
            grantable,
        })),
    }));
    // With the options that were recorded.
    const members = memberships.map(({ role, member, grantor, admin }) => ({ role, member, grantor, admin }));
    const parts = { roles: made, memberships: members, objects: listed, defaults: lists };
    return Object.fromEntries(
        Object.entries(parts).map(([part, all]) => [
            part,
            [...new Set(all.map((one) => JSON.stringify(sorted(one))))].sort(),
        ]),
    );
}

/** The order of an access list has no meaning. */
function sorted(one: object): object {
    const items =
        "items" in one && Array.isArray(one.items)
            ? { items: one.items.map((item) => JSON.stringify(item)).sort() }
            : {};
    return { ...one, ...items };
}

/** Digests of the facts after each step: they detect a difference, and the comparison shows it. */
export function digestsOf(facts: readonly Facts[]): Digests[string] {
    const digest = (lines: readonly string[]) =>
        createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
    const steps = facts.map(
        (one, index) =>
            [
                STEPS[index]?.what ?? "",
                Object.fromEntries(Object.entries(linesOf(one)).map(([part, lines]) => [part, digest(lines)])),
            ] as const,
    );
    return Object.fromEntries(steps);
}
