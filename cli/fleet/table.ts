import { inColumns } from "../../toolkit/columns";
import { inLines, type Shown } from "../../toolkit/shown";

/** Rows in columns, numbers to the right; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): Shown {
    return inLines(inColumns(rows, (cell) => /^\d+$/.test(String(cell))));
}
