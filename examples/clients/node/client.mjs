// Connects with IAM to each of these hosts: `node client.mjs pg|postgres HOST…`, or prints a token for each:
// `node client.mjs token HOST…`. The SDK's default chain finds the credentials; everything else is in the environment, as in
// a container on AWS.
import { readFileSync } from "node:fs";

import { Signer } from "@aws-sdk/rds-signer";

const { PGPORT = "5432", PGUSER: username, PGDATABASE: database, PGSSLROOTCERT, AWS_REGION: region } = process.env;
const port = Number(PGPORT);
const ssl = { ca: readFileSync(PGSSLROOTCERT, "utf8") };
const [library, ...hosts] = process.argv.slice(2);

/** Signing is local, and a token is for one host: sign for each new connection. */
const tokenFor = (hostname) => new Signer({ hostname, port, username, region }).getAuthToken();

const libraries = {
    pg: async (hostname, token) => {
        const { Client } = (await import("pg")).default;
        const client = new Client({ host: hostname, port, user: username, database, password: await token(), ssl });
        await client.connect();
        return { query: async (text) => (await client.query(text)).rows, end: () => client.end() };
    },
    postgres: async (hostname, token) => {
        const postgres = (await import("postgres")).default;
        const sql = postgres({ host: hostname, port, username, database, password: token, ssl, max: 1 });
        return { query: (text) => sql.unsafe(text), end: () => sql.end() };
    },
};

for (const hostname of hosts) {
    if (library === "token") {
        console.log(await tokenFor(hostname));
        continue;
    }
    let result;
    try {
        const { query, end } = await libraries[library](hostname, () => tokenFor(hostname));
        const [{ user, replica }] = await query('SELECT current_user AS "user", pg_is_in_recovery() AS replica');
        const write = await query("CREATE TEMP TABLE attempt (id int)").then(
            () => "done",
            (error) => error.code,
        );
        await end();
        result = { user, replica, write };
    } catch (error) {
        result = { error: error.message };
    }
    console.log(JSON.stringify({ host: hostname, ...result }));
}
