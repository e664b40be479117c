import { EventEmitter, once } from "node:events";
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
    private readonly progress = new EventEmitter<{ turn: [] }>();
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

    /** Returns when it has had an answer to a query that it sent after this call, or has failed: whatever takes how long. */
    async nextAnswer(): Promise<void> {
        const [until, failed] = [this.queries + 2, this.failures.length];
        while (this.queries < until && this.failures.length === failed) {
            await once(this.progress, "turn");
        }
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
                    this.progress.emit("turn");
                    await pause(EVERY_MS);
                }
            } catch (error) {
                this.failures.push(error instanceof Error ? error.message : String(error));
                this.progress.emit("turn");
                await pause(EVERY_MS);
            } finally {
                await session?.end().catch(() => undefined);
            }
        }
    }
}
