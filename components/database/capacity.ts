import type { DatabaseKind, Engine } from "../engines";

/** The properties that determine a server's capacity. */
export interface Size {
    readonly kind?: DatabaseKind | undefined;
    readonly engine?: Engine | undefined;
    readonly instanceClass?: string | undefined;
    readonly minCapacity?: number | undefined;
    readonly maxCapacity?: number | undefined;
    readonly storage?: number | undefined;
}

/**
 * GiB of memory of a class in size `large`, by family; other sizes are multiples of it:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
 */
const memoryAtLarge: readonly (readonly [RegExp, number])[] = [
    [/^c6gd$/, 4],
    [/^t[234]g?$/, 8],
    [/^m[4-8][a-z]*$/, 8],
    [/^r[34]$/, 15.25],
    [/^r[5-8][a-z]*$/, 16],
    [/^z1d$/, 16],
    [/^x1$/, 30.5],
    [/^x2(g|idn)$/, 32],
    [/^x1e$/, 61],
    [/^x2ie[dz]n$/, 64],
];
const sizes: Readonly<Record<string, number>> = { micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1, xlarge: 2 };

/** An Aurora capacity unit is about 2 GiB of memory. */
const memoryOfUnit = 2;
/** The maximum number of sessions if the minimum capacity is at most half a unit: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html */
const mostAtLowCapacity = 2000;

/**
 * The minimum number of sessions that a PostgreSQL server supports; undefined for MySQL, and for a class of unknown memory. RDS' parameter groups
 * and Aurora's set `max_connections` to `LEAST({DBInstanceClassMemory/9531392},5000)`, for Serverless v2 based on its maximum capacity:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections,
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html
 */
export function leastConnections({
    kind = "aurora",
    engine = "postgres",
    instanceClass,
    minCapacity = 0.5,
    maxCapacity = 4,
}: Size): number | undefined {
    const serverless = kind === "aurora" && instanceClass === undefined;
    const memory = memoryOf({ kind, instanceClass, maxCapacity });
    if (engine !== "postgres" || memory === undefined) {
        return undefined;
    }
    return Math.min(serverless && minCapacity < 1 ? mostAtLowCapacity : Infinity, connectionsOf(memory));
}

/** A server's maximum memory, in GiB. */
function memoryOf({ kind = "aurora", instanceClass, maxCapacity = 4 }: Size): number | undefined {
    if (kind === "aurora" && instanceClass === undefined) {
        return maxCapacity * memoryOfUnit;
    }
    const [, family = "", multiple, size = ""] =
        /^db\.([a-z0-9]+)\.(\d*)([a-z]+)$/.exec(instanceClass ?? "db.t4g.medium") ?? [];
    const large = memoryAtLarge.find(([pattern]) => pattern.test(family))?.[1];
    const factor = sizes[size];
    return large === undefined || factor === undefined ? undefined : large * factor * Number(multiple || 1);
}

/** In GiB: the memory of the smallest classes, and the maximum of the parameter, which is in kB. */
const [leastTemporary, mostTemporary] = [4, 2047];

/**
 * The maximum size of one process' temporary files, in GiB, so that a single statement cannot fill the shared storage. For an instance,
 * a quarter of its storage, where the files are written
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.ManagingTempFiles.html); for Aurora,
 * the size of its memory, because the local storage for these files grows with it
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html#AuroraPostgreSQL.Managing.TempStorage).
 */
export function temporaryFiles(size: Size): number {
    const { kind = "aurora", storage = 20 } = size;
    const wanted = Math.floor(kind === "instance" ? storage / 4 : (memoryOf(size) ?? leastTemporary));
    return Math.min(Math.max(wanted, leastTemporary), mostTemporary);
}

/** `DBInstanceClassMemory` excludes the memory of RDS' own processes: according to measurements, a tenth and 0.2 GiB less is never too high. */
function connectionsOf(memory: number): number {
    return Math.min(5000, Math.floor(((0.9 * memory - 0.2) * 2 ** 30) / 9_531_392));
}

/** A quarter is reserved for the provisioner, the break-glass login, people and AWS' own sessions. */
const shared = 0.75;
const leastShares = 4;
const leastShare = 5;

/**
 * The maximum number of sessions for each tenant, so that all tenants together leave the reserved share free. The number of tenants is
 * rounded up to a power of two: an additional tenant changes the others' share only if the number exceeds such a power.
 *
 * @param connections the minimum number that the server supports
 */
export function shareOf(connections: number, tenants: number): number {
    const shares = Math.max(leastShares, 2 ** Math.ceil(Math.log2(Math.max(1, tenants))));
    return Math.max(leastShare, Math.floor((connections * shared) / shares));
}
