import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

/** Permissions and associations take moments to reach every part of AWS: a refusal this early may pass. */
const GRACE_MS = 20_000;
const DEADLINE_MS = 120_000;
const MAX_PAUSE_MS = 5_000;

/** Postgres' words for "come back": starting, stopping, full. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const later = new Set(["57P01", "57P02", "57P03", "53300", "53400", "08000", "08001", "08003", "08004", "08006"]);
const refused = new Set(["28000", "28P01", "3D000", "42501"]);
const network = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EPIPE", "EHOSTUNREACH"]);

/**
 * What an error means: "not yet" passes by itself (a database that starts, a Pod Identity association that comes late),
 * "not allowed" is a decision, "wrong" is a mistake that waiting does not fix: a certificate, a statement.
 */
export function meaningOf(error) {
    if (refused.has(error?.code)) {
        return "not allowed";
    }
    const isLate =
        later.has(error?.code) ||
        network.has(error?.code) ||
        error?.name === "CredentialsProviderError" ||
        /Connection terminated|timeout/i.test(error?.message ?? "");
    return isLate ? "not yet" : "wrong";
}

/** Does the work, again while its errors may pass. */
export async function patiently(work, { graceMs = GRACE_MS, deadlineMs = DEADLINE_MS, log = () => undefined } = {}) {
    const began = performance.now();
    for (let attempt = 0; ; attempt += 1) {
        try {
            return await work();
        } catch (error) {
            const meaning = meaningOf(error);
            const limit = { "not yet": deadlineMs, "not allowed": graceMs, wrong: 0 }[meaning];
            if (performance.now() - began >= limit) {
                throw error;
            }
            log({ event: "retry", meaning, error: error.message });
            // With some chance in it, so that many pods do not come back as one.
            await pause(Math.random() * Math.min(MAX_PAUSE_MS, 200 * 2 ** attempt));
        }
    }
}
