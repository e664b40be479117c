import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";

/** The other side closed the connection, or it broke: nobody is left to tell. */
export class ConnectionClosed extends Error {}

/** The next `size` bytes. What comes after them stays in the stream. */
export async function readBytes(stream: Duplex, size: number): Promise<Buffer> {
    for (;;) {
        const bytes = stream.read(size) as Buffer | null;
        if (bytes !== null && bytes.length === size) {
            return bytes;
        }
        if (bytes !== null || stream.readableEnded || stream.destroyed) {
            throw new ConnectionClosed();
        }
        await eventOf(stream, "readable", "end");
    }
}

/** Waits for one of these events; rejects when an error or the end of the connection comes first. */
export function eventOf(emitter: EventEmitter, ...events: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
        const done = () => settle(resolve);
        const failed = (error?: Error) => settle(() => reject(error ?? new ConnectionClosed()));
        const settle = (then: () => void) => {
            events.forEach((event) => emitter.off(event, done));
            emitter.off("error", failed).off("close", failed);
            then();
        };
        events.forEach((event) => emitter.once(event, done));
        // A socket's "close" says whether there was an error: no error object, and nothing more to learn.
        emitter.once("error", failed).once("close", () => failed());
    });
}
