import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import { UserError } from "../../toolkit/userError";
import { readUserFile, withPath } from "../../toolkit/system/userFile";
import type { Step } from "../../toolkit/progress";
import { openGuardedSession, restriction } from "../../toolkit/guardedSession";
import type { Queryable, Session } from "../../toolkit/session";
import { identifier, parameter, sql } from "../../toolkit/sql";
import { clientProgram } from "../command/clientProgram";
import { castsOf } from "./casts";
import { asMember } from "./membership";
import { runProgram } from "./program";
import type { ExportedTenant, Source } from "./source";
import { versionProblem, type ServerVersion } from "./versions";

/** An export's options besides the source and the tenant. */
export interface DumpOptions {
    /** The file to create. */
    readonly out: string;
    readonly step: Pick<Step, "update">;
    readonly interrupt: AbortSignal;
}

/** A complete export. */
export interface Dump {
    readonly bytes: number;
    /** How many tables have rows in the export. */
    readonly tables: number;
    /** Casts that belong to the schema's types, and are not in it. */
    readonly casts: readonly string[];
}

/** How long pg_dump waits for a conflicting table lock, in milliseconds. */
const LOCK_MS = 60_000;

/**
 * Writes a consistent snapshot of a schema to a file with the machine's pg_dump, in its custom format. The file appears
 * only when complete, is readable by its owner only, and never replaces another file.
 *
 * Runs as the provisioner, which cannot read tenants' data: it is a member of the owner's role during the export.
 *
 * @throws UserError
 */
export async function dump(
    source: Source,
    tenant: ExportedTenant,
    { out, step, interrupt }: DumpOptions,
): Promise<Dump> {
    if (withPath(out, () => lstatSync(out, { throwIfNoEntry: false })) !== undefined) {
        throw new UserError(`${out} already exists and will not be overwritten; choose another path`);
    }
    const [dumper, restorer] = [clientProgram("pg_dump"), clientProgram("pg_restore")];
    // Its name must fit wherever the file's own does.
    const draft = join(dirname(out), `.keyless-${randomUUID()}`);
    withPath(dirname(out), () => closeSync(openSync(draft, "wx", 0o600)));
    let session: Session | undefined;
    try {
        session = await connect(source, tenant.database);
        await checkVersion(session, dumper, tenant);
        const casts = await castsOf(session, tenant.schema);
        await asMember(
            { session, again: () => connect(source, tenant.database), member: source.user, owner: tenant.owner },
            () => runDump(dumper, source, tenant, { draft, step, interrupt }),
        );
        const { stdout } = await runProgram(restorer, ["--list", draft], process.env);
        sync(draft);
        take(draft, out);
        return {
            bytes: statSync(out).size,
            tables: stdout.split("\n").filter((line) => / TABLE DATA /.test(line)).length,
            casts,
        };
    } finally {
        rmSync(draft, { force: true });
        await session?.end();
    }
}

async function connect({ host, address, port, user, token, caFile }: Source, database: string): Promise<Session> {
    const ssl = { ca: readUserFile(caFile), servername: host };
    const password = await token();
    try {
        return await openGuardedSession({
            host: address ?? host,
            port,
            user,
            password,
            database,
            ssl,
            connectionTimeoutMillis: 15_000,
            // It is idle while pg_dump works, and middleboxes drop idle connections.
            keepAlive: true,
        });
    } catch (error) {
        throw new UserError(
            `can't connect to ${host}, database ${database}, as ${user}: ${messageOf(error)}; reach a private database with \`npm run tunnel\` and --local-port`,
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

async function runDump(
    dumper: string,
    source: Source,
    tenant: ExportedTenant,
    { draft, step, interrupt }: { readonly draft: string } & Omit<DumpOptions, "out">,
): Promise<void> {
    const { host, address, port, user, token, caFile } = source;
    const connection = {
        PGHOST: host,
        ...(address === undefined ? {} : { PGHOSTADDR: address }),
        PGPORT: `${port}`,
        PGUSER: user,
        PGDATABASE: tenant.database,
    };
    const env = {
        ...withoutPostgres(process.env),
        ...connection,
        PGPASSWORD: await token(),
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: caFile,
        PGAPPNAME: "keyless export",
    };
    const line = (text: string): void => step.update(text.replace(/^pg_dump: /, ""));
    await runProgram(dumper, dumpArguments(tenant, draft), env, { interrupt, line });
}

/** The pg_dump arguments that write a schema, and nothing else, to a file. */
export function dumpArguments({ schema, owner }: Pick<ExportedTenant, "schema" | "owner">, file: string): string[] {
    // A quoted pattern matches exactly this name: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-PATTERNS
    return [
        "--format=custom",
        `--schema=${identifier(schema).text}`,
        `--role=${owner}`,
        `--lock-wait-timeout=${LOCK_MS}`,
        "--no-password",
        "--verbose",
        `--file=${file}`,
    ];
}

/** Removes the user's settings for other connections. */
function withoutPostgres(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("PG")));
}

function sync(path: string): void {
    const file = openSync(path, "r");
    fsyncSync(file);
    closeSync(file);
}

/** Unlike a rename, a link never replaces another file. */
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
