import { contains, overlap, parseIpv4Cidr } from "../../../../toolkit/cidr";
import type { Declaration, Live, ArgumentCheck } from "../declaring/declaration";
import { blocksDeletion } from "../declaring/declaration";
import { zoneIdOf, zonesOf } from "../../../cloud/aws/region";
import { cidr, conflict, zone } from "../declaring/rules";
import { SUBNET, VPC } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

export const subnet: Declaration = {
    type: SUBNET,
    id: "subnet",
    defaults: {
        assignIpv6AddressOnCreation: false,
        enableDns64: false,
        enableResourceNameDnsARecordOnLaunch: false,
        enableResourceNameDnsAaaaRecordOnLaunch: false,
        ipv6Native: false,
        mapPublicIpOnLaunch: false,
    },
    allowed: { cidrBlock: cidr(16, 28), availabilityZone: zone },
    rules: [conflict("availabilityZone", "availabilityZoneId"), withinVpc],
    references: { vpcId: blocksDeletion(VPC) },
    conflicts: [besideOthers],
    replace: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"],
    serverDefaults: ({ inputs, cloud }) => {
        const id = text(inputs, "availabilityZoneId");
        const name =
            text(inputs, "availabilityZone") ??
            zonesOf(cloud.region).find((each) => id === undefined || zoneIdOf(each) === id);
        return {
            availabilityZone: name ?? "",
            availabilityZoneId: zoneIdOf(name ?? ""),
            privateDnsHostnameTypeOnLaunch: "ip-name",
        };
    },
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("ec2", `subnet/${id}`), ownerId: cloud.account }),
    missing: (id) => `InvalidSubnetID.NotFound: The subnet ID '${id}' does not exist`,
    inUse: (id) => `DependencyViolation: The subnet '${id}' has dependencies and cannot be deleted.`,
};

function withinVpc(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const network = parseIpv4Cidr(text(cloud.state(VPC, text(inputs, "vpcId")), "cidrBlock") ?? "");
    const own = parseIpv4Cidr(must(inputs, "cidrBlock"));
    return network === undefined || own === undefined || contains(network, own)
        ? undefined
        : [
              "cidrBlock",
              `InvalidSubnet.Range: The CIDR '${own.text}' is invalid: it lies outside ${network.text} of ${text(inputs, "vpcId")}`,
          ];
}

function besideOthers({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const own = parseIpv4Cidr(must(inputs, "cidrBlock"));
    const clash = cloud.all(SUBNET).some((other) => {
        const network = parseIpv4Cidr(must(other.state, "cidrBlock"));
        return (
            other.id !== id &&
            other.state["vpcId"] === inputs["vpcId"] &&
            own !== undefined &&
            network !== undefined &&
            overlap(own, network)
        );
    });
    return clash ? `InvalidSubnet.Conflict: The CIDR '${own?.text}' conflicts with another subnet` : undefined;
}

/** The zones and the VPCs of subnets, as far as they exist. */
export function placesOf(
    subnets: readonly string[],
    cloud: Parameters<ArgumentCheck>[1],
): { zones: Set<string>; vpcs: Set<string> } {
    const states = subnets.map((id) => cloud.find(SUBNET, id)?.state).filter((state) => state !== undefined);
    return {
        zones: new Set(states.map((state) => must(state, "availabilityZone"))),
        vpcs: new Set(states.map((state) => must(state, "vpcId"))),
    };
}
