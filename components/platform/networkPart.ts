import * as pulumi from "@pulumi/pulumi";
import type { LogArgs } from "../cluster/eksCluster";
import { ExistingNetwork } from "../network/existingNetwork";
import { Network } from "../network/network";
import { tierRange } from "../network/subnets";
import type { PlatformArgs } from "./platformArgs";

/** The network of a platform, created or existing. */
export interface NetworkPart {
    /** What has to be complete before something can run in it. */
    readonly resource: pulumi.Resource;
    readonly vpcId: pulumi.Output<string>;
    /** The subnets of nodes, one for each zone. */
    readonly privateSubnetIds: pulumi.Output<string>[];
    /** The subnets of the database. */
    readonly isolatedSubnetIds: pulumi.Output<string>[];
    /** Names of their zones. */
    readonly isolatedZones: pulumi.Output<string>[];
    /** Their CIDR ranges. */
    readonly isolatedCidrs: pulumi.Output<string[]>;
    /** Their route table, if the program creates it. */
    readonly isolatedRouteTableId: pulumi.Output<string> | undefined;
    /** Its CIDR range, and those of other networks to which the database's subnets get a route; undefined if they are unknown. */
    readonly ranges: { readonly own: string; readonly routed?: readonly string[] | undefined } | undefined;
    /** CIDR ranges of the subnets with endpoints of AWS' services; empty if these are reached over the internet. */
    readonly endpointCidrs: pulumi.Output<string[]>;
    /** The security group of those endpoints, if it is known. */
    readonly endpointsSecurityGroupId: pulumi.Output<string> | undefined;
    /** The part that other networks are peered with; the route tables of an existing network are not changed. */
    readonly app: { readonly routeTableIds: readonly pulumi.Output<string>[]; readonly range: string } | undefined;
}

/**
 * Creates a platform's network, or looks it up.
 *
 * @param clusterVpcId the VPC of an existing cluster
 */
export function makeNetworkPart(
    name: string,
    args: PlatformArgs["network"],
    logs: LogArgs,
    clusterVpcId: pulumi.Output<string> | undefined,
    parent: pulumi.Resource,
): NetworkPart {
    if ("existing" in args) {
        const network = new ExistingNetwork(
            name,
            { ...args.existing, vpcId: vpcIdOf(args.existing.vpcId, clusterVpcId) },
            { parent },
        );
        const { vpcId, privateSubnetIds, isolatedSubnetIds, isolatedZones, isolatedCidrs, endpointCidrs } = network;
        return {
            ...{ vpcId, privateSubnetIds, isolatedSubnetIds, isolatedZones, isolatedCidrs, endpointCidrs },
            resource: network,
            isolatedRouteTableId: undefined,
            // The provider does not return those that a VPN gateway propagates.
            ranges: undefined,
            endpointsSecurityGroupId: undefined,
            app: undefined,
        };
    }
    const network = new Network(name, { ...args, flowLogs: logs }, { parent });
    const { vpcId, privateSubnetIds, isolatedSubnetIds, isolatedZones, isolatedRouteTableId } = network;
    return {
        ...{ vpcId, privateSubnetIds, isolatedSubnetIds, isolatedZones, isolatedRouteTableId },
        resource: network,
        isolatedCidrs: pulumi.output([...network.isolatedCidrs]),
        ranges: { own: args.cidr, routed: args.routedRanges },
        endpointCidrs: pulumi.output([...network.endpointCidrs]),
        endpointsSecurityGroupId: network.endpointsSecurityGroupId,
        app: { routeTableIds: network.privateRouteTableIds, range: tierRange(args.cidr, "private") },
    };
}

/** The VPC that is named, or the existing cluster's: both, if both are given. */
function vpcIdOf(given: string | undefined, clusters: pulumi.Output<string> | undefined): pulumi.Input<string> {
    if (clusters === undefined) {
        if (given === undefined) {
            throw new pulumi.InputPropertyError({
                propertyPath: "network.existing.vpcId",
                reason: "missing, and there is no existing cluster",
            });
        }
        return given;
    }
    return clusters.apply((own) => sameVpc(given, own));
}

/** @throws pulumi.RunError if another VPC is named */
export function sameVpc(given: string | undefined, clusters: string): string {
    if (given !== undefined && given !== clusters) {
        throw new pulumi.RunError(
            `platform.network.existing.vpcId is ${given}, the existing cluster is in ${clusters}: write that one, or remove the key`,
        );
    }
    return clusters;
}
