import type { Ask, Row, Session } from "./session";

/** Sessions in a server's databases, opened on first use. */
export class Sessions {
    private readonly open = new Map<string, Promise<Session>>();

    constructor(private readonly connect: (database: string) => Promise<Session>) {}

    in(database: string): Promise<Session> {
        const session = this.open.get(database) ?? this.connect(database);
        this.open.set(database, session);
        return session;
    }

    readonly ask: Ask = async (database, statement) => (await (await this.in(database)).query<Row>(statement)).rows;

    async end(): Promise<void> {
        const opened = await Promise.allSettled(this.open.values());
        await Promise.all(opened.flatMap((one) => (one.status === "fulfilled" ? [one.value.end()] : [])));
    }
}
