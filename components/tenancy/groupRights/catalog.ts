import type { Queryable } from "../../../toolkit/session";
import { identifier, join, keyword, parameter, sql, type Sql } from "../../../toolkit/sql";
import { grantable, type ContentKind, type ObjectKind } from "../privileges";
import type { Atom } from "./rights";

/** One privilege of a group in an access list. */
export interface GroupItem {
    readonly privilege: string;
    readonly grantor: string;
    readonly grantable: boolean;
}

/** An object, with what a group was granted on it. */
export interface GroupObject {
    readonly oid: string;
    readonly on: ObjectKind;
    readonly schema: string;
    /** A function's has its argument types. */
    readonly name: string;
    /** Its own name in statements. */
    readonly called: string;
    readonly types: readonly (readonly [schema: string, type: string])[];
    readonly owner: string;
    readonly items: readonly GroupItem[];
    readonly columns: readonly (GroupItem & { readonly column: string })[];
}

/** What a group gets on objects to come. */
export interface GroupDefault extends GroupItem {
    readonly oid: string;
    readonly owner: string;
    readonly schema: string | null;
    readonly on: ContentKind | null;
}

/** An extension determines the privileges of its objects. */
const notOfExtension = (catalog: Sql, oid: Sql): Sql =>
    sql`NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${catalog}::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;

const ITEM = sql`'privilege', i.privilege_type, 'grantor', pg_get_userbyid(i.grantor), 'grantable', i.is_grantable`;

const relations = (on: Sql, kinds: Sql): Sql =>
    sql`SELECT ${on}, c.oid, n.nspname, c.relname::text, c.relname, '[]'::json, c.relowner, c.relacl FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (${kinds}) AND ${notOfExtension(sql`'pg_class'`, sql`c.oid`)}`;

/** The objects in these schemas, and the schemas themselves. A function's name is the one that access lists show. */
export async function objectsIn(session: Queryable, group: string, schemas: readonly string[]): Promise<GroupObject[]> {
    const { rows } = await session.query<GroupObject>(
        sql`WITH g AS (SELECT oid FROM pg_roles WHERE rolname = ${parameter(group)})
            SELECT o.oid::text AS oid, o.kind AS "on", o.schema::text AS schema, o.name, o.called::text AS called, o.types,
                pg_get_userbyid(o.owner)::text AS owner,
                (SELECT coalesce(json_agg(json_build_object(${ITEM})), '[]') FROM aclexplode(o.acl) i WHERE i.grantee = (SELECT oid FROM g)) AS items,
                (SELECT coalesce(json_agg(json_build_object('column', a.attname, ${ITEM})), '[]') FROM pg_attribute a, aclexplode(a.attacl) i
                    WHERE o.kind = 'tables' AND a.attrelid = o.oid AND NOT a.attisdropped AND i.grantee = (SELECT oid FROM g)) AS columns
            FROM (SELECT 'schemas', n.oid, n.nspname, n.nspname::text, n.nspname, '[]'::json, n.nspowner, n.nspacl FROM pg_namespace n
                UNION ALL ${relations(sql`'tables'`, sql`'r', 'p', 'v', 'm', 'f'`)}
                UNION ALL ${relations(sql`'sequences'`, sql`'S'`)}
                UNION ALL SELECT 'functions', p.oid, n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', p.proname,
                    (SELECT coalesce(json_agg(json_build_array(tn.nspname, t.typname) ORDER BY a.place), '[]') FROM unnest(p.proargtypes)
                        WITH ORDINALITY a (type, place) JOIN pg_type t ON t.oid = a.type JOIN pg_namespace tn ON tn.oid = t.typnamespace),
                    p.proowner, p.proacl FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${notOfExtension(sql`'pg_proc'`, sql`p.oid`)}
            ) o (kind, oid, schema, name, called, types, owner, acl) WHERE o.schema = ANY (${parameter(schemas)}::text[]) ORDER BY 2, 3, 4`,
    );
    return rows;
}

export async function defaultsOf(session: Queryable, group: string): Promise<GroupDefault[]> {
    const { rows } = await session.query<GroupDefault>(
        sql`SELECT d.oid::text AS oid, pg_get_userbyid(d.defaclrole)::text AS owner, n.nspname::text AS schema,
                CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' END AS "on",
                i.privilege_type AS privilege, pg_get_userbyid(i.grantor)::text AS grantor, i.is_grantable AS grantable
            FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) i
            WHERE i.grantee = (SELECT oid FROM pg_roles WHERE rolname = ${parameter(group)})`,
    );
    return rows;
}

/** The objects that an atom means; for one of a name, also if another role owns it. */
export function objectsOf(atom: Atom, objects: readonly GroupObject[]): readonly GroupObject[] {
    return objects.filter(
        ({ on, schema, name, owner }) =>
            on === atom.on &&
            schema === atom.schema &&
            (on === "schemas" || (atom.object === undefined ? owner === atom.owner : name === atom.object)),
    );
}

/** What the group was granted on the object, or on the column, of the atom's privilege. */
export function itemsOf({ privilege, column }: Atom, object: GroupObject): readonly GroupItem[] {
    return column === undefined
        ? object.items.filter((item) => item.privilege === privilege)
        : object.columns.filter((item) => item.column === column && item.privilege === privilege);
}

export function defaultItemsOf(atom: Atom, defaults: readonly GroupDefault[]): readonly GroupDefault[] {
    return defaults.filter(
        ({ owner, schema, on, privilege }) =>
            owner === atom.owner && schema === atom.schema && on === atom.on && privilege === atom.privilege,
    );
}

const KEYWORDS = Object.values(grantable).flat();

/** `SELECT ("city") ON TABLE "shop"."orders", "shop"."lines"`. */
export function privilegeOn({ privilege, on, column }: Atom, objects: readonly GroupObject[]): Sql {
    const what = column === undefined ? sql`` : sql` (${identifier(column)})`;
    return sql`${keyword(privilege, KEYWORDS)}${what} ON ${KINDS[on]} ${join(objects.map(namedIn))}`;
}

/** `ALTER DEFAULT PRIVILEGES` up to the change, and its objects. */
export function inDefaults({ owner, schema, on, privilege }: Atom, verb: Sql): Sql {
    const objects = on === "functions" ? sql`FUNCTIONS` : on === "sequences" ? sql`SEQUENCES` : sql`TABLES`;
    return sql`ALTER DEFAULT PRIVILEGES FOR ROLE ${identifier(owner)} IN SCHEMA ${identifier(schema)} ${verb} ${keyword(privilege, KEYWORDS)} ON ${objects}`;
}

/** ROUTINE is a function, a procedure or an aggregate: https://www.postgresql.org/docs/current/sql-grant.html */
const KINDS: Readonly<Record<ObjectKind, Sql>> = {
    tables: sql`TABLE`,
    sequences: sql`SEQUENCE`,
    functions: sql`ROUTINE`,
    schemas: sql`SCHEMA`,
};

function namedIn({ on, schema, called, types }: GroupObject): Sql {
    if (on === "schemas") {
        return identifier(called);
    }
    const place = identifier(schema, called);
    // IN means that the list omits output arguments, which is allowed.
    return on === "functions" ? sql`${place}(${join(types.map((type) => sql`IN ${identifier(...type)}`))})` : place;
}
