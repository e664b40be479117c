import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Postgres } from "../sandbox/postgres/cluster";
import { byCertificate } from "../sandbox/postgres/session";
import { stateDir } from "../toolkit/paths";
import { PROVISIONER } from "../toolkit/serverNames";
import { openSession } from "../toolkit/session";
import { shown } from "../toolkit/shown";
import { sql } from "../toolkit/sql";
import { tell } from "../toolkit/terminal";
import { added, factsOf, type Fact } from "../test/support/catalogSnapshot";
import { superuserOf } from "../test/support/client";
import { OpenTofu, type Peer } from "./database/peer";
import { recordTenants } from "./database/program";
import { statements } from "./database/statements";
import type { Operation, Request } from "./database/step";
import { inOwnState } from "./ownState";
import { bytesIn } from "./report/disk";
import { cpuOfServer, cpuSince, run, type Run } from "./report/measured";
import type { Row } from "./report/row";
import { openServer } from "./server";

const MAJOR = 17;
const ROOT = resolve(__dirname, "..");

export interface DatabaseOptions {
    readonly tenants: number;
    /** The folder of the official plugin; without it, the stand-in works. */
    readonly plugin?: string | undefined;
    readonly peer?: Peer | undefined;
}

/** The steps of a stack's life, and how each is called. */
const LIFE = [
    { step: "create", operation: "up", more: 0 },
    { step: "nothing changed, preview", operation: "preview", more: 0 },
    { step: "nothing changed, preview with refresh", operation: "refresh", more: 0 },
    { step: "one tenant more", operation: "up", more: 1 },
    { step: "destroy", operation: "destroy", more: 1 },
] as const;

/**
 * The database side of many tenants on a real Postgres: the same components as in a stack, with an AWS that takes no time.
 * Compared with the same SQL in one session, with as many empty resources, and with OpenTofu, which gets the very resources
 * that the program registers.
 *
 * @throws Error if two ways leave different catalogs
 */
export function database(options: DatabaseOptions): Promise<readonly Row[]> {
    return inOwnState(async () => {
        const { peer } = options;
        const [rows, catalogs] = [[] as Row[], [] as { readonly of: string; readonly facts: readonly Fact[] }[]];
        const sql = await sqlAlone(options);
        rows.push(sql.row);
        catalogs.push({ of: "SQL", facts: sql.facts });
        if (peer !== undefined) {
            const theirs = await peerLife(options, peer);
            rows.push(...theirs.rows);
            catalogs.push({ of: "OpenTofu", facts: theirs.facts });
        }
        const ours = await ownLife(options);
        catalogs.forEach(({ of, facts }) => assertSame(of, facts, ours.facts));
        rows.push(
            ...ours.rows.map((row) => ({
                ...row,
                against: peer === undefined ? undefined : `OpenTofu: ${stepOf(row)}`,
            })),
        );
        rows.push(...(await withoutWork(options, ours.resources)));
        return rows;
    });
}

const KEYLESS = "database side: ";
const stepOf = ({ row }: Row) => row.slice(KEYLESS.length);

async function ownLife({ tenants, plugin }: DatabaseOptions) {
    const server = await serverFor("KEYLESS");
    const { host, port, authority, breakGlass } = server;
    const known = { host, port, authority, breakGlass, provisioner: await server.clientCertificate(PROVISIONER) };
    const stack = stackIn("keyless", plugin === undefined ? [] : [resolve(plugin)]);
    const rows: Row[] = [];
    let [facts, resources]: [readonly Fact[], number] = [[], 0];
    for (const { step, operation, more } of LIFE) {
        tell(shown`database side: ${step}`);
        const [{ measured, changes }, serverCpu] = await beside(server, () =>
            stack.step(operation, tenants + more, known),
        );
        if (operation === "preview" || operation === "refresh") {
            assertUnchanged(step, changes);
        }
        if (step === "create") {
            facts = await look(server);
            resources = changes["create"] ?? 0;
        }
        rows.push({
            row: `${KEYLESS}${step}`,
            tenants: tenants + more,
            resources: operation === "destroy" ? undefined : sum(changes),
            ...used(measured),
            serverCpu,
            kilobytes: operation === "up" ? stack.kilobytes() : undefined,
        });
    }
    return { rows, facts, resources };
}

async function peerLife({ tenants }: DatabaseOptions, peer: Peer) {
    const server = await serverFor("PEER");
    const tofu = new OpenTofu(peer, stateDir("opentofu"));
    const rows: Row[] = [];
    let facts: readonly Fact[] = [];
    for (const { step, operation, more } of LIFE) {
        tell(shown`OpenTofu: ${step}`);
        const resources = await recordTenants(server, tenants + more);
        await tofu.configure(resources.map(withoutHooks));
        const commands = {
            up: () => tofu.apply(),
            preview: () => tofu.plan(false),
            refresh: () => tofu.plan(true),
            destroy: () => tofu.destroy(),
        };
        const [measured, serverCpu] = await beside(server, commands[operation]);
        if (step === "create") {
            facts = await look(server);
        }
        rows.push({
            row: `OpenTofu: ${step}`,
            tenants: tenants + more,
            resources: resources.filter(({ type }) => type.startsWith("postgresql:")).length,
            ...used(measured),
            serverCpu,
            kilobytes: operation === "up" ? tofu.kilobytes() : undefined,
        });
    }
    return { rows, facts };
}

/** What the program's hooks do before a role is deleted, the provider does itself unless this input says otherwise. */
function withoutHooks<R extends { readonly inputs: Record<string, unknown> }>(resource: R): R {
    return { ...resource, inputs: { ...resource.inputs, skipReassignOwned: undefined } };
}

/** The statements alone, one after another in one session. */
async function sqlAlone({ tenants }: DatabaseOptions) {
    const server = await serverFor("SQL");
    const all = statements(await recordTenants(server, tenants));
    const session = await openSession({ ...(await byCertificate(server, PROVISIONER)), database: "app" });
    const start = performance.now();
    try {
        for (const statement of all) {
            await session.query(statement);
        }
    } finally {
        await session.end();
    }
    const seconds = (performance.now() - start) / 1000;
    const row: Row = { row: "the same SQL in one session", tenants, seconds, against: `${KEYLESS}create` };
    return { row, facts: await look(server) };
}

/** What the engine takes for as many resources that do nothing. */
async function withoutWork({ tenants, peer }: DatabaseOptions, count: number): Promise<Row[]> {
    tell(shown`the engine alone`);
    const stack = stackIn("empty", []);
    const rows: Row[] = [];
    for (const { step, operation } of LIFE.slice(0, 2)) {
        const { measured } = await stack.step(operation, count);
        rows.push({
            row: `the engine with empty resources: ${step}`,
            tenants,
            resources: count,
            ...used(measured),
            kilobytes: operation === "up" ? stack.kilobytes() : undefined,
            against: `${peer === undefined ? KEYLESS : "OpenTofu: "}${step}`,
        });
    }
    return rows;
}

/** Some work, and the seconds of CPU that a server takes meanwhile. */
async function beside<T>(server: Postgres, work: () => Promise<T>): Promise<readonly [T, number | undefined]> {
    const admin = await server.guardedAdmin("app");
    const read = sql`SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`;
    const [{ pid } = { pid: 0 }] = (await admin.query<{ pid: number }>(read)).rows;
    await admin.end();
    const before = cpuOfServer(pid);
    const result = await work();
    return [result, cpuSince(before, cpuOfServer(pid))];
}

function stackIn(name: string, plugins: readonly string[]) {
    const dir = stateDir(name);
    mkdirSync(dir);
    const known = { dir, plugins, journaled: true };
    return {
        async step(operation: Operation, count: number, server?: Request["server"]) {
            const request: Request = { ...known, operation, count, ...(server === undefined ? {} : { server }) };
            const args = ["--require", join(ROOT, "toolkit/preload.cjs"), join(ROOT, "bench/database/step.ts")];
            const measured = await run(process.execPath, args, {
                cwd: ROOT,
                env: process.env,
                input: JSON.stringify(request),
            });
            return { measured, changes: JSON.parse(measured.stdout) as Readonly<Record<string, number>> };
        },
        kilobytes: () => bytesIn(join(dir, "backend", ".pulumi", "stacks")) / 1024,
    };
}

/** A server of its own for each way. */
function serverFor(which: string): Promise<Postgres> {
    return openServer(`cluster-BENCH${which}`, MAJOR);
}

async function look(server: Postgres): Promise<readonly Fact[]> {
    const admin = await superuserOf(server, "app");
    try {
        return await factsOf(admin);
    } finally {
        await admin.end();
    }
}

function assertSame(of: string, theirs: readonly Fact[], ours: readonly Fact[]): void {
    const differences = [
        ...added(theirs, ours).map((fact) => `only Keyless: ${JSON.stringify(fact)}`),
        ...added(ours, theirs).map((fact) => `only ${of}: ${JSON.stringify(fact)}`),
    ];
    if (differences.length > 0) {
        throw new Error(`the catalogs differ, so the work does: ${differences.slice(0, 10).join("\n")}`);
    }
}

function assertUnchanged(step: string, changes: Readonly<Record<string, number>>): void {
    if (Object.keys(changes).join() !== "same") {
        throw new Error(`${step}, but the engine found ${JSON.stringify(changes)}`);
    }
}

function used({ seconds, cpu, megabytes }: Run) {
    return { seconds, cpu, megabytes };
}

function sum(changes: Readonly<Record<string, number>>): number {
    return Object.values(changes).reduce((all, each) => all + each, 0);
}
