import type { Declaration, ArgumentCheck } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { placesOf } from "../ec2/subnet";
import { conflict } from "../declaring/rules";
import { DB_SUBNET_GROUP, SUBNET } from "../../../cloud/aws/tokens";
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
