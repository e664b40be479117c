import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";

import { UserError } from "../../sandbox/userError";
import type { Step } from "../../sandbox/progress";
import { openGuardedSession, restriction } from "../../toolkit/guardedSession";
import type { Queryable, Session } from "../../toolkit/session";
import { identifier, parameter, sql } from "../../toolkit/sql";
import { clientProgram } from "../clientProgram";
import type { ExportedTenant, Source } from "./source";
import { versionProblem, type ServerVersion } from "./versions";

/** What an export needs besides what is exported. */
export interface DumpOptions {
    /** The file to make. */
    readonly out: string;
    readonly step: Pick<Step, "update">;
    readonly interrupt: AbortSignal;
}

/** An export that is whole. */
export interface Dump {
    readonly bytes: number;
    /** Tables whose rows are in it. */
    readonly tables: number;
}

/** A statement that wants to change the whole table is waited for so long, in milliseconds. */
const LOCK_MS = 60_000;

/**
 * Writes a schema with all that is in it to a file, at one moment, by the machine's own pg_dump, in its custom format. The
 * file appears when it is whole, may be read by its owner only, and never takes another file's place.
 *
 * As who provisions, who may read nothing of a tenant: it becomes a member of the owner's role for as long as it takes.
 *
 * @throws UserError
 */
export async function dump(
    source: Source,
    tenant: ExportedTenant,
    { out, step, interrupt }: DumpOptions,
): Promise<Dump> {
    if (existsSync(out)) {
        throw new UserError(`${out} exists: an export takes no other file's place; name another one`);
    }
    if (!existsSync(dirname(out))) {
        throw new UserError(`there is no folder ${dirname(out)}: make it, or name another one`);
    }
    const [dumper, restorer] = [clientProgram("pg_dump"), clientProgram("pg_restore")];
    const session = await connect(source, tenant.database);
    const draft = join(dirname(out), `.${basename(out)}.${randomUUID()}`);
    try {
        await checkVersion(session, dumper, tenant);
        closeSync(openSync(draft, "wx", 0o600));
        await asMember(session, tenant.owner, () => runDump(dumper, source, tenant, { draft, step, interrupt }));
        const { stdout } = await runProgram(restorer, ["--list", draft], process.env);
        sync(draft);
        take(draft, out);
        return {
            bytes: statSync(out).size,
            tables: stdout.split("\n").filter((line) => / TABLE DATA /.test(line)).length,
        };
    } finally {
        rmSync(draft, { force: true });
        await session.end();
    }
}

async function connect({ host, address, port, user, password, caFile }: Source, database: string): Promise<Session> {
    const ssl = { ca: readFileSync(caFile, "utf8"), servername: host };
    try {
        return await openGuardedSession({
            host: address ?? host,
            port,
            user,
            password,
            database,
            ssl,
            connectionTimeoutMillis: 15_000,
        });
    } catch (error) {
        throw new UserError(
            `can't connect to ${host}, database ${database}, as ${user}: ${messageOf(error)}; a private one is reached by \`npm run tunnel\` and --local-port`,
        );
    }
}

async function checkVersion(session: Queryable, dumper: string, { login }: ExportedTenant): Promise<void> {
    const { stdout } = await runProgram(dumper, ["--version"], process.env);
    const { rows } = await session.query<ServerVersion>(sql`
        SELECT current_setting('server_version_num')::int AS number, EXISTS (SELECT FROM pg_settings WHERE name = ${parameter(restriction.name)}) AS restricts`);
    const wrong = rows[0] && versionProblem(dumper, stdout, rows[0], login !== undefined);
    if (wrong !== undefined) {
        throw new UserError(wrong);
    }
}

/** @throws UserError when the membership was not to be had */
async function asMember(session: Queryable, owner: string, work: () => Promise<void>): Promise<void> {
    const role = identifier(owner);
    // From 16 on, who makes a role may give it to others, but has not its rights: https://www.postgresql.org/docs/16/role-attributes.html
    const { rows } = await session.query<{ may: boolean }>(sql`
        SELECT pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AS may
        FROM pg_roles WHERE rolname = ${parameter(owner)}`);
    if (rows[0] === undefined) {
        throw new UserError(`the server has no role ${owner}: bring the stack up first`);
    }
    if (rows[0].may) {
        return work();
    }
    await session.query(sql`GRANT ${role} TO CURRENT_USER`);
    try {
        await work();
    } finally {
        await session.query(sql`REVOKE ${role} FROM CURRENT_USER`);
    }
}

async function runDump(
    dumper: string,
    source: Source,
    { database, schema, owner }: ExportedTenant,
    { draft, step, interrupt }: { readonly draft: string } & Omit<DumpOptions, "out">,
): Promise<void> {
    // A pattern in quotes means exactly this name: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-PATTERNS
    const options = [
        "--format=custom",
        `--schema=${identifier(schema).text}`,
        `--role=${owner}`,
        `--lock-wait-timeout=${LOCK_MS}`,
        "--no-password",
        "--verbose",
        `--file=${draft}`,
    ];
    const { host, address, port, user, password, caFile } = source;
    const connection = {
        PGHOST: host,
        ...(address === undefined ? {} : { PGHOSTADDR: address }),
        PGPORT: `${port}`,
        PGUSER: user,
        PGDATABASE: database,
    };
    const env = {
        ...withoutPostgres(process.env),
        ...connection,
        PGPASSWORD: password,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: caFile,
        PGAPPNAME: "keyless export",
    };
    await runProgram(dumper, options, env, { interrupt, line: (line) => step.update(line.replace(/^pg_dump: /, "")) });
}

/** What the person has set for other connections must not change this one. */
function withoutPostgres(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("PG")));
}

interface Watch {
    readonly interrupt?: AbortSignal;
    readonly line?: (line: string) => void;
}

/** Runs a program to its end. @throws UserError with what it said last when it fails */
async function runProgram(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    { interrupt, line }: Watch = {},
): Promise<{ stdout: string }> {
    const child = spawn(program, args, {
        env,
        stdio: ["ignore", "pipe", "pipe"],
        ...(interrupt && { signal: interrupt }),
    });
    const ended = once(child, "close") as Promise<[number | null]>;
    const said: string[] = [];
    createInterface(child.stderr).on("line", (text) => {
        line?.(text);
        said.push(text);
        said.splice(0, said.length - 5);
    });
    const stdout: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => stdout.push(data));
    const [code] = await ended;
    if (code !== 0) {
        throw new UserError(
            `${basename(program)} failed: ${said.filter((text) => /error|fatal|hint|detail/i.test(text)).join("; ") || said.at(-1) || `it ended with ${code}`}`,
        );
    }
    return { stdout: Buffer.concat(stdout).toString() };
}

function sync(path: string): void {
    const file = openSync(path, "r");
    fsyncSync(file);
    closeSync(file);
}

/** Unlike a rename, a link never takes another file's place. */
function take(draft: string, out: string): void {
    try {
        linkSync(draft, out);
    } catch (error) {
        throw new UserError(`can't make ${out}: ${messageOf(error)}`);
    }
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
