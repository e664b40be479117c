import { parseRange, sizeOf } from "../components/network/ipv4";
import { planSubnets, tiers } from "../components/network/subnets";
import type { DatabaseSettings } from "./database";
import type { Problem } from "./problems";

/** Addresses that AWS takes in each subnet: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
const reserved = 5;
/** The subnets that a proxy uses (components/database/databaseProxy.ts). */
const proxySubnets = 2;
/** What a proxy needs in addition for its read-only endpoint. */
const readOnlyEndpoint = 3;
const leastForProxy = 10;

/**
 * Addresses that a proxy needs for an instance, by its size or its capacity:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-network-prereqs.html#rds-proxy-network-prereqs.plan-ip-address
 */
const bySize = [
    [2, 15],
    [4, 25],
    [8, 45],
    [12, 60],
    [16, 75],
    [Infinity, 110],
] as const;
const byCapacity = [
    [16, leastForProxy],
    [32, 15],
    [64, 25],
    [96, 30],
    [128, 40],
    [160, 50],
    [192, 55],
    [224, 65],
    [Infinity, 75],
] as const;

/**
 * Finds a proxy that does not fit into the database's subnets, beside the database: RDS would create it, and it could not
 * grow with the load (RDS-EVENT-0243).
 *
 * @param key path of the network's range
 */
export function addressProblems(cidr: string, key: string, database: DatabaseSettings): Problem[] {
    const [subnet] = planSubnets(cidr, 1, tiers).filter(({ tier }) => tier === "isolated");
    const prefix = parseRange(subnet?.cidr ?? "")?.prefix;
    if (!database.proxy || prefix === undefined) {
        return [];
    }
    const aurora = database.kind === "aurora";
    const readers = aurora ? (database.readers ?? 1) : 0;
    // A standby has an address too; both may be in the proxy's zones.
    const instances = aurora ? readers + 1 : database.multiAz === false ? 1 : 2;
    const forProxy = perInstance(database) * (readers + 1) + (readers > 0 ? readOnlyEndpoint : 0);
    const free = proxySubnets * (sizeOf(prefix) - reserved);
    return forProxy + instances <= free
        ? []
        : [
              {
                  path: key,
                  given: cidr,
                  wrong: `the proxy needs ${forProxy} addresses and the database ${instances}; two of its subnets, each a /${prefix}, have ${free}`,
                  allowed: "a larger range, fewer readers, a smaller class or capacity, or no proxy",
                  fix: "write a larger range, or change platform.database",
              },
          ];
}

function perInstance({ instanceClass, kind, maxCapacity = 4 }: DatabaseSettings): number {
    if (instanceClass === undefined && kind === "aurora") {
        return stepOf(byCapacity, maxCapacity);
    }
    // Up to `xlarge`, a class has the same need.
    const [, factor] = /\.(\d+)xlarge$/.exec(instanceClass ?? "") ?? [];
    return factor === undefined ? leastForProxy : stepOf(bySize, Number(factor));
}

function stepOf(steps: readonly (readonly [upTo: number, addresses: number])[], value: number): number {
    return steps.find(([upTo]) => value <= upTo)?.[1] ?? leastForProxy;
}
