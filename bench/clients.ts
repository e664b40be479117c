/**
 * Tries client libraries of several languages under `keyless run`, each with every kind of identity against a writer, a
 * reader and a proxy, and writes docs/clients.json: `npm run clients`. It installs the libraries from their registries;
 * a language whose toolchain is missing is recorded as not tried. `--client ID` and `--column NAME` try only these, and keep
 * what was recorded of the others.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import { findServer, startServer } from "../sandbox/server";
import { superuserOf } from "../test/support/client";
import { projectDir } from "../toolkit/paths";
import { identifier } from "../toolkit/sql";
import { readIfThere } from "../toolkit/system/files";
import { shown } from "../toolkit/shown";
import { print } from "../toolkit/terminal";
import { CLIENTS, COLUMNS, ENDPOINTS, IDENTITIES, RESTRICTED } from "./clients/catalog";
import type { Client, Outcomes, Row } from "./clients/catalog";
import { installAll } from "./clients/install";
import type { Installed } from "./clients/install";
import { HOSTS, putWorld, RESOURCE_ID, USER } from "./clients/world";
import { inOwnState } from "./ownState";

/** What a client prints about one host. */
interface Line {
    readonly host: string;
    readonly user?: string;
    readonly replica?: boolean;
    readonly write?: string;
    readonly error?: string;
}

type Said = Readonly<Record<string, { readonly stdout: string; readonly stderr: string }>>;

const keylessCommand = join(projectDir, "cli", "keyless.mjs");

async function main(): Promise<void> {
    const multiple = { type: "string", multiple: true } as const;
    const { values } = parseArgs({ options: { client: multiple, column: multiple } });
    const wanted = CLIENTS.filter(({ id }) => values.client?.includes(id) ?? true);
    const chosen = COLUMNS.filter((column) => values.column?.includes(column) ?? true);
    const dir = mkdtempSync(join(tmpdir(), "keyless-clients-"));
    const serving = spawn(process.execPath, [keylessCommand, "serve"], { stdio: "ignore" });
    try {
        putWorld();
        const languages = installAll(dir, new Set(wanted.map(({ language }) => language)));
        const runnable = wanted.flatMap((client) => {
            const found = languages[client.language];
            if ("reason" in found) {
                print(shown`${client.library}: not tried: ${found.reason}`);
                return [];
            }
            return [planOf(dir, client, found)];
        });
        const plan = join(dir, "plan.json");
        writeFileSync(plan, JSON.stringify(runnable));
        while (findServer() === undefined) {
            await pause(100);
        }
        const server = await startServer();
        const admin = await superuserOf(await server.postgresFor(RESOURCE_ID), "app");
        await admin.query(`CREATE ROLE ${identifier(USER)} LOGIN IN ROLE rds_iam`);
        await admin.end();
        const columns = new Map<string, Said>();
        for (const column of chosen) {
            // The first one is also the identity of the column without an identity of its own.
            const { workload } = IDENTITIES.find(({ kind }) => kind === column) ?? IDENTITIES[0];
            const env = column === RESTRICTED ? withoutNamespaces(dir) : process.env;
            columns.set(column, await runAll(workload, plan, env));
            print(shown`${column}: done`);
        }
        await server.stop();
        const file = join(projectDir, "docs", "clients.json");
        const before = JSON.parse(readIfThere(file) ?? "[]") as readonly Row[];
        const rows = CLIENTS.map((client) => {
            const recorded = before.find(({ id }) => id === client.id);
            return wanted.includes(client) || recorded === undefined
                ? rowOf(client, languages[client.language], columns, recorded?.cells)
                : recorded;
        });
        writeFileSync(file, `${JSON.stringify(rows, undefined, 4)}\n`);
        const cells = rows.flatMap(({ cells = {} }) => Object.values(cells).flatMap((each) => Object.values(each)));
        const works = cells.filter((outcome) => outcome === "works").length;
        print(`${cells.length} cells tried, ${works} work`);
    } finally {
        serving.kill("SIGTERM");
        await once(serving, "exit");
        rmSync(dir, { recursive: true, force: true });
    }
}

function planOf(dir: string, { id, language, argument }: Client, { command }: { readonly command: readonly string[] }) {
    const folder = { "Node.js": "node", Python: "python", Go: "go", Java: "java", libpq: "psql", Rust: "rust" };
    const signer = `node ${join(dir, "node", "client.mjs")} token`;
    return {
        id,
        cwd: join(dir, folder[language]),
        command: [
            ...command,
            language === "libpq" ? signer : argument,
            ...ENDPOINTS.map((endpoint) => HOSTS[endpoint]),
        ],
    };
}

async function runAll(workload: string, plan: string, env: NodeJS.ProcessEnv): Promise<Said> {
    const inside = join(projectDir, "bench", "clients", "inside.mjs");
    const args = ["run", workload, "--host", HOSTS.writer, "--", "node", inside, plan];
    const child = spawn(process.execPath, [keylessCommand, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout = "", stderr = ""] = await Promise.all(
        [child.stdout, child.stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString()),
    );
    if (!stdout.startsWith("{")) {
        throw new Error(`keyless run ${workload} failed: ${stderr.trim()}`);
    }
    return JSON.parse(stdout) as Said;
}

/** An environment in which `unshare` is refused, as by Ubuntu 24.04 or in a container. */
function withoutNamespaces(dir: string): NodeJS.ProcessEnv {
    const bin = join(dir, "refusing");
    mkdirSync(bin);
    const program = join(bin, "unshare");
    writeFileSync(program, "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n");
    chmodSync(program, 0o755);
    return { ...process.env, PATH: [bin, process.env["PATH"]].join(delimiter) };
}

function rowOf(
    { id, version }: Client,
    language: Installed,
    columns: ReadonlyMap<string, Said>,
    before: Row["cells"] = {},
): Row {
    if ("reason" in language) {
        return { id, version, notTried: language.reason };
    }
    const cells = COLUMNS.map((column) => {
        const said = columns.get(column);
        return [column, said === undefined ? before[column] : outcomesOf(said[id])];
    });
    return { id, version, cells: Object.fromEntries(cells) as Row["cells"] & object };
}

function outcomesOf(said: Said[string] | undefined): Outcomes {
    const lines = (said?.stdout ?? "").split("\n").filter((line) => line.startsWith("{"));
    const found = lines.map((line) => JSON.parse(line) as Line);
    const outcome = (endpoint: (typeof ENDPOINTS)[number]) =>
        outcomeOf(
            found.find(({ host }) => host === HOSTS[endpoint]) ?? { host: "", error: said?.stderr ?? "" },
            endpoint,
        );
    return { writer: outcome("writer"), reader: outcome("reader"), proxy: outcome("proxy") };
}

/** `works`: the right user, and a session that can write or, at the reader, cannot (SQLSTATE 25006). */
function outcomeOf({ user, replica, write, error }: Line, endpoint: (typeof ENDPOINTS)[number]): string {
    if (error !== undefined) {
        const line = error.trim().split("\n")[0] ?? "";
        const named = Object.entries(HOSTS).reduce(
            (text, [name, host]) => text.replaceAll(host, name.toUpperCase()),
            line,
        );
        return named.replaceAll(/\d+\.\d+\.\d+\.\d+/g, "ADDRESS").replaceAll(/(port |:)\d{2,5}\b/g, "$1PORT");
    }
    const reads = endpoint === "reader";
    const expected = user === USER && replica === reads && write === (reads ? "25006" : "done");
    return expected ? "works" : `connected as ${user}, replica: ${replica}, write: ${write}`;
}

void inOwnState(main);
