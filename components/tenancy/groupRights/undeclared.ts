import type { Queryable } from "../../../toolkit/session";
import { parameter, sql } from "../../../toolkit/sql";
import { visible } from "../../../toolkit/visible";
import type { ServerSessions } from "../server";
import { readGroup } from "./apply";
import { defaultItemsOf, itemsOf, objectsOf, type GroupObject } from "./catalog";
import type { Atom } from "./rights";

/**
 * What an existing group may do beyond its declaration. Whoever reviews a profile sees the declaration alone, so a login of this program
 * becomes a member only of a group that has nothing else. CONNECT and TEMPORARY on a database are no data.
 */
export async function undeclared(server: ServerSessions, group: string, atoms: readonly Atom[]): Promise<string[]> {
    const found: string[] = [];
    for (const database of await databasesOf(await server.session(), group)) {
        const here = atoms.filter((atom) => atom.database === database);
        found.push(...(await undeclaredIn(await server.session(database), group, database, here)));
    }
    return [...found, ...(await outside(await server.session(), group))];
}

/** One catalog lists them all: https://www.postgresql.org/docs/current/catalog-pg-shdepend.html */
async function databasesOf(session: Queryable, group: string): Promise<string[]> {
    const { rows } = await session.query<{ name: string }>(
        sql`SELECT DISTINCT d.datname::text AS name FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = ${parameter(group)}) ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
}

async function undeclaredIn(
    session: Queryable,
    group: string,
    database: string,
    atoms: readonly Atom[],
): Promise<string[]> {
    const { objects, defaults } = await readGroup(session, group, atoms);
    const more = new Map(objects.map((object) => [object.oid, undeclaredOn(object, atoms)]));
    const columns = new Set(
        objects.flatMap((object) =>
            object.columns
                .filter(({ column, privilege, grantable }) =>
                    atoms.some(
                        (atom) =>
                            !grantable &&
                            atom.column === column &&
                            atom.privilege === privilege &&
                            itemsOf(atom, object).length > 0 &&
                            objectsOf(atom, [object]).length > 0,
                    ),
                )
                .map(({ column }) => `${object.oid} ${column}`),
        ),
    );
    const toCome = defaults.filter(
        (one) =>
            !one.grantable && atoms.some((atom) => atom.object === undefined && defaultItemsOf(atom, [one]).length > 0),
    );
    const strange = new Set(defaults.filter((one) => !toCome.includes(one)).map(({ oid }) => oid));
    const known = [
        ...[...more].filter(([, found]) => found.length === 0).map(([oid]) => oid),
        ...toCome.map(({ oid }) => oid).filter((oid) => !strange.has(oid)),
    ];
    const { rows } = await session.query<{ oid: string; column: string | null; what: string; owns: boolean }>(
        sql`SELECT s.objid::text AS oid, a.attname::text AS column, pg_describe_object(s.classid, s.objid, s.objsubid) AS what, s.deptype = 'o' AS owns
            FROM pg_shdepend s LEFT JOIN pg_attribute a ON s.classid = 'pg_class'::regclass AND a.attrelid = s.objid AND a.attnum = s.objsubid AND s.objsubid > 0
            WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM pg_roles WHERE rolname = ${parameter(group)})
                AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 3`,
    );
    return rows
        .filter(({ oid, column, owns }) =>
            column === null ? owns || !known.includes(oid) : !columns.has(`${oid} ${column}`),
        )
        .map(({ oid, column, what, owns }) => {
            const privileges = column === null ? (more.get(oid) ?? []).join(", ") : "";
            const has = privileges === "" ? "has more than it declares on" : `has ${privileges} on`;
            return `${visible(group)} ${owns ? "owns" : has} ${visible(what)} in the database ${visible(database)}`;
        });
}

function undeclaredOn(object: GroupObject, atoms: readonly Atom[]): readonly string[] {
    return object.items
        .filter(
            ({ privilege, grantable }) =>
                grantable ||
                !atoms.some(
                    (atom) =>
                        atom.privilege === privilege &&
                        atom.column === undefined &&
                        objectsOf(atom, [object]).length > 0,
                ),
        )
        .map(({ privilege, grantable }) => `${privilege}${grantable ? " with the grant option" : ""}`);
}

/** Memberships, and rights on what is in no database. */
async function outside(session: Queryable, group: string): Promise<string[]> {
    const { rows } = await session.query<{ what: string }>(
        sql`WITH g AS (SELECT oid FROM pg_roles WHERE rolname = ${parameter(group)})
            SELECT 'is a member of ' || r.rolname AS what FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid WHERE a.member = (SELECT oid FROM g)
            UNION ALL SELECT i.privilege_type || ' on the database ' || d.datname FROM pg_database d, aclexplode(d.datacl) i
                WHERE i.grantee = (SELECT oid FROM g) AND (i.privilege_type = 'CREATE' OR i.is_grantable)
            UNION ALL SELECT 'has more than it declares on ' || pg_describe_object(s.classid, s.objid, 0) FROM pg_shdepend s
                WHERE s.dbid = 0 AND s.refclassid = 'pg_authid'::regclass AND s.refobjid = (SELECT oid FROM g)
                    AND (s.deptype = 'o' OR s.classid <> 'pg_database'::regclass AND s.classid <> 'pg_auth_members'::regclass) ORDER BY 1`,
    );
    return rows.map(({ what }) => `${visible(group)} ${visible(what)}`);
}
