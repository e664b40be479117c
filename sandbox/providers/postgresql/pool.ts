/** What a pool does with a connection. */
export interface Pooled {
    onOver(listener: () => void): void;
    end(): Promise<void>;
}

/**
 * How long an unused connection is kept, in milliseconds. The official provider keeps none, so that no session of its
 * own is in the way of a DROP DATABASE or of a copy of a template: this is long enough for the next resource only.
 */
const idleFor = 500;

/** Connections to one database, at most `limit` at a time (0: any number). */
export class Pool<C extends Pooled> {
    private readonly idle = new Map<C, NodeJS.Timeout>();
    private readonly waiting: (() => void)[] = [];
    private taken = 0;

    constructor(
        private readonly open: () => Promise<C>,
        private readonly limit: number,
    ) {}

    /** Runs some work on a connection that nobody else uses meanwhile; one on which the work failed is not used again. */
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

    /** Ends the connections that nobody uses. */
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
        // A server that ends an unused connection ends just that.
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
