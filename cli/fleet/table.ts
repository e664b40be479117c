import { alignedRight, inLines, padded, type Shown, shown, widthOf } from "../../toolkit/shown";

/** Rows in columns, numbers to the right; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): Shown {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
    const numeric = (cell: string) => /^\d+$/.test(cell);
    return inLines(
        rows.map((row) =>
            row
                .map((cell, column) => (numeric(cell) ? alignedRight : padded)(cell, widths[column] ?? 0))
                .reduce((line, cell) => shown`${line}  ${cell}`),
        ),
    );
}
