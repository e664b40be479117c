import type { Ask } from "../../toolkit/session";
import { sql } from "../../toolkit/sql";

interface Table {
    readonly schema: string;
    readonly table: string;
    readonly columns: readonly string[];
}

/** The columns of a database's tables, needed to change rows. */
export class Columns {
    private readonly tables: ReadonlyMap<string, readonly string[]>;

    constructor(tables: readonly Table[] = []) {
        this.tables = new Map(tables.map(({ schema, table, columns }) => [JSON.stringify([schema, table]), columns]));
    }

    of(schema: string, table: string): readonly string[] {
        return this.tables.get(JSON.stringify([schema, table])) ?? [];
    }

    /** The table and the column that `orders.total` means; either name may contain a dot. Undefined if two columns match. */
    named(schema: string, name: string): { readonly table: string; readonly column: string } | undefined {
        const parts = name.split(".");
        const splits = parts.slice(1).map((_, index) => ({
            table: parts.slice(0, index + 1).join("."),
            column: parts.slice(index + 1).join("."),
        }));
        const found = splits.filter(({ table, column }) => this.of(schema, table).includes(column));
        return found.length === 1 ? found[0] : undefined;
    }
}

/** The columns of all writable tables of a database whose plans run no foreign code. */
export async function readColumns(ask: Ask, database: string): Promise<Columns> {
    const rows = await ask(database, COLUMNS);
    return new Columns(rows as unknown as readonly Table[]);
}

/** Objects with oids from here on are not Postgres' own: https://www.postgresql.org/docs/current/system-catalog-initial-data.html */
const FIRST_NORMAL = sql`16384`;

/**
 * Tables for which planning alone may run a function of their owner with the caller's rights, before Postgres checks the
 * caller's privileges: it evaluates what is IMMUTABLE and constant in defaults, in the expressions of indexes and statistics, in
 * policies, rules and checks (eval_const_expressions in
 * https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/cache/relcache.c, RelationGetIndexExpressions). Includes
 * tables with such a partition or child. Policies and rules may reach a function through a view, and always count.
 */
const RUNNING = sql`WITH RECURSIVE named (classid, objid) AS (
        SELECT classid, objid FROM pg_depend WHERE refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND refobjid >= ${FIRST_NORMAL}),
    running (oid) AS (
        SELECT d.adrelid FROM pg_attrdef d JOIN named ON named.classid = 'pg_attrdef'::regclass AND named.objid = d.oid
        UNION SELECT i.indrelid FROM pg_index i JOIN named ON named.classid = 'pg_class'::regclass AND named.objid = i.indexrelid
        UNION SELECT k.conrelid FROM pg_constraint k JOIN named ON named.classid = 'pg_constraint'::regclass AND named.objid = k.oid
        UNION SELECT s.stxrelid FROM pg_statistic_ext s JOIN named ON named.classid = 'pg_statistic_ext'::regclass AND named.objid = s.oid
        UNION SELECT t.oid FROM pg_class t JOIN named ON named.classid = 'pg_class'::regclass AND named.objid = t.oid
        UNION SELECT t.oid FROM pg_class t WHERE t.relrowsecurity OR t.relhasrules
        UNION SELECT i.inhparent FROM pg_inherits i JOIN running r ON r.oid = i.inhrelid)`;

const COLUMNS = sql`${RUNNING} SELECT n.nspname AS schema, c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND c.oid NOT IN (SELECT oid FROM running)
    GROUP BY n.nspname, c.relname`;
