import assert from "node:assert/strict";

type Meaning = "not yet" | "not allowed" | "wrong";

interface Retry {
    meaningOf(error: unknown): Meaning;
    patiently<T>(
        work: () => Promise<T>,
        options?: { graceMs?: number; deadlineMs?: number; log?: (entry: { meaning: Meaning }) => void },
    ): Promise<T>;
}

describe("the example's retries", () => {
    let retry: Retry;

    before(async () => {
        retry = await import("../../../examples/connection-test/src/retry.mjs");
    });

    const failure = (more: { code?: string; name?: string }, message = "no"): Error =>
        Object.assign(new Error(message), more);

    it("distinguish transient errors from refusals and from faults", () => {
        const cases: [Meaning, Error][] = [
            ["not yet", failure({ name: "CredentialsProviderError" })],
            ["not yet", failure({ code: "ECONNREFUSED" })],
            ["not yet", failure({ code: "57P03" }, "the database system is starting up")],
            ["not yet", failure({ code: "53300" }, "sorry, too many clients already")],
            ["not yet", failure({}, "Connection terminated unexpectedly")],
            ["not allowed", failure({ code: "28000" }, 'PAM authentication failed for user "shop_app"')],
            ["not allowed", failure({ code: "42501" }, "permission denied for table orders")],
            ["wrong", failure({ code: "SELF_SIGNED_CERT_IN_CHAIN" })],
            ["wrong", failure({ code: "42601" }, "syntax error")],
        ];
        assert.deepEqual(
            cases.map(([, error]) => retry.meaningOf(error)),
            cases.map(([meaning]) => meaning),
        );
    });

    it("continue while an error may be transient, and stop at once otherwise", async () => {
        const tries = async (
            errors: readonly Error[],
            graceMs: number,
        ): Promise<[outcome: string, meanings: Meaning[]]> => {
            const left = [...errors];
            const meanings: Meaning[] = [];
            const work = async (): Promise<string> => {
                const error = left.shift();
                if (error !== undefined) {
                    throw error;
                }
                return "done";
            };
            const log = ({ meaning }: { meaning: Meaning }): void => void meanings.push(meaning);
            const outcome = await retry.patiently(work, { graceMs, log }).catch((error: Error) => error.message);
            return [outcome, meanings];
        };
        const [late, refused, wrong] = [
            failure({ code: "57P03" }, "starting"),
            failure({ code: "28000" }, "refused"),
            failure({}, "wrong"),
        ];
        assert.deepEqual(
            [
                await tries([late, late], 0),
                await tries([refused], 60_000),
                await tries([late, refused], 0),
                await tries([late, wrong], 60_000),
            ],
            [
                ["done", ["not yet", "not yet"]],
                ["done", ["not allowed"]],
                ["refused", ["not yet"]],
                ["wrong", ["not yet"]],
            ],
        );
    });
});
