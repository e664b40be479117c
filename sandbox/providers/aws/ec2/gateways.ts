import { numberBetween } from "../../protocol/chance";

import { formatAddress, parseIpv4Cidr } from "../../../../toolkit/cidr";
import type { Declaration, Live, ArgumentCheck, Self } from "../declaring/declaration";
import { blocksDeletion } from "../declaring/declaration";
import { hex } from "../declaring/naming";
import { oneOf } from "../declaring/rules";
import { EIP, INTERNET_GATEWAY, NAT_GATEWAY, SUBNET, VPC } from "../../../cloud/aws/tokens";
import { given, must, text } from "../../../cloud/aws/values";

export const internetGateway: Declaration = {
    type: INTERNET_GATEWAY,
    id: "igw",
    references: { vpcId: blocksDeletion(VPC) },
    conflicts: [
        ({ id, inputs, cloud }) =>
            given(inputs, "vpcId") &&
            cloud.all(INTERNET_GATEWAY).some((other) => other.id !== id && other.state["vpcId"] === inputs["vpcId"])
                ? `InvalidParameterValue: Network ${text(inputs, "vpcId")} already has an internet gateway attached`
                : undefined,
    ],
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("ec2", `internet-gateway/${id}`), ownerId: cloud.account }),
    deletionProtection: ({ inputs, cloud }) =>
        cloud
            .all(NAT_GATEWAY)
            .some(({ state }) => state["vpcId"] === inputs["vpcId"] && state["connectivityType"] === "public")
            ? `DependencyViolation: Network ${text(inputs, "vpcId")} has some mapped public address(es). Please unmap those before detaching the gateway.`
            : undefined,
    missing: (id) => `InvalidGatewayID.NotFound: The gateway ID '${id}' does not exist`,
};

export const eip: Declaration = {
    type: EIP,
    id: "eipalloc",
    allowed: { domain: oneOf("vpc") },
    replace: ["domain", "address", "networkBorderGroup", "publicIpv4Pool"],
    serverDefaults: ({ cloud }) => ({ domain: "vpc", networkBorderGroup: cloud.region, publicIpv4Pool: "amazon" }),
    outputs: ({ id, cloud, keep }) => {
        const publicIp = keep("publicIp", () => `198.51.100.${numberBetween(1, 255)}`);
        return {
            allocationId: id,
            arn: cloud.arn("ec2", `elastic-ip/${id}`),
            publicIp,
            publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${cloud.region}.compute.${cloud.partition.dnsSuffix}`,
        };
    },
    missing: (id) => `InvalidAllocationID.NotFound: The allocation ID '${id}' does not exist`,
    inUse: (id) => `InvalidIPAddress.InUse: The allocation '${id}' is in use.`,
};

export const natGateway: Declaration = {
    type: NAT_GATEWAY,
    id: "nat",
    defaults: { connectivityType: "public" },
    allowed: { connectivityType: oneOf("private", "public"), availabilityMode: oneOf("zonal", "regional") },
    rules: [zonalArguments],
    references: { subnetId: blocksDeletion(SUBNET), allocationId: blocksDeletion(EIP), vpcId: blocksDeletion(VPC) },
    conflicts: [freeAddress, attachedNetwork],
    replace: ["allocationId", "connectivityType", "privateIp", "subnetId", "availabilityMode", "vpcId"],
    serverDefaults: (self) => ({ availabilityMode: "zonal", privateIp: addressIn(self), vpcId: vpcOf(self) }),
    outputs: ({ inputs, cloud, keep }) => ({
        networkInterfaceId: keep("networkInterfaceId", () => `eni-0${hex(16)}`),
        associationId: keep("associationId", () => `eipassoc-0${hex(16)}`),
        publicIp: must(cloud.state(EIP, text(inputs, "allocationId")), "publicIp"),
    }),
    missing: (id) => `NatGatewayNotFound: The Nat Gateway ${id} was not found`,
};

function zonalArguments(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    if (inputs["availabilityMode"] === "regional") {
        return given(inputs, "vpcId")
            ? undefined
            : ["vpcId", "MissingParameter: The request must contain the parameter vpcId"];
    }
    const needed = inputs["connectivityType"] === "public" ? ["subnetId", "allocationId"] : ["subnetId"];
    return needed
        .filter((name) => !given(inputs, name))
        .map((name) => [name, `MissingParameter: The request must contain the parameter ${name}`]);
}

function freeAddress({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const allocation = text(inputs, "allocationId");
    return allocation !== undefined &&
        cloud.all(NAT_GATEWAY).some((other) => other.id !== id && other.state["allocationId"] === allocation)
        ? `Resource.AlreadyAssociated: resource ${allocation} is already associated with another NAT gateway`
        : undefined;
}

/** An internet-facing gateway needs an internet gateway in its VPC: programs must depend on it. */
function attachedNetwork({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const network = vpcOf({ inputs, cloud });
    return inputs["connectivityType"] === "public" &&
        !cloud.all(INTERNET_GATEWAY).some(({ state }) => state["vpcId"] === network)
        ? `Gateway.NotAttached: Network ${network} has no Internet gateway attached`
        : undefined;
}

function vpcOf({ inputs, cloud }: Pick<Self, "inputs" | "cloud">): string {
    return text(inputs, "vpcId") ?? must(cloud.state(SUBNET, text(inputs, "subnetId")), "vpcId");
}

function addressIn({ inputs, cloud }: Self): string {
    const network = parseIpv4Cidr(must(cloud.state(SUBNET, text(inputs, "subnetId")), "cidrBlock"));
    return network === undefined
        ? ""
        : formatAddress(network.first + BigInt(numberBetween(4, Number(network.last - network.first))));
}
