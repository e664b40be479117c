import type { CloudObject } from "../../../cloud/store";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Props } from "../../../cloud/props";
import type { Declaration, ArgumentCheck, Live, Self, Used } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { placesOf } from "../ec2/subnet";
import { conflict } from "../declaring/rules";
import { DB_CLUSTER_INSTANCE, DB_INSTANCE, DB_SUBNET_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { must, text, texts } from "../../../cloud/aws/values";
import { subnetGroupName } from "./names";

export const subnetGroup: Declaration = {
    type: DB_SUBNET_GROUP,
    id: ({ inputs }) => must(inputs, "name"),
    defaults: { description: "Managed by Pulumi" },
    allowed: { name: subnetGroupName },
    rules: [conflict("name", "namePrefix"), coverage],
    references: {
        subnetIds: to(SUBNET, { missing: (id) => `InvalidSubnet: Some input subnets in :[${id}] are invalid.` }),
    },
    conflicts: [subnetsInUse],
    replace: ["name", "namePrefix"],
    outputs: ({ id, inputs, cloud }) => ({
        arn: cloud.arn("rds", `subgrp:${id}`),
        supportedNetworkTypes: ["IPV4"],
        vpcId: [...placesOf(texts(inputs, "subnetIds"), cloud).vpcs][0] ?? "",
    }),
    missing: (name) => `DBSubnetGroupNotFoundFault: DB subnet group '${name}' not found.`,
    exists: ({ inputs }) => `DBSubnetGroupAlreadyExists: The DB subnet group '${text(inputs, "name")}' already exists.`,
    inUse: (id, holder) =>
        `InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '${id}' because at least one database: ${holder.id} is still using it.`,
};

/** A subnet leaves its group only when no instance is in it: https://repost.aws/knowledge-center/rds-db-subnet-group */
function subnetsInUse({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const kept = texts(inputs, "subnetIds");
    const used = instancesOf(id ?? "", cloud)
        .flatMap(({ state }) => subnetOf(state, cloud) ?? [])
        .filter((subnet) => !kept.includes(subnet));
    return used.length === 0
        ? undefined
        : `InvalidParameterValue: Some of the subnets to be deleted are currently in use: ${[...new Set(used)].join(", ")}`;
}

function instancesOf(group: string, cloud: Cloud): CloudObject[] {
    return [DB_INSTANCE, DB_CLUSTER_INSTANCE]
        .flatMap((type) => cloud.all(type))
        .filter(({ state }) => state["dbSubnetGroupName"] === group);
}

/** The subnet that an instance is in: the one of its group in its zone. */
export function subnetOf(instance: Props, cloud: Cloud): string | undefined {
    const subnets = texts(cloud.state(DB_SUBNET_GROUP, text(instance, "dbSubnetGroupName")), "subnetIds");
    return subnets.find((id) => cloud.state(SUBNET, id)["availabilityZone"] === instance["availabilityZone"]);
}

/** RDS distributes the instances of a database across the zones of its subnets. */
export function zoneFor(group: string | undefined, others: number, cloud: Cloud): string | undefined {
    const zones = [...placesOf(texts(cloud.state(DB_SUBNET_GROUP, group), "subnetIds"), cloud).zones].sort();
    return zones[others % zones.length];
}

/** An instance's subnet, while the instance exists. */
export function instancesSubnet({ inputs, cloud }: Pick<Self, "inputs" | "cloud">): Used[] {
    const id = subnetOf(inputs, cloud);
    return id === undefined ? [] : [{ type: SUBNET, id }];
}

/** RDS requires a second zone for failover. */
function coverage(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const { zones, vpcs } = placesOf(texts(inputs, "subnetIds"), cloud);
    const whole = Array.isArray(inputs["subnetIds"]) && inputs["subnetIds"].every((id) => typeof id === "string");
    if (vpcs.size > 1) {
        return ["subnetIds", "InvalidSubnet: The subnets of a DB subnet group must all be in the same VPC."];
    }
    return whole && zones.size === 1
        ? [
              "subnetIds",
              `DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...zones].join(", ")}. Add subnets to cover at least 2 AZs.`,
          ]
        : undefined;
}
