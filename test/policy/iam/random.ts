import type { PlainDocument } from "./oracle";
import { world } from "./oracle";

/** Pseudorandom numbers from 0 to 1 for a seed (mulberry32). */
export function numbers(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}

const actions = [
    "rds-db:connect",
    "rds-db:connect",
    "rds-db:*",
    "*",
    "RDS-DB:Connect",
    "rds-db:c?nnect",
    "rds-db:con*",
    "s3:*",
    "s3:GetObject",
    "rds-db:connec",
];

/** A random document whose patterns often match users of the oracle's small world. */
export function randomDocument(next: () => number): PlainDocument {
    const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
    const listOf = (make: () => string): string | string[] =>
        next() < 0.4 ? make() : Array.from({ length: 1 + Math.floor(next() * 3) }, make);
    const statement = (): PlainDocument["Statement"][number] => ({
        Effect: next() < 0.62 ? "Allow" : "Deny",
        ...(next() < 0.12 ? { NotAction: listOf(() => pick(actions)) } : { Action: listOf(() => pick(actions)) }),
        ...(next() < 0.2 ? { NotResource: listOf(() => pattern(next)) } : { Resource: listOf(() => pattern(next)) }),
        ...(next() < 0.12 && { Condition: pick([{}, { StringEquals: { "aws:x": "y" } }]) }),
    });
    return {
        ...(next() < 0.8 ? { Version: pick(["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"]) } : {}),
        Statement: Array.from({ length: 1 + Math.floor(next() * 4) }, statement),
    };
}

/** A user of the small world, unchanged or with a few letters replaced by wildcards and variables. */
function pattern(next: () => number): string {
    if (next() < 0.05) {
        return "*";
    }
    let text = world[Math.floor(next() * world.length)] as string;
    for (let edits = Math.floor(next() * 3.2); edits > 0; edits -= 1) {
        const from = Math.floor(next() * (text.length + 1));
        const to = Math.min(text.length, from + Math.floor(next() * next() * 14));
        const put =
            next() < 0.55
                ? "*"
                : next() < 0.55
                  ? "?"
                  : ["${aws:x}", "${*}", "${?}", "${$}", "a", "", "**", "*?"][Math.floor(next() * 8)];
        text = `${text.slice(0, from)}${put}${text.slice(to)}`;
    }
    // AWS rejects resources that are not ARNs, which would hide everything else.
    return text.startsWith("arn:") || text === "*" ? text : `arn:${text.slice(4)}`;
}
