import { GRANTEE, notOfExtension, SCHEMAS } from "../../access/catalog/queries";
import { isOwnRole } from "../../toolkit/ownRoles";
import { join, sql, type Sql } from "../../toolkit/sql";

/** Objects with oids from here on are not Postgres' own: https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
const FIRST_NORMAL = sql`16384`;

const typeName = (column: Sql): Sql =>
    sql`(SELECT json_build_array(tn.nspname, t.typname) FROM pg_type t JOIN pg_namespace tn ON tn.oid = t.typnamespace WHERE t.oid = ${column})`;
const method = (column: Sql): Sql => sql`(SELECT to_json(am.amname) FROM pg_am am WHERE am.oid = ${column})`;
const routineTypes = sql`(SELECT coalesce(json_agg(json_build_array(tn.nspname, t.typname) ORDER BY a.place), '[]') FROM unnest(o.proargtypes) WITH ORDINALITY a (type, place)
    JOIN pg_type t ON t.oid = a.type JOIN pg_namespace tn ON tn.oid = t.typnamespace)`;

/** `args` identifies what a name does not: operands' types, an access method. */
const COLUMNS = sql`(kind, schema, name, args, owner, acl, standard)`;

/** Types of the user's making: not rows of tables, arrays or multiranges, which follow another type. */
const TYPES = sql`SELECT 'type', n.nspname, o.typname, NULL::json, o.typowner, o.typacl, acldefault('T', o.typowner)
    FROM pg_type o JOIN pg_namespace n ON n.oid = o.typnamespace
    WHERE ${SCHEMAS} AND ${notOfExtension("pg_type", sql`o`)} AND o.typtype <> 'm' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = o.oid)
        AND (o.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c'))`;

/** Classes in schemas that have an owner, and no access list. */
const OWNED = [
    sql`SELECT 'collation', n.nspname, o.collname, NULL::json, o.collowner, NULL::aclitem[], NULL::aclitem[]
        FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace WHERE ${notOfExtension("pg_collation", sql`o`)}`,
    sql`SELECT 'conversion', n.nspname, o.conname, NULL, o.conowner, NULL, NULL
        FROM pg_conversion o JOIN pg_namespace n ON n.oid = o.connamespace WHERE ${notOfExtension("pg_conversion", sql`o`)}`,
    sql`SELECT 'operator', n.nspname, o.oprname, json_build_array(${typeName(sql`o.oprleft`)}, ${typeName(sql`o.oprright`)}), o.oprowner, NULL, NULL
        FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${notOfExtension("pg_operator", sql`o`)}`,
    sql`SELECT 'operator class', n.nspname, o.opcname, ${method(sql`o.opcmethod`)}, o.opcowner, NULL, NULL
        FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE ${notOfExtension("pg_opclass", sql`o`)}`,
    sql`SELECT 'operator family', n.nspname, o.opfname, ${method(sql`o.opfmethod`)}, o.opfowner, NULL, NULL
        FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace WHERE ${notOfExtension("pg_opfamily", sql`o`)}`,
    sql`SELECT 'statistics object', n.nspname, o.stxname, NULL, o.stxowner, NULL, NULL
        FROM pg_statistic_ext o JOIN pg_namespace n ON n.oid = o.stxnamespace WHERE ${notOfExtension("pg_statistic_ext", sql`o`)}`,
    sql`SELECT 'text search configuration', n.nspname, o.cfgname, NULL, o.cfgowner, NULL, NULL
        FROM pg_ts_config o JOIN pg_namespace n ON n.oid = o.cfgnamespace WHERE ${notOfExtension("pg_ts_config", sql`o`)}`,
    sql`SELECT 'text search dictionary', n.nspname, o.dictname, NULL, o.dictowner, NULL, NULL
        FROM pg_ts_dict o JOIN pg_namespace n ON n.oid = o.dictnamespace WHERE ${notOfExtension("pg_ts_dict", sql`o`)}`,
].map((query) => sql`${query} AND ${SCHEMAS}`);

/** @param which the entries of the list `i` to return */
const listed = (from: readonly Sql[], which = sql`true`): Sql =>
    sql`SELECT o.kind, o.schema::text AS schema, o.name::text AS name, o.args, pg_get_userbyid(o.owner)::text AS owner,
        (SELECT coalesce(json_agg(json_build_object('grantee', ${GRANTEE}, 'grantor', pg_get_userbyid(i.grantor), 'privilege', i.privilege_type, 'grantable', i.is_grantable) ORDER BY i.grantee, i.privilege_type), '[]')
            FROM aclexplode(coalesce(o.acl, o.standard)) i WHERE ${which}) AS items
        FROM (${join(from, sql` UNION ALL `)}) o ${COLUMNS}`;

/** What a list has besides its kind's default. */
const GRANTED = sql`NOT EXISTS (SELECT FROM aclexplode(o.standard) b
    WHERE b.grantee = i.grantee AND b.privilege_type = i.privilege_type AND b.is_grantable >= i.is_grantable)`;

/** Types and other objects in schemas, besides tables, sequences and routines. */
export const IN_SCHEMAS = listed([TYPES, ...OWNED]);

/** Objects of a database that are in no schema. Of large objects only those with an access list: every login may create its own. */
export const OUTSIDE_SCHEMAS = listed(
    [
        sql`SELECT 'foreign-data wrapper', NULL::name, o.fdwname::text, NULL::json, o.fdwowner, o.fdwacl, acldefault('F', o.fdwowner)
        FROM pg_foreign_data_wrapper o WHERE ${notOfExtension("pg_foreign_data_wrapper", sql`o`)}`,
        sql`SELECT 'foreign server', NULL, o.srvname, NULL, o.srvowner, o.srvacl, acldefault('S', o.srvowner)
        FROM pg_foreign_server o WHERE ${notOfExtension("pg_foreign_server", sql`o`)}`,
        sql`SELECT 'language', NULL, o.lanname, NULL, o.lanowner, o.lanacl, acldefault('l', o.lanowner)
        FROM pg_language o WHERE o.oid >= ${FIRST_NORMAL} AND ${notOfExtension("pg_language", sql`o`)}`,
        sql`SELECT 'publication', NULL, o.pubname, NULL, o.pubowner, NULL, NULL FROM pg_publication o`,
        sql`SELECT 'subscription', NULL, o.subname, NULL, o.subowner, NULL, NULL
        FROM pg_subscription o WHERE o.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())`,
        sql`SELECT 'event trigger', NULL, o.evtname, NULL, o.evtowner, NULL, NULL
        FROM pg_event_trigger o WHERE ${notOfExtension("pg_event_trigger", sql`o`)}`,
        sql`SELECT 'extension', NULL, o.extname, NULL, o.extowner, NULL, NULL FROM pg_extension o`,
        sql`SELECT 'large object', NULL, o.oid::text, NULL, o.lomowner, o.lomacl, acldefault('L', o.lomowner)
        FROM pg_largeobject_metadata o WHERE o.lomacl IS NOT NULL`,
    ],
    GRANTED,
);

/** Objects of the whole server besides databases and roles. A parameter has no owner: its list holds what was granted. */
export const OF_SERVER = listed(
    [
        sql`SELECT 'tablespace', NULL::name, o.spcname::text, NULL::json, o.spcowner, o.spcacl, acldefault('t', o.spcowner) FROM pg_tablespace o`,
        sql`SELECT 'parameter', NULL, o.parname, NULL, 10::oid, o.paracl, NULL FROM pg_parameter_acl o`,
    ],
    GRANTED,
);

/** Postgres' own objects and extensions' members, `o` in a catalog; `public` is compared as a schema like others. */
const provided = (catalog: Sql): Sql =>
    sql`(o.oid < ${FIRST_NORMAL} OR EXISTS (SELECT FROM pg_depend e WHERE e.classid = ${catalog}::regclass AND e.objid = o.oid AND e.deptype = 'e'))`;

/** What initdb grants on information_schema is in no pg_init_privs: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/catalog/information_schema.sql */
const READS_INFORMATION = sql`'information_schema' IN (o.schema, o.name) AND i.grantee = 0 AND i.privilege_type IN ('SELECT', 'USAGE') AND NOT i.is_grantable`;

/**
 * What others hold on objects of Postgres and of extensions besides the privileges that these began with (pg_init_privs:
 * https://www.postgresql.org/docs/current/catalog-pg-init-privs.html). RDS changes some for its own roles, which do not count; what is
 * missing there gives no access.
 */
export const PROVIDED = sql`SELECT o.kind, o.schema::text AS schema, o.name::text AS name, o.args::jsonb AS args, o.part::text AS "column", pg_get_userbyid(o.owner)::text AS owner,
        json_agg(json_build_object('grantee', ${GRANTEE}, 'grantor', pg_get_userbyid(i.grantor), 'privilege', i.privilege_type, 'grantable', i.is_grantable) ORDER BY i.grantee, i.privilege_type) AS items
    FROM (
        SELECT CASE WHEN o.relkind = 'S' THEN 'sequence' ELSE 'table' END, 'pg_class'::regclass, o.oid, 0, n.nspname, o.relname, NULL::json, NULL::name, o.relowner, o.relacl,
            acldefault(CASE WHEN o.relkind = 'S' THEN 's'::"char" ELSE 'r'::"char" END, o.relowner)
            FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace WHERE ${provided(sql`'pg_class'`)}
        UNION ALL SELECT 'column', 'pg_class'::regclass, o.oid, a.attnum, n.nspname, o.relname, NULL, a.attname, o.relowner, a.attacl, NULL
            FROM pg_attribute a JOIN pg_class o ON o.oid = a.attrelid JOIN pg_namespace n ON n.oid = o.relnamespace WHERE a.attacl IS NOT NULL AND ${provided(sql`'pg_class'`)}
        UNION ALL SELECT 'function', 'pg_proc'::regclass, o.oid, 0, n.nspname, o.proname, ${routineTypes}, NULL, o.proowner, o.proacl, acldefault('f', o.proowner)
            FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace WHERE o.proacl IS NOT NULL AND ${provided(sql`'pg_proc'`)}
        UNION ALL SELECT 'type', 'pg_type'::regclass, o.oid, 0, n.nspname, o.typname, NULL, NULL, o.typowner, o.typacl, acldefault('T', o.typowner)
            FROM pg_type o JOIN pg_namespace n ON n.oid = o.typnamespace WHERE o.typacl IS NOT NULL AND ${provided(sql`'pg_type'`)}
        UNION ALL SELECT 'schema', 'pg_namespace'::regclass, o.oid, 0, NULL, o.nspname, NULL, NULL, o.nspowner, o.nspacl, acldefault('n', o.nspowner)
            FROM pg_namespace o WHERE o.nspname <> 'public' AND ${provided(sql`'pg_namespace'`)}
        UNION ALL SELECT 'language', 'pg_language'::regclass, o.oid, 0, NULL, o.lanname, NULL, NULL, o.lanowner, o.lanacl, acldefault('l', o.lanowner)
            FROM pg_language o WHERE ${provided(sql`'pg_language'`)}
        UNION ALL SELECT 'foreign-data wrapper', 'pg_foreign_data_wrapper'::regclass, o.oid, 0, NULL, o.fdwname, NULL, NULL, o.fdwowner, o.fdwacl, acldefault('F', o.fdwowner)
            FROM pg_foreign_data_wrapper o WHERE ${provided(sql`'pg_foreign_data_wrapper'`)}
        UNION ALL SELECT 'foreign server', 'pg_foreign_server'::regclass, o.oid, 0, NULL, o.srvname, NULL, NULL, o.srvowner, o.srvacl, acldefault('S', o.srvowner)
            FROM pg_foreign_server o WHERE ${provided(sql`'pg_foreign_server'`)}
    ) o (kind, classid, objid, objsubid, schema, name, args, part, owner, acl, standard)
    LEFT JOIN pg_init_privs p ON p.objoid = o.objid AND p.classoid = o.classid AND p.objsubid = o.objsubid,
    aclexplode(o.acl) i LEFT JOIN pg_roles r ON r.oid = i.grantee
    WHERE o.acl IS NOT NULL AND o.acl IS DISTINCT FROM p.initprivs AND i.grantee <> o.owner AND (r.oid IS NULL OR NOT ${isOwnRole(sql`r`)}) AND NOT (${READS_INFORMATION})
        AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.initprivs, o.standard)) b
            WHERE b.grantee = i.grantee AND b.privilege_type = i.privilege_type AND b.is_grantable >= i.is_grantable)
    GROUP BY o.kind, o.schema, o.name, o.args::jsonb, o.part, o.owner`;

/**
 * Objects of Postgres and of extensions that another role owns: the superuser that initdb created has no entry in pg_shdepend
 * for what it owns, and an extension's members belong to it or to the extension's owner.
 */
export const TAKEN = sql`SELECT pg_describe_object(d.classid, d.objid, 0) AS what, pg_get_userbyid(d.refobjid)::text AS owner, pg_get_userbyid(coalesce(x.extowner, 10))::text AS wanted
    FROM pg_shdepend d LEFT JOIN (SELECT e.classid, e.objid, x.extowner FROM pg_depend e JOIN pg_extension x ON e.refclassid = 'pg_extension'::regclass AND x.oid = e.refobjid WHERE e.deptype = 'e') x
        ON x.classid = d.classid AND x.objid = d.objid
    WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass
        AND d.dbid = (SELECT b.oid FROM pg_database b WHERE b.datname = current_database())
        AND (d.objid < ${FIRST_NORMAL} OR x.extowner <> d.refobjid)`;

/** Who has an account on a foreign server; PUBLIC's is for everyone. */
export const USER_MAPPINGS = sql`SELECT m.srvname::text AS server, CASE WHEN m.umuser = 0 THEN 'public' ELSE m.usename::text END AS "user", pg_get_userbyid(s.srvowner)::text AS owner
    FROM pg_user_mappings m JOIN pg_foreign_server s ON s.oid = m.srvid`;

/** Settings that apply to every role: of a database, or of the server with "" for it. */
export const EVERYONES_SETTINGS = sql`SELECT coalesce(d.datname, '')::text AS database, left(c, 4000) AS setting
    FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
    WHERE s.setrole = 0 AND coalesce(d.datname, '') <> 'rdsadmin'`;

/** Every database of the server's users. */
export const DATABASES = sql`SELECT d.datname::text AS name FROM pg_database d WHERE NOT d.datistemplate AND d.datname <> 'rdsadmin'`;

/** What `ALTER DEFAULT PRIVILEGES … ON LARGE OBJECTS` gives others, from Postgres 18. */
export const LARGE_OBJECT_DEFAULTS = sql`SELECT pg_get_userbyid(d.defaclrole)::text AS owner, ${GRANTEE} AS grantee, i.privilege_type AS privilege
    FROM pg_default_acl d, aclexplode(d.defaclacl) i WHERE d.defaclobjtype = 'L' AND i.grantee <> d.defaclrole`;
