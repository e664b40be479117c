import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

import { openSession } from "../../toolkit/session";

const variables = {
    PGREPLICATION: "database",
    PGBINARY: "true",
    PGOPTIONS: "-c role=other",
    PGCLIENT_ENCODING: "LATIN1",
    PGSSLMODE: "no-verify",
    PGSSLNEGOTIATION: "direct",
    PGDATABASE: "another",
    PGAPPNAME: "audit",
};

describe("the environment of a session", () => {
    it("adds only the program's name to a session's startup parameters", async () => {
        const former = { ...process.env };
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        Object.assign(process.env, variables);
        try {
            const connected = once(server, "connection") as Promise<[Socket]>;
            const { port } = server.address() as AddressInfo;
            const opening = openSession({ host: "127.0.0.1", port, user: "shop", database: "app", password: "p" });
            const refused = assert.rejects(opening);
            const [socket] = await connected;
            const [startup] = (await once(socket, "data")) as [Buffer];
            socket.destroy();
            await refused;
            const parameters = startup.subarray(8).toString().split("\0").slice(0, -2);
            assert.deepEqual(parameters, [
                ...["user", "shop", "database", "app", "application_name", "audit", "client_encoding", "UTF8"],
            ]);
            assert.equal(process.env["PGREPLICATION"], "database");
        } finally {
            process.env = former;
            server.close();
        }
    });
});
