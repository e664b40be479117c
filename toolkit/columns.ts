import { alignedRight, padded, row, widthOf, type Showable, type Shown } from "./shown";

/** Rows as lines whose cells stand in columns; a heading is a row like the others. */
export function inColumns(
    rows: readonly (readonly Showable[])[],
    isRight: (cell: Showable, column: number) => boolean,
): readonly Shown[] {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column] ?? ""))));
    return rows.map((cells) =>
        row(cells.map((cell, column) => (isRight(cell, column) ? alignedRight : padded)(cell, widths[column] ?? 0))),
    );
}
