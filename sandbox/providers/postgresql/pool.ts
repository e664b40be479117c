/** A connection, as the pool uses it. */
export interface Pooled {
    onOver(listener: () => void): void;
    end(): Promise<void>;
}

/**
 * How long an idle connection is kept, in milliseconds. The official provider keeps none, so that its own sessions
 * never block a DROP DATABASE or a copy of a template: this is only long enough for the next resource.
 */
const idleFor = 500;

/** Connections to one database, at most `limit` at a time (0: unlimited). */
export class Pool<C extends Pooled> {
    private readonly idle = new Map<C, NodeJS.Timeout>();
    private readonly waiting: (() => void)[] = [];
    private taken = 0;

    constructor(
        private readonly open: () => Promise<C>,
        private readonly limit: number,
    ) {}

    /** Runs work on an exclusive connection; after a failure the connection is not reused. */
    async use<T>(work: (client: C) => Promise<T>): Promise<T> {
        await this.turn();
        let client: C | undefined;
        let kept = false;
        try {
            client = this.reuse() ?? (await this.opened());
            const result = await work(client);
            kept = true;
            return result;
        } finally {
            this.taken -= 1;
            if (client !== undefined && kept) {
                this.keep(client);
            } else {
                await client?.end();
            }
            this.waiting.shift()?.();
        }
    }

    /** Closes idle connections. */
    async drain(): Promise<void> {
        await Promise.all([...this.idle.keys()].map((client) => this.drop(client)));
    }

    private async turn(): Promise<void> {
        while (this.limit > 0 && this.taken >= this.limit) {
            await new Promise<void>((resolve) => this.waiting.push(resolve));
        }
        this.taken += 1;
    }

    private reuse(): C | undefined {
        const [client] = this.idle.keys();
        if (client !== undefined) {
            this.forget(client);
        }
        return client;
    }

    private async opened(): Promise<C> {
        const client = await this.open();
        // If the server closes an idle connection, only that one is lost.
        client.onOver(() => this.forget(client));
        return client;
    }

    private keep(client: C): void {
        this.idle.set(
            client,
            setTimeout(() => void this.drop(client), idleFor),
        );
    }

    private async drop(client: C): Promise<void> {
        this.forget(client);
        await client.end();
    }

    private forget(client: C): void {
        clearTimeout(this.idle.get(client));
        this.idle.delete(client);
    }
}
