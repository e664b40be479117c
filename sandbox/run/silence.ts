/** Longer than any single resource takes on a slow machine; every resource ends with an event. */
export const SILENCE_MS = 300_000;

/**
 * Aborts work that produces no output for too long: an engine whose program or provider waits for something that never
 * happens.
 */
export class Silence {
    private readonly controller = new AbortController();
    private timer: NodeJS.Timeout;

    constructor(private readonly limitMs = SILENCE_MS) {
        this.timer = this.started();
    }

    /** Aborted when the silence lasts too long. */
    get signal(): AbortSignal {
        return this.controller.signal;
    }

    /** Output arrived: restart the timer. */
    broken(): void {
        clearTimeout(this.timer);
        this.timer = this.started();
    }

    /** No more output is expected. */
    over(): void {
        clearTimeout(this.timer);
    }

    private started(): NodeJS.Timeout {
        return setTimeout(() => this.controller.abort(), this.limitMs).unref();
    }
}
