// Queries through the example's pool for as many hours as the command line says, by this program's own clock; then tries
// the first token again. Prints the results, as JSON.
import { setTimeout as pause } from "node:timers/promises";
import { openPool } from "../../../examples/connection-test/src/connection/database.mjs";
import { readSettings } from "../../../examples/connection-test/src/settings.mjs";
import { tokenSource } from "../../../examples/connection-test/src/connection/tokens.mjs";

const settings = readSettings();
const source = tokenSource(settings);
const tokens = [];
const token = async () => {
    const signed = await source();
    tokens.push(signed);
    return signed;
};
// Most connections are new: it is they that need a token.
const pool = openPool(settings, { token, max: 2, maxUses: 4 });
const end = Date.now() + Number(process.argv[2]) * 3_600_000;
const failures = [];
let queries = 0;
while (Date.now() < end) {
    await pool.query("SELECT 1").catch((error) => failures.push(`${new Date().toISOString()} ${error.message}`));
    queries += 1;
    await pause(20);
}
await pool.end();
const again = openPool(settings, { token: tokens[0] });
const replay = await again.query("SELECT 1").then(
    () => "let in",
    (error) => error.message,
);
await again.end();
const keys = new Set(tokens.map((one) => /X-Amz-Credential=([^%]+)/.exec(one)?.[1]));
process.stdout.write(JSON.stringify({ failures, queries, connections: tokens.length, credentials: keys.size, replay }));
