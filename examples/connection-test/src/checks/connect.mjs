import pg from "pg";
import { connectionOf } from "../connection/database.mjs";

/** One connection; the caller ends it. */
export async function connect(settings, more) {
    const client = new pg.Client({ ...connectionOf(settings), connectionTimeoutMillis: 10_000, ...more });
    client.on("error", () => undefined);
    await client.connect();
    return client;
}

/** A check that something works. */
export async function allows(name, work) {
    try {
        return { name, outcome: "passed", detail: await work() };
    } catch (error) {
        return { name, outcome: "failed", detail: wordsOf(error) };
    }
}

/** A check that something is refused, and refused for this reason: an error of another kind proves nothing. */
export async function refuses(name, work, expected) {
    try {
        await work();
        return { name, outcome: "failed", detail: "it was allowed" };
    } catch (error) {
        return { name, outcome: expected(error) ? "passed" : "failed", detail: wordsOf(error) };
    }
}

export function skipped(name, why) {
    return { name, outcome: "skipped", detail: why };
}

function wordsOf(error) {
    return [error.code, error.message].filter(Boolean).join(" ");
}
