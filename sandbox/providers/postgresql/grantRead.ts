import { parameter, sql, type Sql } from "../../../toolkit/sql";
import type { Attributes } from "./fields";
import { roleOid } from "./membership";
import { objectKinds, putPrivileges, sameSet } from "./privileges";
import type { ConfiguredServer, StatementRunner } from "./server";

/** Stores the role's privileges if they differ from the declared ones. */
export async function readGranted(
    server: ConfiguredServer,
    session: StatementRunner,
    attributes: Attributes,
): Promise<void> {
    const oid = await roleOid(session, attributes.text("role"));
    const objectType = attributes.text("objectType");
    const schema = attributes.text("schema");
    const [object = ""] = attributes.set("objects");
    const single = async (acl: Sql, catalog: Sql, key: Sql, name: string): Promise<void> => {
        const [row] = await session.run<{ privileges: string[] | null }>(
            sql`SELECT array_agg(privilege_type)::text[] AS privileges
            FROM (SELECT (aclexplode(${acl})).* FROM ${catalog} WHERE ${key} = ${parameter(name)}) AS privileges WHERE grantee = ${parameter(oid)}`,
            `could not read privileges for ${objectType.replaceAll("_", " ")} ${name}`,
        );
        await putPrivileges(server, attributes, row?.privileges ?? []);
    };
    switch (objectType) {
        case "database":
            return single(sql`datacl`, sql`pg_database`, sql`datname`, attributes.text("database"));
        case "schema":
            return single(sql`nspacl`, sql`pg_namespace`, sql`nspname`, schema);
        case "foreign_data_wrapper":
            return single(sql`fdwacl`, sql`pg_foreign_data_wrapper`, sql`fdwname`, object);
        case "foreign_server":
            return single(sql`srvacl`, sql`pg_foreign_server`, sql`srvname`, object);
        case "column":
            return readColumns(session, attributes);
        case "function":
        case "procedure":
        case "routine":
            return readObjects(server, attributes, await session.run<ObjectRow>(functionsQuery(oid, schema)));
        default:
            return readObjects(
                server,
                attributes,
                await session.run<ObjectRow>(relationsQuery(oid, schema, objectKinds[objectType])),
            );
    }
}

interface ObjectRow {
    name: string;
    privileges: string[];
}

/** One object that differs from the declaration shows drift: its privileges are reported for all. */
async function readObjects(
    server: ConfiguredServer,
    attributes: Attributes,
    rows: readonly ObjectRow[],
): Promise<void> {
    const objects = attributes.set("objects");
    for (const { name, privileges } of rows) {
        if (
            (objects.length === 0 || objects.includes(name)) &&
            !(await putPrivileges(server, attributes, privileges))
        ) {
            return;
        }
    }
}

async function readColumns(session: StatementRunner, attributes: Attributes): Promise<void> {
    const [privilege = ""] = attributes.set("privileges");
    const [table = ""] = attributes.set("objects");
    const query = columnsQuery(attributes.text("role"), attributes.text("schema"), table, privilege);
    const rows = await session.run<{ column_name: string; privileges: string[] }>(query);
    const wanted = attributes.set("columns");
    const found = new Set(rows.map((row) => row.column_name));
    const differing = rows.find((row) => !sameSet(row.privileges, attributes.set("privileges")));
    if (differing !== undefined) {
        attributes.put("privileges", differing.privileges);
    }
    if (wanted.some((column) => !found.has(column))) {
        attributes.put(
            "columns",
            wanted.filter((column) => found.has(column)),
        );
    }
}

/** Reads the privileges of all relations in the database: the original's query, with its cost. */
const relationsQuery = (oid: number, schema: string, kind: string | undefined): Sql => sql`
SELECT pg_class.relname AS name, array_remove(array_agg(privilege_type), NULL)::text[] AS privileges
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
LEFT JOIN (
    SELECT acls.* FROM (SELECT relname, relnamespace, relkind, (aclexplode(relacl)).* FROM pg_class c) AS acls WHERE grantee = ${parameter(oid)}
) privs USING (relname, relnamespace, relkind)
WHERE nspname = ${parameter(schema)} AND relkind = ${parameter(kind)}
GROUP BY pg_class.relname`;

const functionsQuery = (oid: number, schema: string): Sql => sql`
SELECT pg_proc.proname AS name, array_remove(array_agg(privilege_type), NULL)::text[] AS privileges
FROM pg_proc
JOIN pg_namespace ON pg_namespace.oid = pg_proc.pronamespace
LEFT JOIN (
    SELECT acls.* FROM (SELECT proname, pronamespace, (aclexplode(proacl)).* FROM pg_proc) acls WHERE grantee = ${parameter(oid)}
) privs USING (proname, pronamespace)
WHERE nspname = ${parameter(schema)}
GROUP BY pg_proc.proname`;

/** Grants on the column itself; the role's privileges on the whole table do not count. */
const columnsQuery = (role: string, schema: string, table: string, privilege: string): Sql => sql`
SELECT relname AS table_name, attname AS column_name, array_agg(privilege_type)::text[] AS privileges
FROM (
    SELECT relname, attname, (aclexplode(attacl)).*
    FROM pg_class
    JOIN pg_namespace ON pg_class.relnamespace = pg_namespace.oid
    JOIN pg_attribute ON pg_class.oid = attrelid
    WHERE nspname = ${parameter(schema)} AND relname = ${parameter(table)} AND relkind = ${parameter(objectKinds["table"])}
) AS col_privs
JOIN pg_roles ON pg_roles.oid = col_privs.grantee
WHERE rolname = ${parameter(role)} AND privilege_type = ${parameter(privilege)}
GROUP BY col_privs.relname, col_privs.attname, col_privs.privilege_type
ORDER BY col_privs.attname`;
