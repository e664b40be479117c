import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes } from "node:crypto";

/** Where the bytes come from inside {@link inForesight}. */
interface Source {
    readonly seed: string;
    drawn: number;
}

const source = new AsyncLocalStorage<Source>();

/** Does some work in which all that is random follows from the seed: the same resource gets the same id each time. */
export function inForesight<T>(seed: string, work: () => T): T {
    return source.run({ seed, drawn: 0 }, work);
}

export function bytes(length: number): Buffer {
    const from = source.getStore();
    if (from === undefined) {
        return randomBytes(length);
    }
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
        createHash("sha256").update(`${from.seed} ${from.drawn++}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, length);
}

/** A UUID of version 4. */
export function uuid(): string {
    const drawn = bytes(16);
    drawn.writeUInt8((drawn.readUInt8(6) & 0x0f) | 0x40, 6);
    drawn.writeUInt8((drawn.readUInt8(8) & 0x3f) | 0x80, 8);
    return drawn.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A whole number from `low` up to, but not including, `high`. */
export function numberBetween(low: number, high: number): number {
    return low + (bytes(6).readUIntBE(0, 6) % (high - low));
}

/** The time; the epoch in foresight. */
export function now(): Date {
    return source.getStore() === undefined ? new Date() : new Date(0);
}
