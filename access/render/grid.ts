import { LEVEL_NAMES } from "./report";
import type { LevelName, Report } from "./report";

/** A column: a schema, a database, or a whole server. */
export interface Column {
    readonly label: string;
    /** Its container: `aurora/app`. */
    readonly within: string;
    readonly kind: "schema" | "database" | "server";
}

/** An identity's highest level in one column; `parts` are indexes into the report's cells. */
export interface GridCell {
    readonly row: number;
    readonly column: number;
    readonly level: LevelName;
    readonly certain: boolean;
    readonly change?: "gained" | "lost";
    readonly parts: readonly number[];
}

export interface Grid {
    /** Indexes into the report's identities. */
    readonly rows: readonly number[];
    readonly columns: readonly Column[];
    readonly cells: readonly GridCell[];
}

/**
 * The report's cells by identity and schema. Rows are ordered by the first column in which their level is highest, so
 * that isolated tenants form a diagonal and exceptions stand out.
 */
export function gridOf(report: Report): Grid {
    const columns = new Map<string, Column>();
    const merged = new Map<
        string,
        { identity: number; column: string; level: number; certain: boolean; changes: Set<string>; parts: number[] }
    >();
    report.cells.forEach((cell, index) => {
        const column = columnOf(report.data[cell.datum]);
        const key = `${column.within}\n${column.kind}\n${column.label}`;
        columns.set(key, column);
        const at = `${cell.identity}\n${key}`;
        const known = merged.get(at) ?? {
            identity: cell.identity,
            column: key,
            level: 0,
            certain: false,
            changes: new Set<string>(),
            parts: [],
        };
        known.level = Math.max(known.level, LEVEL_NAMES.indexOf(cell.level));
        known.certain ||= cell.certain;
        known.changes.add(cell.change ?? "none");
        known.parts.push(index);
        merged.set(at, known);
    });
    const order = [...columns].sort(([, one], [, other]) => compare(rank(one), rank(other)));
    const columnAt = new Map(order.map(([key], index) => [key, index]));
    const home = new Map<number, readonly [number, number]>();
    for (const { identity, column, level } of merged.values()) {
        const place = columnAt.get(column) ?? 0;
        const [best, first] = home.get(identity) ?? [-1, 0];
        if (level > best || (level === best && place < first)) {
            home.set(identity, [level, place]);
        }
    }
    const rows = [...home]
        .sort(
            ([a, [, x]], [b, [, y]]) =>
                x - y || compare(report.identities[a]?.label ?? "", report.identities[b]?.label ?? ""),
        )
        .map(([identity]) => identity);
    const rowAt = new Map(rows.map((identity, index) => [identity, index]));
    return {
        rows,
        columns: order.map(([, column]) => column),
        cells: [...merged.values()].map(({ identity, column, level, certain, changes, parts }) => ({
            row: rowAt.get(identity) ?? 0,
            column: columnAt.get(column) ?? 0,
            level: LEVEL_NAMES[level] ?? "use",
            certain,
            change: changes.has("gained") ? "gained" : changes.has("lost") && changes.size === 1 ? "lost" : undefined,
            parts,
        })),
    };
}

/** The part of a grid in which data is reached, without columns and rows of mere connections. */
export function essential(grid: Grid): Grid {
    const matters = grid.cells.filter(({ level }) => level !== "use");
    const columns = [...new Set(matters.map(({ column }) => column))].sort((a, b) => a - b);
    const rows = [...new Set(matters.map(({ row }) => row))].sort((a, b) => a - b);
    const [columnAt, rowAt] = [columns, rows].map((kept) => new Map(kept.map((old, index) => [old, index])));
    return {
        rows: rows.flatMap((row) => grid.rows[row] ?? []),
        columns: columns.flatMap((column) => grid.columns[column] ?? []),
        cells: grid.cells.flatMap((cell) => {
            const [column, row] = [columnAt?.get(cell.column), rowAt?.get(cell.row)];
            return column === undefined || row === undefined ? [] : [{ ...cell, column, row }];
        }),
    };
}

function columnOf(datum: Report["data"][number] | undefined): Column {
    const { server = "", database, schema } = datum ?? {};
    if (schema !== undefined) {
        return { label: schema, within: `${server}/${database ?? ""}`, kind: "schema" };
    }
    return database === undefined
        ? { label: `all of ${server}`, within: server, kind: "server" }
        : { label: database, within: server, kind: "database" };
}

/** Servers first, then databases, then schemas, each by its name. */
function rank({ kind, within, label }: Column): string {
    return `${{ server: 0, database: 1, schema: 2 }[kind]} ${within} ${label}`;
}

/** `tenant9` before `tenant10`. */
const { compare } = new Intl.Collator("en", { numeric: true });
