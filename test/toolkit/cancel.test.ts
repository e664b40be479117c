import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type AddressInfo, type Server, Socket } from "node:net";
import { mock } from "node:test";

import type * as Cancel from "../../toolkit/cancel";
import type * as Sessions from "../../toolkit/session";
import { sql } from "../../toolkit/sql";

/** `AuthenticationOk`, `BackendKeyData` of process 7 with secret 9, `ReadyForQuery`. */
const BEGUN = Buffer.from(
    ["52 00000008 00000000", "4b 0000000c 00000007 00000009", "5a 00000005 49"].join("").replaceAll(" ", ""),
    "hex",
);
const CANCEL = Buffer.from("00000010 04d2162e 00000007 00000009".replaceAll(" ", ""), "hex");

const load = createRequire(__filename);

/** The modules as a new process has them: a process is interrupted once. */
function newProcess(): Pick<typeof Cancel, "cancelStatements"> & Pick<typeof Sessions, "openSession"> {
    const paths = ["../../toolkit/cancel", "../../toolkit/session"].map((name) => load.resolve(name));
    const former = paths.map((path) => load.cache[path]);
    paths.forEach((path) => Reflect.deleteProperty(load.cache, path));
    const { openSession } = load("../../toolkit/session") as typeof Sessions;
    const { cancelStatements } = load("../../toolkit/cancel") as typeof Cancel;
    paths.forEach((path, index) => (load.cache[path] = former[index]));
    return { cancelStatements, openSession };
}

describe("an interrupted process whose server does not answer", () => {
    let server: Server;
    let sockets: Socket[];
    let config: Sessions.SessionConfig;
    let here: ReturnType<typeof newProcess>;

    beforeEach(async () => {
        mock.timers.enable({ apis: ["setTimeout"] });
        here = newProcess();
        sockets = [];
        // Answers nothing, and keeps connections open that the client has closed.
        server = createServer({ allowHalfOpen: true }, (socket) => sockets.push(socket.on("error", () => undefined)));
        await once(server.listen(0, "127.0.0.1"), "listening");
        const { port } = server.address() as AddressInfo;
        config = { host: "127.0.0.1", port, user: "shop", database: "app", password: "" };
    });
    afterEach(async () => {
        mock.timers.reset();
        sockets.forEach((socket) => socket.destroy());
        await once(server.close(), "close");
    });

    /** The connection after its first message, which the server leaves unanswered. */
    const connection = async (): Promise<Socket> => {
        const [socket] = (await once(server, "connection")) as [Socket];
        await once(socket, "data");
        return socket;
    };
    const begun = async (more: Partial<Sessions.SessionConfig> = {}) => {
        const opening = here.openSession({ ...config, ...more });
        const socket = await connection();
        socket.write(BEGUN);
        return { session: await opening, socket };
    };
    const closed = (socket: Socket) => once(socket.resume(), "end");

    it("abandons a session that is being opened, and closes its connection", async () => {
        const opening = assert.rejects(here.openSession(config), { message: "interrupted" });
        const socket = await connection();
        here.cancelStatements();
        await opening;
        await closed(socket);
    });

    it("abandons a session that it opens afterwards to clean up, and closes its connection", async () => {
        here.cancelStatements();
        const opening = assert.rejects(here.openSession(config), { message: "interrupted" });
        const socket = await connection();
        mock.timers.tick(3_000);
        await opening;
        await closed(socket);
    });

    it("abandons its connection attempt, and closes a connection that arrives too late", async () => {
        let arrive: (socket: Socket) => void = () => undefined;
        const reach = () => new Promise<Socket>((resolve) => (arrive = resolve));
        const opening = assert.rejects(here.openSession({ ...config, reach }), { message: "interrupted" });
        here.cancelStatements();
        await opening;
        const late = new Socket();
        arrive(late);
        await once(late, "close");
    });

    it("cancels its statement, and then closes the session", async () => {
        const { session, socket } = await begun();
        const query = assert.rejects(session.query(sql`SELECT 1`), { message: "Connection terminated" });
        await once(socket, "data");
        here.cancelStatements();
        const cancelling = once(server, "connection") as Promise<[Socket]>;
        mock.timers.tick(1_000);
        const [request] = await cancelling;
        assert.deepEqual(await once(request, "data"), [CANCEL]);
        mock.timers.tick(2_000);
        await query;
        await closed(socket);
    });

    it("ends its sessions without the server", async () => {
        const { session } = await begun();
        const ending = session.end();
        mock.timers.tick(5_000);
        await ending;
    });

    it("ends a pipelined session whose statements are never answered", async () => {
        const { session, socket } = await begun({ pipeline: true });
        const queries = [sql`SELECT 1`, sql`SELECT 2`].map((statement) => assert.rejects(session.query(statement)));
        await once(socket, "data");
        const ending = session.end();
        mock.timers.tick(5_000);
        await Promise.all([ending, ...queries]);
    });
});
