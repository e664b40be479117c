import { rootCertificates } from "node:tls";
import pg from "pg";
import { tokenSignedAt } from "../connection/identity.mjs";
import { tokenSource } from "../connection/tokens.mjs";
import { connect, refuses, skipped } from "./connect.mjs";

const FOREIGN_TABLE = `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')) ORDER BY 1 LIMIT 1`;
/** Where others have no table yet, their schema is closed all the same. */
const FOREIGN_SCHEMA = `SELECT nspname AS name FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT has_schema_privilege(oid, 'USAGE') ORDER BY 1 LIMIT 1`;
const MASKED_COLUMN = `SELECT format('%I.%I', nspname, relname) AS "table", attname AS "column"
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON attrelid = c.oid
    WHERE relkind IN ('r', 'p', 'v') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND attnum > 0 AND NOT attisdropped
    AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
    AND NOT has_column_privilege(c.oid, attnum, 'SELECT') ORDER BY 1, 2 LIMIT 1`;
const OTHER_USER = `SELECT rolname AS name FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND rolname <> current_user
    AND pg_has_role(oid, 'rds_iam', 'MEMBER') ORDER BY 1 LIMIT 1`;

const OLD_MS = 16 * 60_000;

const isDenied = (error) => error.code === "42501";
const isRefused = (error) => error.code === "28000" || error.code === "28P01";
const isUntrusted = (error) => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(error.code ?? "");

/** Everything that must fail. */
export async function forbidden({ settings, client, credentials, password }) {
    const first = async (query) => (await client.query(query)).rows[0];
    const reach = async (more, as = settings) => (await connect(as, more)).end();
    const table = await first(FOREIGN_TABLE);
    const schema = await first(FOREIGN_SCHEMA);
    const masked = await first(MASKED_COLUMN);
    const user = (await first(OTHER_USER))?.name ?? "postgres";
    const other = { ...settings, user };
    const foreign = "reads another tenant's table";
    const hidden = "reads a masked column";
    const closed = table?.name ?? (schema && `${pg.escapeIdentifier(schema.name)}.anything`);
    return [
        await refuses("creates a database", () => createDatabase(client), isDenied),
        closed === undefined
            ? skipped(foreign, "there is no other tenant")
            : await refuses(foreign, () => client.query(`SELECT 1 FROM ${closed}`), isDenied),
        masked === undefined
            ? skipped(hidden, "no column is hidden from it")
            : await refuses(
                  hidden,
                  () => client.query(`SELECT ${pg.escapeIdentifier(masked.column)} FROM ${masked.table}`),
                  isDenied,
              ),
        await refuses(
            `connects as ${user} with a token of its own for that user`,
            async () => reach({ password: tokenSource(other, credentials) }, other),
            isRefused,
        ),
        await refuses(`connects as ${user} with its own user's token`, () => reach({ password }, other), isRefused),
        await refuses(
            "connects with a token that is 16 minutes old",
            async () => reach({ password: await tokenSignedAt(new Date(Date.now() - OLD_MS), settings, credentials) }),
            isRefused,
        ),
        await refuses("connects without TLS", () => reach({ password, ssl: false }), isRefused),
        await refuses(
            "trusts a server that a wrong authority vouches for",
            () => reach({ password, ssl: { ca: [...rootCertificates] } }),
            isUntrusted,
        ),
    ];
}

async function createDatabase(client) {
    const name = `connection_test_${process.pid}`;
    await client.query(`CREATE DATABASE ${name}`);
    await client.query(`DROP DATABASE ${name}`);
}
