import assert from "node:assert/strict";
import { once } from "node:events";

import { startServer } from "../../sandbox/server";
import type { Server } from "../../sandbox/server";
import { connectThrough, putDatabase, throughProxy, tokenFor } from "./gatewaySupport";
import { HOST, withOwnState } from "./postgres-support";

describe("the gateway", () => {
    withOwnState();
    let server: Server;

    before(async () => {
        putDatabase();
        server = await startServer();
    });
    after(() => server.stop());

    it("survives clients that send invalid, oversized, premature or no data", async () => {
        const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
        const openings = [
            Buffer.alloc(0),
            Buffer.from("GET / HTTP/1.1\r\n\r\n"),
            Buffer.alloc(20_000, 0xff),
            Buffer.concat([sslRequest, Buffer.from("early")]),
        ];
        const answers = await Promise.all(openings.map((bytes) => answerTo(bytes)));
        assert.deepEqual(answers, [
            "",
            "SFATAL VFATAL C08P01 Minvalid length of startup packet",
            "SFATAL VFATAL C08P01 Minvalid length of startup packet",
            "SFATAL VFATAL C08P01 Mreceived unencrypted data after SSL request",
        ]);
        assert.equal(await answerTo(sslRequest, Buffer.alloc(5000, 7)), "S");
        await (await connectThrough(server, "keyless_provisioner", await tokenFor("keyless_provisioner"))).end();
    });

    /** Sends these, each after an answer to the one before, ends, and collects the last answer's fields. */
    async function answerTo(...parts: readonly Buffer[]): Promise<string> {
        const socket = await throughProxy(server, HOST, 5432);
        socket.on("error", () => undefined);
        const chunks: Buffer[] = [];
        socket.on("data", (chunk: Buffer) => chunks.push(chunk));
        for (const part of parts.slice(0, -1)) {
            socket.write(part);
            await once(socket, "data");
        }
        socket.end(parts.at(-1) ?? Buffer.alloc(0));
        await new Promise((resolve) => socket.once("close", resolve));
        const text = Buffer.concat(chunks).toString("latin1");
        return text.startsWith("E") ? text.slice(5).replaceAll("\0", " ").trim() : text;
    }
});
