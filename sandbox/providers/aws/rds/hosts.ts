import { createHash } from "node:crypto";

import type { Cloud } from "../../../cloud/aws/cloud";
import { capitals, hex } from "../declaring/naming";

/** The part of endpoint names that is constant within one account and region. */
function accountHash(cloud: Cloud): string {
    const digest = createHash("sha256").update(`${cloud.account} ${cloud.region}`).digest();
    return [...digest.subarray(0, 12)].map((byte) => "abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36]).join("");
}

/**
 * `NAME.cluster-<12>.REGION.rds.amazonaws.com`, in China `NAME.cluster-<12>.rds.REGION.amazonaws.com.cn`; `middle` is
 * `cluster-`, `cluster-ro-`, `proxy-` or empty.
 */
export function hostName(name: string, middle: string, cloud: Cloud): string {
    const { region, partition } = cloud;
    const end = partition.id === "aws-cn" ? `rds.${region}` : `${region}.rds`;
    return `${name}.${middle}${accountHash(cloud)}.${end}.${partition.dnsSuffix}`;
}

/** `cluster-` or `db-` and 26 capitals and digits: the id in ARNs of database users. */
export function resourceId(prefix: "cluster" | "db" | "prx"): string {
    return prefix === "prx" ? `prx-0${hex(16)}` : `${prefix}-${capitals(26)}`;
}

/** Route 53's zone of a region's endpoints: any existing one will do. */
export const hostedZone = "Z1RLNUO7B9Q6NB";
