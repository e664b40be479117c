import { sql, type Sql } from "../../../toolkit/sql";
import { dial } from "../../../toolkit/dial";
import { DatabaseError, openSession, type QueryResultRow, type Session as Connection } from "../../../toolkit/session";
import { ProviderError } from "../protocol/types";
import { Pool } from "./pool";
import type { ProviderSettings } from "./settings";
import { tlsOptions } from "./tls";

/** Runs statements: on their own connection, or inside a transaction. */
export interface StatementRunner {
    /** @throws ProviderError `{failing}: {the server's message}` */
    run<Row extends QueryResultRow>(statement: Sql, failing?: string): Promise<Row[]>;
}

/** The server that one provider instance is configured for. */
export class ConfiguredServer implements StatementRunner {
    private readonly pools = new Map<string, Pool<Connection>>();
    private asked: Promise<number> | undefined;

    constructor(readonly settings: ProviderSettings) {}

    /** The major version, queried once unless it is configured. */
    version(): Promise<number> {
        this.asked ??= this.askVersion();
        return this.asked;
    }

    run<Row extends QueryResultRow>(statement: Sql, failing = ""): Promise<Row[]> {
        return this.pool(this.settings.database).use((client) => new Statements(client).run<Row>(statement, failing));
    }

    /** Commits the work, or rolls it back if it fails. An empty name means the configured database. */
    transaction<T>(database: string, work: (session: StatementRunner) => Promise<T>): Promise<T> {
        return this.pool(database || this.settings.database).use(async (client) => {
            const session = new Statements(client);
            await session.run(sql`BEGIN`, "could not start transaction");
            const result = await work(session);
            await session.run(sql`COMMIT`, "could not commit transaction");
            return result;
        });
    }

    /** Closes our sessions in a database, so that it can be dropped or copied. */
    async leave(database: string): Promise<void> {
        await this.pools.get(database)?.drain();
    }

    private async askVersion(): Promise<number> {
        const { expectedVersion } = this.settings;
        if (expectedVersion !== undefined) {
            return expectedVersion;
        }
        const [row] = await this.run<{ version: string }>(sql`SELECT current_setting('server_version_num') AS version`);
        return Math.trunc(Number(row?.version) / 10_000);
    }

    private pool(database: string): Pool<Connection> {
        const pool =
            this.pools.get(database) ??
            new Pool(() => this.connect(database), Math.max(0, this.settings.maxConnections));
        this.pools.set(database, pool);
        return pool;
    }

    private async connect(database: string): Promise<Connection> {
        const { host, port, username, password, connectTimeout } = this.settings;
        try {
            return await openSession({
                host,
                port,
                user: username,
                password,
                database,
                ssl: tlsOptions(this.settings),
                reach: () => dial(this.settings, process.env),
                fallback_application_name: "Terraform provider",
                ...(connectTimeout > 0 ? { connectionTimeoutMillis: connectTimeout * 1000 } : {}),
            });
        } catch (error) {
            const reason = password === "" ? messageOf(error) : messageOf(error).replaceAll(password, "XXXX");
            throw new ProviderError(`error connecting to PostgreSQL server ${host} (scheme: postgres): ${reason}`);
        }
    }
}

class Statements implements StatementRunner {
    constructor(private readonly client: Connection) {}

    async run<Row extends QueryResultRow>(statement: Sql, failing = ""): Promise<Row[]> {
        try {
            const result = await this.client.query<Row>(statement);
            return result.rows;
        } catch (error) {
            throw new ProviderError(failing === "" ? messageOf(error) : `${failing}: ${messageOf(error)}`);
        }
    }
}

/**
 * The server's words, with its detail and hint if it has them. The official provider's driver adds the code, as here, and
 * leaves out the rest (https://github.com/lib/pq/blob/v1.12.3/error.go).
 */
function messageOf(error: unknown): string {
    if (error instanceof AggregateError) {
        // One host name, several addresses, none of them answered.
        return error.errors.map(messageOf).join("; ");
    }
    const { message, detail, hint, code } = error as Partial<Record<"detail" | "hint" | "code", string>> & Error;
    const words = message || String(error);
    const coded = error instanceof DatabaseError ? `pq: ${words} (${code})` : words;
    return [coded, detail, hint].filter((part) => part !== undefined && part !== "").join("; ");
}
