/** A line of a server's log. */
export interface LogLine {
    /** When it was written, in milliseconds. */
    readonly at: number;
    readonly text: string;
}

/** A period, in milliseconds: from the first, up to the second. */
export interface Period {
    readonly from: number;
    readonly to: number;
}

/** The log in which a server records connections. */
export interface ConnectionLog {
    /** What it is called, in messages. */
    readonly name: string;
    /**
     * The lines of a period that contain a text, in any order.
     *
     * @param enough ends the search once it holds of a line
     * @throws NoLog if there is no such log
     */
    lines(text: string, period: Period, enough?: (line: LogLine) => boolean): Promise<readonly LogLine[]>;
}

/** The log cannot be read; the message says why, and what to do. */
export class NoLog extends Error {}
