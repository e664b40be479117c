// Tries to connect to the environment's database as each of the users named on the command line, as any program would:
// credentials from the SDK's default chain, TLS verified. Prints the result of each, as JSON.
const { readFileSync } = require("node:fs");
const { Signer } = require("@aws-sdk/rds-signer");
const { Client } = require("pg");

const { PGHOST: host, PGPORT: port, PGDATABASE: database, PGSSLROOTCERT } = process.env;

async function attempt(user) {
    const signer = new Signer({ hostname: host, port: Number(port), username: user });
    const client = new Client({
        host,
        port: Number(port),
        database,
        user,
        password: () => signer.getAuthToken(),
        ssl: { ca: readFileSync(PGSSLROOTCERT) },
    });
    try {
        await client.connect();
        const { rows } = await client.query("SELECT current_user AS name");
        return `in as ${rows[0].name}`;
    } catch (error) {
        return `${error.code ?? error.name} ${error.message}`;
    } finally {
        await client.end().catch(() => undefined);
    }
}

async function main() {
    const outcomes = {};
    for (const user of process.argv.slice(2)) {
        outcomes[user] = await attempt(user);
    }
    process.stdout.write(JSON.stringify(outcomes));
}

void main();
