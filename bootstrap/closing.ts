import { FALLBACK, MAINTENANCE } from "../toolkit/serverNames";
import type { Queryable } from "../toolkit/session";
import { identifier, parameter, sql, type Sql } from "../toolkit/sql";

/**
 * The login that an RDS Proxy creates for itself. The proxy needs the database `postgres`, and becomes unavailable when
 * its login's permissions change:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html#rds-proxy.limitations
 */
export const PROXY_LOGIN = "rdsproxyadmin";

/** The current state of one of {@link MAINTENANCE}. */
export interface MaintenanceDatabase {
    readonly name: string;
    readonly owner: string;
    /** Whether the session can change who may connect. */
    readonly owned: boolean;
    /** Whether PUBLIC has any privilege. */
    readonly open: boolean;
    /** Roles with a direct CONNECT privilege. */
    readonly connects: readonly string[];
}

/** Logins that keep CONNECT after PUBLIC loses it. */
export interface Admitted {
    /** Cleans up what a role leaves there before the role is removed. */
    readonly provisioner: string;
    readonly breakGlass?: string | undefined;
}

/** The missing statements. */
export function closingStatements(
    found: readonly MaintenanceDatabase[],
    { provisioner, breakGlass }: Admitted,
    proxied: boolean,
): Sql[] {
    const clients = [...(breakGlass === undefined ? [] : [breakGlass]), ...(proxied ? [PROXY_LOGIN] : [])];
    return found.flatMap(({ name, owned, open, connects }) => {
        const logins = [provisioner, ...(name === FALLBACK ? clients : [])];
        const missing = logins.filter((login) => !connects.includes(login));
        const database = sql`DATABASE ${identifier(name)}`;
        // In this order, so that a proxy never loses access.
        const admit = missing.map((login) => sql`GRANT CONNECT ON ${database} TO ${identifier(login)}`);
        return owned ? [...admit, ...(open ? [sql`REVOKE ALL ON ${database} FROM PUBLIC`] : [])] : [];
    });
}

/** How the databases that come with a server are closed. */
export interface Closing {
    /** To run in one transaction. */
    readonly statements: readonly Sql[];
    /** Left out, because they take rights from others. */
    readonly leftOut: readonly Sql[];
    /** Databases that remain open because the master does not own them. */
    readonly open: readonly MaintenanceDatabase[];
}

/**
 * What revokes PUBLIC's access to them, as the master.
 *
 * @param keep whether PUBLIC keeps its rights: then only a database that is closed already admits the logins
 */
export async function closingOf(master: Queryable, admitted: Admitted, keep: boolean): Promise<Closing> {
    const { rows: found } = await master.query<MaintenanceDatabase & { proxied: boolean }>(sql`
        SELECT d.datname AS name, pg_get_userbyid(d.datdba) AS owner, pg_has_role(d.datdba, 'USAGE') AS owned,
            COALESCE(bool_or(a.grantee = 0), false) AS open,
            array_remove(array_agg(r.rolname::text) FILTER (WHERE a.privilege_type = 'CONNECT'), NULL) AS connects,
            EXISTS (SELECT FROM pg_roles WHERE rolname = ${parameter(PROXY_LOGIN)}) AS proxied
        FROM pg_database d LEFT JOIN LATERAL aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) a ON true
            LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE d.datname = ANY (${parameter(MAINTENANCE)}) GROUP BY d.oid, d.datname, d.datdba ORDER BY 1`);
    const proxied = found.some((one) => one.proxied);
    const closing = (some: readonly MaintenanceDatabase[]) => closingStatements(some, admitted, proxied);
    return {
        statements: closing(found.filter(({ open }) => !keep || !open)),
        leftOut: keep ? closing(found.filter(({ open }) => open)) : [],
        open: found.filter(({ owned, open }) => open && !owned && !keep),
    };
}
