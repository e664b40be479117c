import pg from "pg";
import { allows, skipped } from "./connect.mjs";

const CREATABLE = `SELECT nspname AS schema FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'CREATE') ORDER BY 1 LIMIT 1`;
const READABLE = `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1 LIMIT 1`;

/** What should work. */
export async function permitted({ client }) {
    const [creatable, readable] = [(await client.query(CREATABLE)).rows[0], (await client.query(READABLE)).rows[0]];
    const [creates, reads] = ["creates and drops a table", "reads a table"];
    return [
        creatable === undefined
            ? skipped(creates, "it may create in no schema")
            : await allows(creates, async () => {
                  const table = `${pg.escapeIdentifier(creatable.schema)}.connection_test_${process.pid}`;
                  await client.query(
                      `CREATE TABLE ${table} (id int); INSERT INTO ${table} VALUES (1); DROP TABLE ${table}`,
                  );
                  return table;
              }),
        readable === undefined
            ? skipped(reads, "it may read no table")
            : await allows(reads, async () => {
                  await client.query(`SELECT count(*) FROM ${readable.name}`);
                  return readable.name;
              }),
    ];
}
