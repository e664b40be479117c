/** Longer than any single resource takes on a slow machine; every resource ends with an event. */
const RESOURCE_MS = 300_000;
/**
 * Before it deletes anything, the engine plans all deletions without an event: for each level of the dependencies it looks for each resource at
 * all resources before it, which takes about 0.001 ms for each two, and several times as long on a busy machine.
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/deploy/step_generator.go, `ScheduleDeletes`
 */
const PLANNING_MS = 0.005;

/** How many milliseconds an engine may be silent that works on so many resources. */
export function patience(resources: number): number {
    return RESOURCE_MS + PLANNING_MS * resources ** 2;
}

/**
 * Aborts work that produces no output for too long: an engine whose program or provider waits for something that never
 * happens.
 */
export class Silence {
    private readonly controller = new AbortController();
    private timer: NodeJS.Timeout;

    constructor(private readonly limitMs: number) {
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
