import { setTimeout as pause } from "node:timers/promises";

import { sql, type Sql } from "../../toolkit/sql";
import type { DatabaseFacts, SessionGroup } from "../facts";
import { attempt, unknown } from "../known";
import type { Account, Definer, MysqlFacts, MysqlGrant, RoleEdge } from "../mysqlFacts";
import {
    accountsWith,
    BEGUN,
    BOUNDED,
    CAREFUL,
    DATABASE_GRANTS,
    DATABASES,
    DEFINERS,
    GLOBAL_GRANTS,
    HAS_LOCKED,
    INSTRUMENTED,
    MOST,
    OPEN,
    ROLES,
    SESSIONS,
    VERSION,
} from "./mysqlQueries";

type MysqlRow = Readonly<Record<string, unknown>>;

/** A session of a MySQL server. */
export interface MysqlSession {
    query(statement: Sql): Promise<readonly MysqlRow[]>;
}

/** Reads in READ ONLY transactions, which are rolled back, and waits for nobody. */
export async function readMysql(
    session: MysqlSession,
    seconds: number,
    wait: (seconds: number) => Promise<unknown> = (some) => pause(some * 1000),
): Promise<{ readonly database: DatabaseFacts; readonly mysql: MysqlFacts }> {
    for (const statement of CAREFUL) {
        await session.query(statement);
    }
    const [{ version } = {}] = await session.query(VERSION);
    const kind = String(version).includes("MariaDB") ? "mariadb" : "mysql";
    await session.query(BOUNDED[kind]);
    const ask = async (statement: Sql): Promise<readonly MysqlRow[]> => {
        await session.query(sql`START TRANSACTION READ ONLY`);
        try {
            return await session.query(statement);
        } finally {
            await session.query(sql`ROLLBACK`);
        }
    };
    const status = async (statement: Sql) => Number((await ask(statement))[0]?.["Value"]);
    const locked = async () => Number((await ask(HAS_LOCKED))[0]?.["count"]) > 0;
    const other = unknown("the server is MySQL");
    return {
        mysql: {
            accounts: await attempt("accounts", async () => (await ask(accountsWith(await locked()))).map(accountOf)),
            databases: await attempt("databases", async () => (await ask(DATABASES)).map(({ name }) => String(name))),
            grants: await attempt("grants", async () =>
                [...(await ask(GLOBAL_GRANTS)), ...(await ask(DATABASE_GRANTS))].flatMap(grantOf),
            ),
            roles: await attempt("roles", async () => (await ask(ROLES[kind])).map(edgeOf)),
            definers: await attempt("definers", async () => (await ask(DEFINERS)).map(definerOf)),
        },
        database: {
            catalog: other,
            passwords: other,
            sessions: await attempt("sessions", async () => {
                if (Number((await ask(INSTRUMENTED))[0]?.["instrumented"]) !== 1) {
                    throw new Error("performance_schema is off, without which the server does not say who has TLS");
                }
                return (await ask(SESSIONS)).map(sessionOf);
            }),
            load: await attempt("connections", async () => ({
                open: await status(OPEN),
                most: Number((await ask(MOST))[0]?.["most"]),
            })),
            loginRate: await attempt("new sessions", async () => {
                const before = await status(BEGUN);
                await wait(seconds);
                return { perSecond: Math.max(0, (await status(BEGUN)) - before) / seconds, seconds };
            }),
        },
    };
}

const is = (value: unknown): boolean => Number(value) === 1;

function accountOf({ user, host, plugin, tls, password, locked }: MysqlRow): Account {
    return {
        ...{ user: String(user), host: String(host), plugin: String(plugin) },
        ...{ requiresTls: is(tls), hasPassword: is(password), locked: is(locked) },
    };
}

function grantOf({ user, host, pattern, s, i, u, d }: MysqlRow): readonly MysqlGrant[] {
    const held = Object.entries({ SELECT: s, INSERT: i, UPDATE: u, DELETE: d }).filter(([, value]) => value === "Y");
    return held.length === 0
        ? []
        : [
              {
                  ...{ user: String(user), host: String(host), privileges: held.map(([name]) => name) },
                  ...(typeof pattern === "string" && { pattern }),
              },
          ];
}

function edgeOf({ role, roleHost, user, host }: MysqlRow): RoleEdge {
    return { role: String(role), roleHost: String(roleHost), user: String(user), host: String(host) };
}

function definerOf({ name, kind, definer, count }: MysqlRow): Definer {
    return { database: String(name), kind: String(kind), definer: String(definer), count: Number(count) };
}

function sessionOf({ login, name, address, tls, count }: MysqlRow): SessionGroup {
    return {
        ...{ login: String(login), database: String(name), application: "" },
        ...{ address: String(address) || "the server", tls: is(tls), count: Number(count) },
    };
}
