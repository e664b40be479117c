import { type Shown, inLines, padded, quoted, shown } from "../../toolkit/shown";
import type { Difference } from "./verify";

/** The result of comparing the computed matrix with one or more servers. */
export interface LiveResult {
    /** Number of cells compared with the catalogs. */
    readonly cells: number;
    /** Number of cells that logins attempted for real. */
    readonly attempts: number;
    readonly differences: readonly Difference[];
}

/** Further ones add nothing on a screen; the JSON has them all. */
const MOST = 20;

/** One line if everything agrees, else a line for each difference and its reason. */
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
