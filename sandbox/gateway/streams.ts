import type { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";

/** The other side closed the connection, or it broke: errors cannot be sent any more. */
export class ConnectionClosed extends Error {}

/** The next `size` bytes. Later bytes stay in the stream. */
export function readBytes(stream: Duplex, size: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
        const read = () => {
            const bytes = stream.read(size) as Buffer | null;
            if (bytes !== null && bytes.length === size) {
                settle(() => resolve(bytes));
            } else if (bytes !== null || stream.readableEnded || stream.destroyed) {
                closed();
            }
        };
        const failed = (error: Error) => settle(() => reject(error));
        const closed = () => failed(new ConnectionClosed());
        const settle = (then: () => void) => {
            stream.off("readable", read).off("end", closed).off("error", failed).off("close", closed);
            then();
        };
        // One listener for the whole wait: a new one fires at once for buffered bytes, so adding one per
        // iteration would starve the event loop.
        stream.on("readable", read).on("end", closed).on("error", failed).on("close", closed);
        read();
    });
}

/** Waits for one of these events; rejects if an error or the end of the connection comes first. */
export function eventOf(emitter: EventEmitter, ...events: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
        const done = () => settle(resolve);
        const failed = (error: Error) => settle(() => reject(error));
        // A socket's "close" event passes a boolean, not an error object.
        const closed = () => settle(() => reject(new ConnectionClosed()));
        const settle = (then: () => void) => {
            events.forEach((event) => emitter.off(event, done));
            emitter.off("error", failed).off("close", closed);
            then();
        };
        events.forEach((event) => emitter.once(event, done));
        emitter.once("error", failed).once("close", closed);
    });
}
