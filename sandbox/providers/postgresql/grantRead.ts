import type { Attributes } from "./fields";
import { roleOid } from "./membership";
import { objectKinds, putPrivileges, sameSet } from "./privileges";
import type { Server, Session } from "./server";

/** Puts what the role holds where that differs from what was declared. */
export async function readGranted(server: Server, session: Session, attributes: Attributes): Promise<void> {
    const oid = await roleOid(session, attributes.text("role"));
    const objectType = attributes.text("objectType");
    const schema = attributes.text("schema");
    const [object = ""] = attributes.set("objects");
    const single = async (acl: string, catalog: string, name: string): Promise<void> => {
        const [row] = await session.run<{ privileges: string[] | null }>(
            `SELECT array_agg(privilege_type)::text[] AS privileges FROM (SELECT (aclexplode(${acl})).* FROM ${catalog}) AS privileges WHERE grantee = $2`,
            [name, oid],
            `could not read privileges for ${objectType.replaceAll("_", " ")} ${name}`,
        );
        await putPrivileges(server, attributes, row?.privileges ?? []);
    };
    switch (objectType) {
        case "database":
            return single("datacl", "pg_database WHERE datname = $1", attributes.text("database"));
        case "schema":
            return single("nspacl", "pg_namespace WHERE nspname = $1", schema);
        case "foreign_data_wrapper":
            return single("fdwacl", "pg_foreign_data_wrapper WHERE fdwname = $1", object);
        case "foreign_server":
            return single("srvacl", "pg_foreign_server WHERE srvname = $1", object);
        case "column":
            return readColumns(session, attributes);
        case "function":
        case "procedure":
        case "routine":
            return readObjects(server, attributes, await session.run<ObjectRow>(functionsQuery, [oid, schema]));
        default:
            return readObjects(server, attributes, await session.run<ObjectRow>(relationsQuery, [oid, schema, objectKinds[objectType]]));
    }
}

interface ObjectRow {
    name: string;
    privileges: string[];
}

/** One object that differs from the declaration is enough to show drift: its privileges stand for all. */
async function readObjects(server: Server, attributes: Attributes, rows: readonly ObjectRow[]): Promise<void> {
    const objects = attributes.set("objects");
    for (const { name, privileges } of rows) {
        if ((objects.length === 0 || objects.includes(name)) && !(await putPrivileges(server, attributes, privileges))) {
            return;
        }
    }
}

async function readColumns(session: Session, attributes: Attributes): Promise<void> {
    const [privilege = ""] = attributes.set("privileges");
    const [table = ""] = attributes.set("objects");
    const values = [attributes.text("role"), attributes.text("schema"), table, objectKinds["table"], privilege];
    const rows = await session.run<{ column_name: string; privileges: string[] }>(columnsQuery, values);
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

/** Goes through the privileges of all relations of the database: the cost of the original, in the original's words. */
const relationsQuery = `
SELECT pg_class.relname AS name, array_remove(array_agg(privilege_type), NULL)::text[] AS privileges
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = pg_class.relnamespace
LEFT JOIN (
    SELECT acls.* FROM (SELECT relname, relnamespace, relkind, (aclexplode(relacl)).* FROM pg_class c) AS acls WHERE grantee = $1
) privs USING (relname, relnamespace, relkind)
WHERE nspname = $2 AND relkind = $3
GROUP BY pg_class.relname`;

const functionsQuery = `
SELECT pg_proc.proname AS name, array_remove(array_agg(privilege_type), NULL)::text[] AS privileges
FROM pg_proc
JOIN pg_namespace ON pg_namespace.oid = pg_proc.pronamespace
LEFT JOIN (
    SELECT acls.* FROM (SELECT proname, pronamespace, (aclexplode(proacl)).* FROM pg_proc) acls WHERE grantee = $1
) privs USING (proname, pronamespace)
WHERE nspname = $2
GROUP BY pg_proc.proname`;

/** Grants on the column itself; what the role may do to the whole table does not count. */
const columnsQuery = `
SELECT relname AS table_name, attname AS column_name, array_agg(privilege_type)::text[] AS privileges
FROM (
    SELECT relname, attname, (aclexplode(attacl)).*
    FROM pg_class
    JOIN pg_namespace ON pg_class.relnamespace = pg_namespace.oid
    JOIN pg_attribute ON pg_class.oid = attrelid
    WHERE nspname = $2 AND relname = $3 AND relkind = $4
) AS col_privs
JOIN pg_roles ON pg_roles.oid = col_privs.grantee
WHERE rolname = $1 AND privilege_type = $5
GROUP BY col_privs.relname, col_privs.attname, col_privs.privilege_type
ORDER BY col_privs.attname`;
