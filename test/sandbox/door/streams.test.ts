import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";

import { ConnectionClosed, eventOf, readBytes } from "../../../sandbox/door/streams";

describe("reading a number of bytes", () => {
    it("leaves others their turn while there are too few of them", async () => {
        const stream = new PassThrough();
        stream.write("abc");
        const reading = readBytes(stream, 5);
        // With a loop that never ends, this would not come.
        await setImmediate();
        stream.write("defg");
        assert.deepEqual([(await reading).toString(), String(stream.read())], ["abcde", "fg"]);
    });

    it("ends with the stream, and leaves no listener behind", async () => {
        const stream = new PassThrough();
        const before = listenersOf(stream);
        const reading = readBytes(stream, 5);
        stream.end("abc");
        await assert.rejects(reading, ConnectionClosed);
        assert.deepEqual(listenersOf(stream), before);
    });
});

describe("waiting for an event", () => {
    it("leaves no listener behind, whether the event or the end comes", async () => {
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
