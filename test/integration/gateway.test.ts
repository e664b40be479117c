import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";

import { refusedByPostgres, refusedToken } from "../../components/alarms/loginAlarms";
import { provisionerSessions } from "../../components/tenancy/provisionerSession";
import { SSL_REQUEST } from "../../sandbox/gateway/messages";
import { PATHS } from "../../sandbox/identity/endpoints";
import { stateDir } from "../../toolkit/paths";
import { surroundings } from "../../sandbox/run";
import { engineEnvironment, inEnvironment } from "../../sandbox/run/environment";
import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { matchesLine } from "../support/filterPattern";
import { connectThrough, putDatabase, tokenFor } from "./gatewaySupport";
import { HOST, withOwnState } from "./postgres-support";
import { sql } from "../../toolkit/sql";

const USER = "keyless_provisioner";
const ROUNDS = 600;
/** More than RDS accepts in a second, and less than the server's limit. */
const BURST = 240;

describe("the database gateway", () => {
    withOwnState();
    let server: Server;
    let address: string;

    before(async () => {
        putDatabase();
        server = await startServer();
        const places = (await (await fetch(server.identityUrl + PATHS.names)).json()) as {
            host: string;
            address: string;
        }[];
        address = places.find(({ host }) => host === HOST)?.address ?? "";
        await isWell();
    });
    after(() => server.stop());

    const isWell = async (): Promise<void> => {
        const client = await connectThrough(server, USER, await tokenFor(USER));
        await client.end();
    };
    const dial = async (): Promise<Socket> => {
        const socket = connectTcp({ host: address, port: 5432 });
        socket.on("error", () => undefined);
        await once(socket, "connect");
        return socket;
    };
    const secure = async (): Promise<Duplex> => {
        const socket = await dial();
        socket.write(SSL_REQUEST);
        await once(socket, "data");
        const tls = connectTls({ socket, servername: HOST, ca: readFileSync(server.caFile, "utf8") });
        tls.on("error", () => undefined);
        await once(tls, "secureConnect");
        return tls;
    };
    /** All output until the gateway closes the connection. */
    const answerTo = async (stream: Duplex, ...sent: readonly Buffer[]): Promise<Buffer> => {
        const parts: Buffer[] = [];
        stream.on("data", (data: Buffer) => parts.push(data));
        const closed = once(stream, "close");
        sent.forEach((bytes) => stream.write(bytes));
        await closed;
        return Buffer.concat(parts);
    };
    const words = (answer: Buffer): string =>
        /\0M([^\0]*)\0/.exec(answer.toString("latin1", 5))?.[1] ?? `${answer.length} bytes`;

    it("listens on the endpoint's real name and port at a dedicated address", async () => {
        assert.match(address, /^127\./);
        await isWell();
    });

    it("lets a resource hook in as the provisioner, in a session that no schema and no lock of a tenant can hold up", async () => {
        const open = provisionerSessions({ host: HOST, port: 5432, region: "eu-central-1", caBundle: server.caFile });
        await inEnvironment(engineEnvironment(process.env, surroundings(server)), async () => {
            const session = await open("postgres");
            const { rows } =
                await session.query(sql`SELECT current_user, current_database() AS database, array_agg(setting ORDER BY name) AS settings
                FROM pg_settings WHERE name IN ('search_path', 'lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout')`);
            await session.end();
            assert.deepEqual(rows, [
                { current_user: USER, database: "postgres", settings: ["60000", "5000", "", "60000"] },
            ]);
        });
        assert.equal(process.env["ALL_PROXY"], undefined);
    });

    it("refuses what breaks the protocol, in Postgres' words", async () => {
        const token = Buffer.from(`${await tokenFor(USER)}\0`);
        const password = (length: number) => Buffer.concat([Buffer.from("p"), int32(length), token]);
        const refusals = [
            words(await answerTo(await dial(), startup({ user: USER, database: "app" }))),
            words(await answerTo(await dial(), Buffer.concat([SSL_REQUEST, startup({ user: USER })]))),
            words(await answerTo(await dial(), Buffer.concat([int32(2 ** 31 - 1), int32(196_608)]))),
            words(await answerTo(await dial(), Buffer.concat([int32(4), int32(0)]))),
            words(await answerTo(await dial(), Buffer.concat([int32(9), int32(131_072), Buffer.alloc(1)]))),
            words(await answerTo(await dial(), Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))),
            words(await answerTo(await secure(), startup({ database: "app" }))),
            words(await answerTo(await secure(), SSL_REQUEST)),
            words(await answerTo(await secure(), startup({ user: "x".repeat(20_000) }))),
            words(
                await answerTo(
                    await secure(),
                    Buffer.concat([int32(20), int32(196_608), Buffer.from("user\0x\0..unended")]).subarray(0, 20),
                ),
            ),
            words(await answerTo(await secure(), startup({ user: USER }), Buffer.from("Q\0\0\0\x0dSELECT 1\0"))),
            words(await answerTo(await secure(), startup({ user: USER }), password(2 ** 31 - 1))),
            words(await answerTo(await secure(), startup({ user: USER }), password(5))),
            words(
                await answerTo(
                    await secure(),
                    startup({ user: `${USER}\0replication\0true` }),
                    password(token.length + 4),
                ),
            ),
        ];
        assert.deepEqual(refusals, [
            `no pg_hba.conf entry for host "127.0.0.1", user "${USER}", database "app", no encryption`,
            "received unencrypted data after SSL request",
            "invalid length of startup packet",
            "invalid length of startup packet",
            "unsupported frontend protocol 2.0: server supports 3.0 to 3.2",
            "invalid length of startup packet",
            "no PostgreSQL user name specified in startup packet",
            "unexpected request within an encrypted connection",
            "invalid length of startup packet",
            "invalid startup packet layout: expected terminator as last byte",
            "expected password response",
            "expected password response",
            "invalid password packet size",
            // Tokens are not accepted for replication.
            `password authentication failed for user "${USER}"`,
        ]);
    });

    it("is not held up by half-open connections", async () => {
        const open = await Promise.all(Array.from({ length: 50 }, async (_, i) => (i % 2 === 0 ? dial() : secure())));
        open.forEach((stream, i) => stream.write(SSL_REQUEST.subarray(0, i % 7)));
        await isWell();
        open.forEach((stream) => stream.destroy());
        await isWell();
    });

    it("writes what it refused as AWS does, and why where only the sandbox's owner reads", async () => {
        await assert.rejects(connectThrough(server, USER, "hunter2"), {
            code: "28000",
            message: `PAM authentication failed for user "${USER}"`,
        });
        const log = readFileSync(stateDir("logs/aws/rds/cluster/keyless/iam-db-auth-error.log"), "utf8");
        assert.match(
            log.trim().split("\n").at(-1) ?? "",
            /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3} \[ERROR\] Failed to authenticate the connection request for user 'keyless_provisioner' because the provided token is malformed or otherwise invalid\. \(Status Code: 400, Error Code: InvalidToken\)$/,
        );
        assert.match(
            readFileSync(stateDir("server.log"), "utf8"),
            /refused "keyless_provisioner" at keyless\.cluster-.*: the password is not a token/,
        );
    });

    it("writes a line that raises the alarm for each refused login, and none for a good one", async () => {
        const lines = () =>
            readFileSync(stateDir("logs/aws/rds/cluster/keyless/iam-db-auth-error.log"), "utf8").trim().split("\n");
        const before = lines().length;
        await isWell();
        assert.equal(lines().length, before);
        const refused = await connectThrough(server, USER, "hunter2").then(
            () => "let in",
            (error: Error) => error.message,
        );
        const unencrypted = words(await answerTo(await dial(), startup({ user: USER, database: "app" })));
        // The server's own log has the client's error with FATAL before it.
        const [pattern = ""] = refusedByPostgres.patterns;
        assert.deepEqual(
            [refused, unencrypted].map((message) => matchesLine(pattern, `FATAL:  ${message}`)),
            [true, true],
        );
        assert.deepEqual([lines().length, matchesLine(refusedToken, lines().at(-1) ?? "")], [before + 1, true]);
    });

    it("judges two hundred logins of a second, refuses the others whatever they show, and takes logins again after that", async () => {
        const token = Buffer.from(`${await tokenFor(USER)}\0`);
        const waiting = await Promise.all(Array.from({ length: BURST }, () => secure()));
        await Promise.all(
            waiting.map(async (stream) => {
                stream.write(startup({ user: USER, database: "nowhere" }));
                await once(stream, "data");
            }),
        );
        // The server runs in this process: for it, all of them come at once.
        const now = performance.now.bind(performance);
        const moment = now();
        performance.now = () => moment;
        const counted = new Map<string, number>();
        try {
            const answers = await Promise.all(
                waiting.map((stream) =>
                    answerTo(stream, Buffer.concat([Buffer.from("p"), int32(token.length + 4), token])),
                ),
            );
            answers.map(words).forEach((answer) => counted.set(answer, (counted.get(answer) ?? 0) + 1));
        } finally {
            performance.now = now;
        }
        assert.deepEqual(Object.fromEntries(counted), {
            'database "nowhere" does not exist': 200,
            [`PAM authentication failed for user "${USER}"`]: BURST - 200,
        });
        const log = readFileSync(stateDir("logs/aws/rds/cluster/keyless/iam-db-auth-error.log"), "utf8");
        assert.match(
            log,
            /due to IAM DB authentication throttling\. \(Status Code: 429, Error Code: ThrottlingException\)/,
        );
        await isWell();
    });

    it(`survives ${ROUNDS} rounds of a fuzzer, and lets it in never`, async () => {
        const random = generator(20_260_131);
        const good = await tokenFor(USER);
        const outcomes = new Map<string, number>();
        for (let round = 0; round < ROUNDS; round += 20) {
            const answers = await Promise.all(Array.from({ length: 20 }, () => fuzz(random, good)));
            for (const answer of answers) {
                assert.ok(!isLetIn(answer), `let in by ${answer.toString("hex").slice(0, 400)}`);
                const kind = answer.length === 0 ? "silence" : answer.toString("latin1", 0, 1);
                outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
            }
        }
        // It reached the password request, and was rejected.
        assert.deepEqual([(outcomes.get("R") ?? 0) > 0, (outcomes.get("E") ?? 0) > 0], [true, true]);
        await isWell();
    });

    /** One connection with a few sent bytes changed, removed or doubled; always at least one of the token. */
    async function fuzz(random: () => number, good: string): Promise<Buffer> {
        const within = random() < 0.7;
        const stream = within ? await secure() : await dial();
        const mutated = (bytes: Buffer, changes: number): Buffer => {
            const copy = Buffer.from(bytes);
            for (let i = 0; i < changes; i += 1) {
                copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
            }
            const cut = random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
            return random() < 0.1 ? Buffer.concat([cut, copy]) : cut;
        };
        // Past the address and the question mark, within the query's values.
        const at = good.indexOf("X-Amz-Date=") + 11 + Math.floor(random() * 14);
        const wrong = good.slice(0, at) + (good[at] === "9" ? "8" : "9") + good.slice(at + 1);
        const token = Buffer.from(`${wrong}\0`);
        const message = Buffer.concat([Buffer.from("p"), int32(token.length + 4), token]);
        const hello = within ? startup({ user: USER, database: "app" }) : SSL_REQUEST;
        const parts: Buffer[] = [];
        stream.on("data", (data: Buffer) => parts.push(data));
        const closed = once(stream, "close");
        stream.write(random() < 0.5 ? hello : mutated(hello, 1 + Math.floor(random() * 4)));
        stream.write(random() < 0.5 ? message : mutated(message, 1 + Math.floor(random() * 8)));
        stream.end();
        await closed;
        return Buffer.concat(parts);
    }
});

/** AuthenticationOk: the start of a session. */
function isLetIn(answer: Buffer): boolean {
    return answer.includes(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]));
}

function startup(parameters: Record<string, string>): Buffer {
    const words = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
    const body = Buffer.from(`${words.join("")}\0`);
    return Buffer.concat([int32(body.length + 8), int32(196_608), body]);
}

function int32(value: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
}

/** The same numbers at every run (mulberry32). */
function generator(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    };
}
