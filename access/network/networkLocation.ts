import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, text } from "../resources/value";
import type { GroupKey } from "./groups";

const SUBNET = "aws:ec2/subnet:Subnet";
const VPC = "aws:ec2/vpc:Vpc";
const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ROUTE = "aws:ec2/route:Route";

/** A location in the network. */
export interface NetworkLocation {
    /** For messages: `the nodes of workers`. */
    readonly text: string;
    readonly groups: readonly GroupKey[];
    readonly subnets: readonly Resource[];
    /** The resources that put it there. */
    readonly resources: readonly string[];
}

/** Subnets, VPCs and the connections between them. */
export class NetworkLocations {
    constructor(private readonly graph: Graph) {}

    /** The subnets that a property names or that supply it. */
    subnets(from: Resource, ...path: readonly [string, ...(string | number)[]]): readonly Resource[] {
        return this.graph.follow(from, path, [SUBNET]).flatMap((reference) => reference.resource ?? []);
    }

    /** The subnets of a database, through its subnet group. */
    databaseSubnets(database: Resource): readonly Resource[] {
        const own = this.subnets(database, "vpcSubnetIds");
        const group = this.graph.follow(database, ["dbSubnetGroupName"], [SUBNET_GROUP], ["id", "name"])[0]?.resource;
        return group === undefined ? own : this.subnets(group, "subnetIds");
    }

    /** IPv4 ranges of subnets; if one is unknown, that of its VPC. */
    ranges(subnets: readonly Resource[]): readonly string[] {
        return subnets.flatMap((subnet) => text(property(subnet, "cidrBlock")) ?? this.vpcRange(subnet) ?? []);
    }

    /**
     * Why a packet cannot get from one to the other: their VPCs differ, and no peering or no route connects
     * them. Undefined if it can, or if nothing is known about them.
     */
    gap(from: readonly Resource[], to: readonly Resource[]): string | undefined {
        const [here, there] = [this.vpcOf(from[0]), this.vpcOf(to[0])];
        if (here === undefined || there === undefined || here === there) {
            return undefined;
        }
        const peering = this.graph.ofType(PEERING).find((one) => {
            const ends = [
                ...this.graph.follow(one, ["vpcId"], [VPC]),
                ...this.graph.follow(one, ["peerVpcId"], [VPC]),
            ].map((end) => end.resource);
            return ends.includes(here) && ends.includes(there);
        });
        if (peering === undefined) {
            return `no peering joins VPC ${here.name} and VPC ${there.name}`;
        }
        const routes = this.graph
            .ofType(ROUTE)
            .filter(
                (route) => this.graph.follow(route, ["vpcPeeringConnectionId"], [PEERING])[0]?.resource === peering,
            );
        return routes.length < 2
            ? `the peering ${peering.name} has ${routes.length === 0 ? "no route" : "a route in one direction only"}`
            : undefined;
    }

    private vpcOf(subnet: Resource | undefined): Resource | undefined {
        return subnet === undefined ? undefined : this.graph.follow(subnet, ["vpcId"], [VPC])[0]?.resource;
    }

    private vpcRange(subnet: Resource): string | undefined {
        const vpc = this.vpcOf(subnet);
        return vpc === undefined ? undefined : text(at(vpc.outputs, "cidrBlock") ?? at(vpc.inputs, "cidrBlock"));
    }
}
