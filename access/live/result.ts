import { type Shown, inLines, padded, quoted, shown } from "../../toolkit/shown";
import type { Difference } from "./verify";

/** What came of comparing the computed matrix with a server, or several. */
export interface LiveResult {
    /** Cells in which the computed matrix was compared with the catalogs. */
    readonly cells: number;
    /** Cells that logins tried for real. */
    readonly attempts: number;
    readonly differences: readonly Difference[];
}

/** More than these say nothing new on a screen; all are in the JSON. */
const MOST = 20;

/** A line when all agrees, else a line for each difference and why. */
export function renderLive({ cells, attempts, differences }: LiveResult): Shown {
    const tried = attempts === 0 ? "" : `, ${attempts} of them tried`;
    if (differences.length === 0) {
        return shown`computed and real agree in ${cells} cells${tried}`;
    }
    const lines = differences
        .slice(0, MOST)
        .map(({ server, cell, what, why }) => shown`  ${padded(what, 8)}  ${cell} on ${server}: ${quoted(why)}`);
    const more = differences.length > MOST ? [shown`  and ${differences.length - MOST} more`] : [];
    return inLines([`computed and real differ in ${differences.length} of ${cells} cells${tried}:`, ...lines, ...more]);
}
