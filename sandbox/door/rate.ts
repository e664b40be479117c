/** New connections with tokens that RDS takes in a second, for each database. */
const PER_SECOND = 200;

/** Counts what comes within a second: a bucket that holds as much, and fills as fast. */
export class Rate {
    private readonly buckets = new Map<string, { left: number; at: number }>();

    constructor(
        private readonly perSecond = PER_SECOND,
        /** In milliseconds. */
        private readonly now: () => number = () => performance.now(),
    ) {}

    /** False when this one is too many. */
    take(what: string): boolean {
        const now = this.now();
        const { left, at } = this.buckets.get(what) ?? { left: this.perSecond, at: now };
        const filled = Math.min(this.perSecond, left + ((now - at) / 1000) * this.perSecond);
        this.buckets.set(what, { left: filled < 1 ? filled : filled - 1, at: now });
        return filled >= 1;
    }
}
