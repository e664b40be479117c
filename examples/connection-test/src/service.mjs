import { createServer } from "node:http";
import { openPool } from "./connection/database.mjs";
import { toJson } from "./json.mjs";
import { patiently } from "./retry.mjs";
import { readSettings } from "./settings.mjs";
import { tokenSource } from "./connection/tokens.mjs";

const log = (entry) => console.log(toJson({ time: new Date().toISOString(), ...entry }));
const settings = readSettings();
const token = tokenSource(settings);
const pool = openPool(settings, {
    token,
    onError: (error) => log({ event: "idle connection lost", error: error.message }),
});
let ending = false;

const answers = {
    /** For the liveness probe: says nothing of the database, or its failure would restart every pod. */
    "/healthz": async () => [200, { alive: true }],
    /** For the readiness probe. */
    "/readyz": async () => {
        if (ending) {
            return [503, { ready: false }];
        }
        await pool.query("SELECT 1");
        return [200, { ready: true }];
    },
    "/": async () => {
        const { rows } = await pool.query("SELECT current_user AS user, now()");
        return [200, rows[0]];
    },
};

const server = createServer(async (request, response) => {
    const answer = answers[request.url?.split("?")[0] ?? ""] ?? (async () => [404, { error: "not found" }]);
    const [status, body] = await answer().catch((error) => {
        log({ event: "failed", url: request.url, error: error.message });
        // The error is for the log, not for the client.
        return [503, { error: "the database does not answer" }];
    });
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
});

/** Ends what runs, then the connections: no request is cut off. */
async function end(signal) {
    ending = true;
    log({ event: "ending", signal });
    server.close();
    server.closeIdleConnections();
    await new Promise((resolve) => server.once("close", resolve));
    await pool.end();
}

for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => void end(signal));
}

try {
    await patiently(
        async () => {
            // First, because a connection for which no token can be signed would stay half open until the server tires of it.
            await token();
            await pool.query("SELECT 1");
        },
        { log },
    );
    server.listen(Number(process.env.PORT ?? 8080), () =>
        log({ event: "listening", port: server.address().port, user: settings.user }),
    );
} catch (error) {
    log({ event: "no connection", error: error.message });
    await pool.end();
    process.exitCode = 1;
}
