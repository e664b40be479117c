import { setTimeout as pause } from "node:timers/promises";

import type { FleetOperation, Journal } from "./journal";
import type { ShardStack } from "./shards";

/** The end of an engine's run on a shard. */
export interface Ran {
    readonly ok: boolean;
    /** In words: `3 created, 120 unchanged`. */
    readonly changes: string;
    readonly errors: readonly string[];
}

/** Runs the engine on a shard. */
export type RunShard = (operation: FleetOperation, shard: ShardStack, signal: AbortSignal) => Promise<Ran>;

export interface FleetRunOptions {
    readonly operation: FleetOperation;
    readonly run: RunShard;
    readonly journal: Journal;
    /** How many shards at once. */
    readonly parallel: number;
    /** How often a shard is tried again whose failure may pass. */
    readonly retries: number;
    /** Before the first new attempt, in milliseconds; doubled before each further one. */
    readonly retryAfterMs: number;
    readonly signal: AbortSignal;
    /** Told about each shard's steps. */
    readonly tell: (shard: string, what: string) => void;
    /**
     * In milliseconds, since any moment.
     * @default - of this process
     */
    readonly now?: () => number;
}

/** A shard's result; none if the run was interrupted before it. */
export interface ShardResult extends Ran {
    readonly shard: string;
    readonly attempts: number;
}

/** Runs the engine on all shards, several at once; a shard that fails does not stop the others. */
export async function runFleet(
    shards: readonly ShardStack[],
    options: FleetRunOptions,
): Promise<readonly ShardResult[]> {
    const left = [...shards];
    const results: ShardResult[] = [];
    const work = async (): Promise<void> => {
        for (let shard = left.shift(); shard !== undefined && !options.signal.aborted; shard = left.shift()) {
            const result = await runOne(shard, options);
            if (result !== undefined) {
                results.push(result);
            }
        }
    };
    // Where the journal cannot be written, the engines that run come to their end before the command does.
    const ended = await Promise.allSettled(Array.from({ length: Math.min(options.parallel, shards.length) }, work));
    const broken = ended.find((one) => one.status === "rejected");
    if (broken !== undefined) {
        throw broken.reason;
    }
    return results.sort((one, other) => (one.shard < other.shard ? -1 : 1));
}

async function runOne(shard: ShardStack, options: FleetRunOptions): Promise<ShardResult | undefined> {
    const { operation, run, journal, retries, retryAfterMs, signal, tell, now = () => performance.now() } = options;
    const { name, digest } = shard;
    const note = (state: "begun" | "done" | "failed", ran?: Ran): void => {
        if (operation !== "preview") {
            journal.write({
                shard: name,
                operation,
                state,
                digest,
                ...(ran && { changes: ran.changes, errors: ran.errors }),
            });
        }
    };
    note("begun");
    for (let attempt = 1; ; attempt += 1) {
        tell(name, attempt === 1 ? "begun" : `attempt ${attempt}`);
        const start = now();
        const ran = await attemptOf(() => run(operation, shard, signal));
        if (signal.aborted) {
            return undefined;
        }
        if (ran.ok || attempt > retries || !ran.errors.some((error) => mayPass(error, now() - start))) {
            note(ran.ok ? "done" : "failed", ran);
            tell(name, ran.ok ? ran.changes : `failed: ${ran.errors[0]?.split("\n")[0] ?? "for no known reason"}`);
            return { ...ran, shard: name, attempts: attempt };
        }
        await pause(retryAfterMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    }
}

async function attemptOf(work: () => Promise<Ran>): Promise<Ran> {
    try {
        return await work();
    } catch (error) {
        return { ok: false, changes: "", errors: [error instanceof Error ? error.message : String(error)] };
    }
}

/**
 * Failures that end by themselves: a locked state, throttled calls, a server without free connections, and statements that
 * met another stack's.
 */
const passing = [
    // https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/lock.go
    /the stack is currently locked by/,
    // https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/automation/errors.ts
    /\[409\] Conflict: Another update is currently in progress/,
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    /\b(Throttling|ThrottlingException|ThrottledException|RequestLimitExceeded|TooManyRequestsException)\b|Rate exceeded/,
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: two changes of one object at once
    /\bConcurrentModification(Exception)?\b/,
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: a backend in S3 that many runs use at once
    /\b(SlowDown|ServiceUnavailable)\b|Please reduce your request rate/,
    // https://www.postgresql.org/docs/current/errcodes-appendix.html: 53300, 57P01 and 57P03 of a failover, 40P01, 40001
    /sorry, too many clients already|remaining connection slots are reserved|too many connections for/,
    /terminating connection due to administrator command|the database system is (starting up|shutting down|in recovery mode)/,
    /deadlock detected|could not serialize access|tuple concurrently updated/,
];

/**
 * The provider signs one token when it starts, and connects anew for each operation
 * (https://github.com/cyrilgdn/terraform-provider-postgresql/blob/ff936b9/postgresql/provider.go, `getRDSAuthToken`; config.go,
 * `SetMaxIdleConns(0)`), so the database refuses a run that works in it for longer than
 * [a token lives](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html). The next one goes on.
 */
const TOKEN_MS = 15 * 60_000;
const refusedToken = /PAM authentication failed for user/;

export function mayPass(error: string, tookMs: number): boolean {
    return passing.some((pattern) => pattern.test(error)) || (tookMs > TOKEN_MS && refusedToken.test(error));
}
