import type { DeclaredServer } from "../databases/worlds";
import type { Kind, PgObject, Privilege } from "../postgres/world";
import { cell, objectKey } from "./catalog";

/** Something that a login tries, and whether the resources say that it may. */
export interface Trial {
    /** `shop_app SELECT table app/billing.invoices`. */
    readonly cell: string;
    /** Changes nothing even where it is carried out and kept. */
    readonly statement: string;
    readonly expected: boolean;
    /** SQLSTATEs besides success that only those see who may. */
    readonly passes: readonly string[];
}

/** A table with its columns, without which no row can be changed. */
export type Columns = ReadonlyMap<string, readonly string[]>;

/** The columns of all tables of a database that may be written to. */
export const COLUMNS = `SELECT n.nspname || '.' || c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' GROUP BY 1`;

/** In a transaction that may only read, a sequence answers so to those who may draw from it. */
const READ_ONLY = "25006";
const NOT_YET_DRAWN = "55000";
const NO_SUCH_TABLE = "42P01";

/**
 * What a login can try in a database, on objects that exist: each statement needs one privilege and nothing else but the way
 * there. Privileges that cannot be tried without leaving something behind (REFERENCES, TRIGGER, MAINTAIN) are left to the
 * catalogs; so are views, which fail for reasons of their owner's, and functions, which do something.
 */
export function trialsOf({ rights }: DeclaredServer, login: string, database: string, columns: Columns): readonly Trial[] {
    const { privileges, world } = rights;
    const here = world.objects.filter((object) => object.database === database && object.future !== true && object.name !== "*");
    const schemas = new Map(here.filter(({ kind }) => kind === "schema").map((object) => [object.name, object]));
    const parts = new Map(here.filter(({ kind }) => kind === "column").map((object) => [`${object.schema}.${object.name}`, object]));
    const holds = (object: PgObject | undefined, privilege: Privilege): boolean => object !== undefined && privileges.holds(login, object, privilege) !== undefined;
    /** On the object itself, or on each of its columns. */
    const allows = (object: PgObject, privilege: Privilege): boolean => {
        const name = `${object.schema}.${object.name}`;
        const of = object.kind === "table" ? (columns.get(name) ?? []) : [];
        return holds(object, privilege) || (of.length > 0 && of.every((column) => holds(parts.get(`${name}.${column}`), privilege)));
    };
    const may = (object: PgObject, some: readonly Privilege[]): boolean => {
        return some.some((one) => allows(object, one)) && (object.schema === undefined || holds(schemas.get(object.schema), "USAGE"));
    };
    return here.flatMap((object) =>
        statementsFor(object, columns).map(({ word, needs, statement, passes = [] }): Trial => {
            return { cell: cell(login, word, objectKey(object)), statement, expected: may(object, needs), passes };
        }),
    );
}

/** Becoming each other role that the resources declare; it is the same in every database. */
export function rolesTried({ rights: { privileges, world } }: DeclaredServer, login: string): readonly Trial[] {
    const roles = [...world.roles.values()].filter(({ name, source }) => name !== login && source.startsWith("urn:"));
    const settable = privileges.members.settable(login);
    const superuser = privileges.members.role(login)?.superuser === true;
    return roles.map(({ name }): Trial => {
        return { cell: `${login} SET role ${name}`, statement: `SET LOCAL ROLE ${quoted(name)}`, expected: superuser || settable.has(name), passes: [] };
    });
}

interface Statement {
    readonly word: string;
    /** Any of these will do. */
    readonly needs: readonly Privilege[];
    readonly statement: string;
    readonly passes?: readonly string[];
}

function statementsFor(object: PgObject, columns: Columns): readonly Statement[] {
    return STATEMENTS[object.kind]?.(object, columns) ?? [];
}

const STATEMENTS: Partial<Record<Kind, (object: PgObject, columns: Columns) => readonly Statement[]>> = {
    database: () => [
        { word: "TEMPORARY", needs: ["TEMPORARY"], statement: "CREATE TEMPORARY TABLE keyless_trial ()" },
        { word: "CREATE", needs: ["CREATE"], statement: "CREATE SCHEMA keyless_trial" },
    ],
    schema: ({ name }) => [
        { word: "USAGE", needs: ["USAGE"], statement: `SELECT ${literal(`${quoted(name)}.keyless_trial`)}::regclass`, passes: [NO_SUCH_TABLE] },
        { word: "CREATE", needs: ["CREATE"], statement: `CREATE TABLE ${quoted(name)}.keyless_trial ()` },
    ],
    table: ({ schema = "", name }, columns) => {
        const table = `${quoted(schema)}.${quoted(name)}`;
        const of = columns.get(`${schema}.${name}`) ?? [];
        const [first] = of;
        if (first === undefined) {
            return [];
        }
        const all = of.map(quoted).join(", ");
        return [
            { word: "SELECT", needs: ["SELECT"], statement: `SELECT ${all} FROM ${table} LIMIT 0` },
            { word: "INSERT", needs: ["INSERT"], statement: `INSERT INTO ${table} (${all}) OVERRIDING SYSTEM VALUE SELECT ${of.map(() => "NULL").join(", ")} WHERE false` },
            { word: "UPDATE", needs: ["UPDATE"], statement: `UPDATE ${table} SET ${of.map((column) => `${quoted(column)} = DEFAULT`).join(", ")} WHERE false` },
            { word: "DELETE", needs: ["DELETE"], statement: `DELETE FROM ${table} WHERE false` },
        ];
    },
    column: ({ schema = "", name }, columns) => {
        const [table = "", column = ""] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf(".") + 1)];
        const place = `${quoted(schema)}.${quoted(table)}`;
        if (columns.get(`${schema}.${table}`)?.includes(column) !== true) {
            return [];
        }
        return [
            { word: "SELECT", needs: ["SELECT"], statement: `SELECT ${quoted(column)} FROM ${place} LIMIT 0` },
            { word: "UPDATE", needs: ["UPDATE"], statement: `UPDATE ${place} SET ${quoted(column)} = DEFAULT WHERE false` },
        ];
    },
    sequence: ({ schema = "", name }) => {
        const sequence = `${quoted(schema)}.${quoted(name)}`;
        const text = literal(sequence);
        return [
            { word: "SELECT", needs: ["SELECT"], statement: `SELECT last_value FROM ${sequence} LIMIT 0` },
            { word: "nextval", needs: ["USAGE", "UPDATE"], statement: `SET LOCAL transaction_read_only = on; SELECT nextval(${text})`, passes: [READ_ONLY] },
            { word: "currval", needs: ["USAGE", "SELECT"], statement: `SELECT currval(${text})`, passes: [NOT_YET_DRAWN] },
        ];
    },
};

function quoted(name: string): string {
    return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
    return `'${text.replaceAll("'", "''")}'`;
}
