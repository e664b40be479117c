import { inColumns } from "../../toolkit/columns";
import { inLines, shown, type Shown } from "../../toolkit/shown";
import type { Compared, Machine } from "./row";

const HEADER = [
    "",
    "tenants",
    "resources",
    "attempts",
    "time",
    "CPU",
    "server",
    "memory",
    "state",
    "×time",
    "×CPU",
    "×memory",
    "of",
];

/** The rows as a table, below what they were measured on. Times are in seconds. */
export function table(machine: Machine, rows: readonly Compared[]): Shown {
    const versions = Object.entries(machine.versions).map(([tool, version]) => `${tool} ${version}`);
    return inLines([
        shown`${machine.cores} cores of ${machine.cpu}, ${machine.gigabytes} GB, ${machine.system}; ${versions.join(", ")}`,
        shown``,
        ...inColumns([HEADER, ...rows.map(cellsOf)], (_, column) => column > 0 && column < HEADER.length - 1),
    ]);
}

function cellsOf(row: Compared): string[] {
    const { times } = row;
    return [
        row.row,
        row.tenants === undefined ? "" : String(row.tenants),
        row.resources === undefined ? "" : String(row.resources),
        row.attempts === undefined ? "" : String(row.attempts),
        inUnit(row.seconds, 1, " s"),
        inUnit(row.cpu, 1, " s"),
        inUnit(row.serverCpu, 1, " s"),
        inUnit(row.megabytes, 0, " MB"),
        inUnit(row.kilobytes, 0, " KB"),
        inUnit(times.seconds, 2, ""),
        inUnit(times.cpu, 2, ""),
        inUnit(times.megabytes, 2, ""),
        row.against ?? "",
    ];
}

function inUnit(value: number | undefined, digits: number, unit: string): string {
    return value === undefined ? "" : `${value.toFixed(digits)}${unit}`;
}
