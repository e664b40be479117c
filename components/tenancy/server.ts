import * as pulumi from "@pulumi/pulumi";
import type { Session } from "../../toolkit/session";
import type { OpenSession } from "./provisionerSession";

/**
 * The server as hooks use it. Hooks run one after another, because concurrent statements that change the same role or
 * access list fail ("tuple concurrently updated"); sessions stay open for the hooks that wait.
 */
export class ServerSessions {
    private readonly sessions = new Map<string, Promise<Session>>();
    private last: Promise<unknown> = Promise.resolve();
    private waiting = 0;

    /** @param database the database that the program's provider connects to */
    constructor(
        private readonly open: OpenSession,
        private readonly database: Promise<string>,
    ) {}

    /** Does some work while no other hook runs. */
    exclusively<T>(work: () => Promise<T>): Promise<T> {
        this.waiting += 1;
        const turn = this.last.then(async () => {
            let failed = true;
            try {
                const result = await work();
                failed = false;
                return result;
            } finally {
                this.waiting -= 1;
                if (failed || this.waiting === 0) {
                    await this.leave();
                }
            }
        });
        this.last = turn.catch(() => undefined);
        return turn;
    }

    /** A hook that does its work while no other one does. */
    hook(name: string, work: (args: pulumi.ResourceHookArgs) => Promise<void>): pulumi.ResourceHook {
        return new pulumi.ResourceHook(`keyless-${name}`, (args) => this.exclusively(() => work(args)));
    }

    /** A session that is ended in time. */
    async session(database?: string): Promise<Session> {
        const name = database ?? (await this.database);
        const session = this.sessions.get(name) ?? this.open(name);
        this.sessions.set(name, session);
        return session;
    }

    /** Does some work in a session separate from {@link session}. */
    async aside<T>(work: (session: Session) => Promise<T>): Promise<T> {
        const session = await this.open(await this.database);
        try {
            return await work(session);
        } finally {
            await session.end();
        }
    }

    private async leave(): Promise<void> {
        const sessions = [...this.sessions.values()];
        this.sessions.clear();
        await Promise.allSettled(sessions.map(async (session) => (await session).end()));
    }
}
