import { arch, cpus, platform, totalmem } from "node:os";
import { version as pulumi } from "@pulumi/pulumi/version";

/** What something took. Undefined where the system or the measured program does not tell. */
export interface Usage {
    readonly seconds: number | undefined;
    /** Seconds of CPU, of all its processes. */
    readonly cpu?: number | undefined;
    /** Seconds of CPU of the database's server meanwhile, which `cpu` does not contain. */
    readonly serverCpu?: number | undefined;
    /** Peak memory of all its processes together, in megabytes. */
    readonly megabytes?: number | undefined;
    /** What it leaves on the disk: the state. */
    readonly kilobytes?: number | undefined;
}

export interface Row extends Usage {
    /** Distinguishes it from all other rows. */
    readonly row: string;
    readonly tenants?: number | undefined;
    readonly resources?: number | undefined;
    /** To reach data, as each of the logins. */
    readonly attempts?: number | undefined;
    /** The row that it is compared with. */
    readonly against?: string | undefined;
}

/** How many times what the row that it is compared with took. */
export interface Ratios {
    readonly seconds?: number;
    readonly cpu?: number;
    readonly megabytes?: number;
    readonly kilobytes?: number;
}

export type Compared = Row & { readonly times: Ratios };

const MEASURES = ["seconds", "cpu", "megabytes", "kilobytes"] as const;

/** @throws Error if a row names a reference that is not there, or two rows have one name */
export function compared(rows: readonly Row[]): Compared[] {
    const named = new Map(rows.map((row) => [row.row, row]));
    if (named.size !== rows.length) {
        throw new Error("two rows of one name");
    }
    return rows.map((row) => ({ ...row, times: timesOf(row, named) }));
}

function timesOf(row: Row, named: ReadonlyMap<string, Row>): Ratios {
    if (row.against === undefined) {
        return {};
    }
    const reference = named.get(row.against);
    if (reference === undefined) {
        throw new Error(`${row.row} is compared with ${row.against}, which is no row`);
    }
    return Object.fromEntries(
        MEASURES.flatMap((measure) => {
            const [mine, theirs] = [row[measure], reference[measure]];
            return mine === undefined || theirs === undefined || theirs === 0 ? [] : [[measure, mine / theirs]];
        }),
    );
}

/** Where it was measured, and with what. */
export interface Machine {
    readonly cores: number;
    readonly cpu: string;
    readonly gigabytes: number;
    readonly system: string;
    /** By the tool's name. */
    readonly versions: Readonly<Record<string, string>>;
}

export function machine(versions: Readonly<Record<string, string>> = {}): Machine {
    return {
        cores: cpus().length,
        cpu: cpus()[0]?.model ?? "unknown",
        gigabytes: Math.round(totalmem() / 2 ** 30),
        system: `${platform()} ${arch()}`,
        versions: { Node: process.version, "Pulumi's SDK": pulumi, ...versions },
    };
}
