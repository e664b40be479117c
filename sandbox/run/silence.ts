/** Longer than any single resource takes on a slow machine; each one ends with an event. */
export const SILENCE_MS = 300_000;

/** Ends what says nothing for too long: an engine whose program or provider waits for something that never comes. */
export class Silence {
    private readonly controller = new AbortController();
    private timer: NodeJS.Timeout;

    constructor(private readonly limitMs = SILENCE_MS) {
        this.timer = this.started();
    }

    /** Aborted when it lasts too long. */
    get signal(): AbortSignal {
        return this.controller.signal;
    }

    /** Output arrived: the wait starts over. */
    broken(): void {
        clearTimeout(this.timer);
        this.timer = this.started();
    }

    /** Nothing more is expected. */
    over(): void {
        clearTimeout(this.timer);
    }

    private started(): NodeJS.Timeout {
        return setTimeout(() => this.controller.abort(), this.limitMs).unref();
    }
}
