import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";

/** How long a client waits between two queries, in milliseconds. */
const EVERY_MS = 100;
/** After so many queries it opens another session, as a pool does. */
const PER_SESSION = 10;

/** A client that queries ten times a second, and records every query that fails. */
export class SteadyClient {
    queries = 0;
    sessions = 0;
    readonly failures: string[] = [];
    private readonly stopping = new AbortController();
    private readonly running: Promise<void>;

    /**
     * @param connect opens a session
     * @param statement what it queries
     */
    constructor(
        private readonly connect: () => Promise<Client>,
        private readonly statement: string,
    ) {
        this.running = this.run();
    }

    async stop(): Promise<void> {
        this.stopping.abort();
        await this.running;
    }

    private async run(): Promise<void> {
        while (!this.stopping.signal.aborted) {
            let session: Client | undefined;
            try {
                session = await this.connect();
                this.sessions += 1;
                for (let query = 0; query < PER_SESSION && !this.stopping.signal.aborted; query += 1) {
                    await session.query(this.statement);
                    this.queries += 1;
                    await pause(EVERY_MS);
                }
            } catch (error) {
                this.failures.push(error instanceof Error ? error.message : String(error));
                await pause(EVERY_MS);
            } finally {
                await session?.end().catch(() => undefined);
            }
        }
    }
}
