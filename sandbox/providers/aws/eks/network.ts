import { overlap, parseIpv4Cidr } from "../../../../toolkit/cidr";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Fault, Live, ArgumentCheck } from "../declaring/declaration";
import { placesOf } from "../ec2/subnet";
import { zoneIdOf, zonesOf } from "../../../cloud/aws/region";
import { EKS_CLUSTER, SECURITY_GROUP, VPC } from "../../../cloud/aws/tokens";
import { must, text, texts } from "../../../cloud/aws/values";

/** EKS' requirements for a cluster's network. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
export function clusterNetwork(...[inputs, cloud]: Parameters<ArgumentCheck>): Fault[] {
    const subnets = texts(inputs, "vpcConfig.subnetIds");
    const { zones, vpcs } = placesOf(subnets, cloud);
    const [network] = vpcs;
    const faults: Fault[] = [];
    if (vpcs.size > 1) {
        faults.push([
            "vpcConfig.subnetIds",
            "InvalidParameterException: Subnets specified must all be in the same VPC",
        ]);
    }
    if (zones.size === 1 && allKnown(inputs)) {
        faults.push([
            "vpcConfig.subnetIds",
            "InvalidParameterException: Subnets specified must be in at least two different AZs",
        ]);
    }
    for (const id of texts(inputs, "vpcConfig.securityGroupIds")) {
        const own = cloud.state(SECURITY_GROUP, id)["vpcId"];
        if (own !== undefined && network !== undefined && own !== network) {
            faults.push([
                "vpcConfig.securityGroupIds",
                `InvalidParameterException: Security group(s) [${id}] are not in the same VPC as the subnets.`,
            ]);
        }
    }
    return [...faults, ...serviceNetwork(text(inputs, "kubernetesNetworkConfig.serviceIpv4Cidr"), network, cloud)];
}

/**
 * The zones of the control plane's subnets are those of its creation, neither more nor fewer. `before` are its subnets.
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html ("All subnets that you add must be in the same set of
 * AZs as originally provided"), in the words of https://github.com/aws/containers-roadmap/issues/2258
 */
export function fixedZones({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const named = (subnets: readonly string[]) => [...placesOf(subnets, cloud).zones].sort().join(",");
    const [before, after] = [cloud.state(EKS_CLUSTER, id), inputs].map((of) => named(texts(of, "vpcConfig.subnetIds")));
    return id === undefined || before === after
        ? undefined
        : `InvalidParameterException: Provided subnets belong to the AZs '${after}'. But they should belong to the exact set of AZs '${before}' in which subnets were provided during cluster creation.`;
}

/** Zones in which EKS takes no subnet of a control plane: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
const unsupported = ["use1-az3", "usw1-az2", "cac1-az3"];

/** In the words of https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html ("Insufficient capacity"). */
export function supportedZones({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const { zones } = placesOf(texts(inputs, "vpcConfig.subnetIds"), cloud);
    const wrong = [...zones].find((zone) => unsupported.includes(zoneIdOf(zone)));
    const others = zonesOf(cloud.region).filter((zone) => !unsupported.includes(zoneIdOf(zone)));
    return wrong === undefined
        ? undefined
        : `UnsupportedAvailabilityZoneException: Cannot create cluster '${text(inputs, "name")}' because ${wrong}, the targeted Availability Zone, does not currently have sufficient capacity to support the cluster. Retry and choose from these Availability Zones: ${others.join(", ")}`;
}

function allKnown(inputs: Parameters<ArgumentCheck>[0]): boolean {
    const config = inputs["vpcConfig"];
    const subnets =
        typeof config === "object" && config !== null && "subnetIds" in config ? config.subnetIds : undefined;
    return Array.isArray(subnets) && subnets.every((id) => typeof id === "string");
}

/** Service addresses come from a private network that does not overlap the VPC's. */
function serviceNetwork(text_: string | undefined, vpc: string | undefined, cloud: Cloud): Fault[] {
    const property = "kubernetesNetworkConfig.serviceIpv4Cidr";
    const services = parseIpv4Cidr(text_ ?? "");
    const own = parseIpv4Cidr(must(cloud.state(VPC, vpc), "cidrBlock"));
    const privately = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseIpv4Cidr);
    if (services === undefined) {
        return [];
    }
    if (
        services.prefix < 12 ||
        services.prefix > 24 ||
        !privately.some((each) => each !== undefined && overlap(each, services))
    ) {
        return [
            [
                property,
                `InvalidParameterException: The serviceIpv4Cidr ${services.text} must be a private range between /24 and /12`,
            ],
        ];
    }
    return own !== undefined && overlap(own, services)
        ? [
              [
                  property,
                  `InvalidParameterException: The serviceIpv4Cidr ${services.text} overlaps with the CIDR ${own.text} of VPC ${vpc}`,
              ],
          ]
        : [];
}
