/** New connections with tokens that RDS accepts per second and database. */
const PER_SECOND = 200;

/** A token bucket with this capacity, refilled at this rate per second. */
export class Rate {
    private readonly buckets = new Map<string, { left: number; at: number }>();

    constructor(
        private readonly perSecond = PER_SECOND,
        /** In milliseconds. */
        private readonly now: () => number = () => performance.now(),
    ) {}

    /** False if the limit is exceeded. */
    take(what: string): boolean {
        const now = this.now();
        const { left, at } = this.buckets.get(what) ?? { left: this.perSecond, at: now };
        const filled = Math.min(this.perSecond, left + ((now - at) / 1000) * this.perSecond);
        this.buckets.set(what, { left: filled < 1 ? filled : filled - 1, at: now });
        return filled >= 1;
    }
}
