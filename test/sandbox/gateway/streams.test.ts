import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";

import { ConnectionClosed, eventOf, readBytes } from "../../../sandbox/gateway/streams";

describe("reading a number of bytes", () => {
    it("does not starve the event loop while bytes are missing", async () => {
        const stream = new PassThrough();
        stream.write("abc");
        const reading = readBytes(stream, 5);
        // A busy loop would never get here.
        await setImmediate();
        stream.write("defg");
        assert.deepEqual([(await reading).toString(), String(stream.read())], ["abcde", "fg"]);
    });

    it("fails at the end of the stream, and leaves no listener behind", async () => {
        const stream = new PassThrough();
        const before = listenersOf(stream);
        const reading = readBytes(stream, 5);
        stream.end("abc");
        await assert.rejects(reading, ConnectionClosed);
        assert.deepEqual(listenersOf(stream), before);
    });
});

describe("waiting for an event", () => {
    it("leaves no listener behind after the event or the end", async () => {
        const stream = new PassThrough();
        const before = listenersOf(stream);
        const waiting = eventOf(stream, "drained");
        stream.emit("drained");
        await waiting;
        assert.deepEqual(listenersOf(stream), before);
        const rejected = assert.rejects(eventOf(stream, "drained"), ConnectionClosed);
        stream.destroy();
        await Promise.all([rejected, once(stream, "close")]);
        assert.deepEqual(listenersOf(stream), before);
    });
});

function listenersOf(stream: PassThrough): number[] {
    return ["readable", "end", "error", "close", "drained"].map((event) => stream.listenerCount(event));
}
