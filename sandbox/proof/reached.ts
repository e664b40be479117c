import { groupedBy } from "../../toolkit/grouped";
import { parameter, sql } from "../../toolkit/sql";
import type { Postgres } from "../postgres/cluster";
import type { Access } from "./expectation";

/** What the server says of each pair: without one of these, no attempt on it can succeed. */
export interface Reached {
    /** The schemas that a login may use or create objects in, by login: any access to what is in one needs either. */
    readonly schemas: ReadonlyMap<string, ReadonlySet<string>>;
    /** The roles that a login belongs to, by login. */
    readonly roles: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Asks the server about all pairs at once. */
export async function reachedBy(postgres: Postgres, { database, tenants }: Access): Promise<Reached> {
    const logins = parameter(tenants.flatMap(({ login }) => login ?? []));
    const names = parameter(tenants.flatMap(({ owner, login }) => [owner, login ?? owner]));
    const session = await postgres.guardedAdmin(database);
    try {
        const schemas = await session.query(
            sql`SELECT l.rolname::text AS login, n.nspname::text AS what FROM pg_roles l, pg_namespace n
                WHERE l.rolname = ANY (${logins}) AND n.nspname = ANY (${parameter(tenants.map(({ schema }) => schema))})
                AND has_schema_privilege(l.oid, n.oid, 'USAGE, CREATE')`,
        );
        const roles = await session.query(
            sql`SELECT l.rolname::text AS login, r.rolname::text AS what FROM pg_roles l, pg_roles r
                WHERE l.rolname = ANY (${logins}) AND r.rolname = ANY (${names}) AND l.oid <> r.oid
                AND pg_has_role(l.oid, r.oid, 'MEMBER')`,
        );
        return { schemas: byLogin(schemas.rows), roles: byLogin(roles.rows) };
    } finally {
        await session.end();
    }
}

function byLogin(rows: readonly Readonly<Record<string, unknown>>[]): ReadonlyMap<string, ReadonlySet<string>> {
    const groups = groupedBy(rows, ({ login }) => String(login));
    return new Map([...groups].map(([login, own]) => [login, new Set(own.map(({ what }) => String(what)))]));
}
