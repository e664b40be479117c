/** Returns the sandbox's time. */
export type Clock = () => Date;

/** A clock that runs faster than real time, so that credentials of an hour expire within a minute. */
export interface Pace {
    /** When it started, in milliseconds since 1970; until that moment it equals real time. */
    readonly since: number;
    /** How many seconds pass per real second. */
    readonly speed: number;
}

/** The clock for a pace; real time without one. */
export function clockOf(pace?: Pace): Clock {
    return pace === undefined ? () => new Date() : () => new Date(pace.since + (Date.now() - pace.since) * pace.speed);
}
