import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

import { readSocksRequest, socksReply } from "../../../sandbox/gateway/socks";
import type { Destination } from "../../../sandbox/gateway/socks";

const GREETING = [5, 1, 0];
const HOST = "keyless.cluster-abc.eu-central-1.rds.amazonaws.com";

describe("the SOCKS proxy", () => {
    let server: Server;
    let targets: (Destination | undefined)[];

    before(async () => {
        server = createServer((socket) => {
            void readSocksRequest(socket).then(
                (target) => {
                    targets.push(target);
                    if (target !== undefined) {
                        socksReply(socket, "succeeded");
                        socket.end();
                    }
                },
                () => socket.destroy(),
            );
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
    });
    beforeEach(() => {
        targets = [];
    });
    after(() => server.close());

    /** Sends these bytes and collects the answer until the proxy closes the connection. */
    async function answerTo(...bytes: readonly number[]): Promise<number[]> {
        const socket: Socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
        const chunks: Buffer[] = [];
        socket.on("data", (chunk: Buffer) => chunks.push(chunk));
        socket.write(Buffer.from(bytes));
        await once(socket, "end");
        return [...Buffer.concat(chunks)];
    }

    it("accepts a host name", async () => {
        const answer = await answerTo(...GREETING, 5, 1, 0, 3, HOST.length, ...Buffer.from(HOST), 0x15, 0x38);
        assert.deepEqual(
            { answer, targets },
            { answer: [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0], targets: [{ host: HOST, port: 5432 }] },
        );
    });

    it("accepts addresses, as unknown names", async () => {
        await answerTo(...GREETING, 5, 1, 0, 1, 10, 0, 0, 1, 0, 80);
        await answerTo(...GREETING, 5, 1, 0, 4, ...Array<number>(15).fill(0), 1, 0, 80);
        assert.deepEqual(targets, [
            { host: "10.0.0.1", port: 80 },
            { host: "0000:0000:0000:0000:0000:0000:0000:0001", port: 80 },
        ]);
    });

    it("refuses password authentication and older versions", async () => {
        assert.deepEqual(
            [await answerTo(5, 1, 2), await answerTo(4, 1, 0)],
            [
                [5, 0xff],
                [5, 0xff],
            ],
        );
        assert.deepEqual(targets, [undefined, undefined]);
    });

    it("supports only CONNECT", async () => {
        const bind = await answerTo(...GREETING, 5, 2, 0, 1, 127, 0, 0, 1, 0, 80);
        const unknownAddress = await answerTo(...GREETING, 5, 1, 0, 9, 127, 0, 0, 1, 0, 80);
        assert.deepEqual(
            [bind.slice(2, 4), unknownAddress.slice(2, 4)],
            [
                [5, 7],
                [5, 8],
            ],
        );
    });
});
