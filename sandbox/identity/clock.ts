/** Tells the sandbox's time. */
export type Clock = () => Date;

/** A time that runs faster than the world's, so that an hour's worth of expiries fits into a minute. */
export interface Pace {
    /** When it began, in milliseconds since 1970; until then, and at that moment, it was the world's time. */
    readonly since: number;
    /** How many seconds go by in one of the world's. */
    readonly speed: number;
}

/** The clock of a pace; the world's without one. */
export function clockOf(pace?: Pace): Clock {
    return pace === undefined ? () => new Date() : () => new Date(pace.since + (Date.now() - pace.since) * pace.speed);
}
