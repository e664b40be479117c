import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { hasUnknown, text } from "../resources/value";
import type { GroupKey } from "./groups";

const SUBNET = "aws:ec2/subnet:Subnet";
const VPC = "aws:ec2/vpc:Vpc";
const SUBNET_GROUP = "aws:rds/subnetGroup:SubnetGroup";
const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
const ROUTE = "aws:ec2/route:Route";

/** A location in the network. What it does not list is unknown, not absent. */
export interface NetworkLocation {
    /** For messages: `the nodes of workers`. */
    readonly text: string;
    /** Empty if they are unknown. */
    readonly groups: readonly GroupKey[];
    readonly subnets: Subnets;
    /** The resources that put it there. */
    readonly resources: readonly string[];
}

/** The subnets of a location. */
export interface Subnets {
    readonly known: readonly Resource[];
    /** Whether some of them, or all, are not among the resources. */
    readonly elsewhere: boolean;
}

/** Subnets of several sources together. */
export function joined(...all: readonly Subnets[]): Subnets {
    return { known: all.flatMap((one) => one.known), elsewhere: all.some((one) => one.elsewhere) };
}

/** A location of which nothing is known. */
export function somewhere(text: string, ...resources: readonly string[]): NetworkLocation {
    return { text, groups: [], subnets: { known: [], elsewhere: true }, resources };
}

/** Subnets, VPCs and the connections between them. */
export class NetworkLocations {
    constructor(private readonly graph: Graph) {}

    /** The subnets that a property names or that supply it. */
    subnets(from: Resource, ...path: readonly [string, ...(string | number)[]]): Subnets {
        const references = this.graph.follow(from, path, [SUBNET]);
        const known = references.flatMap(({ resource }) => resource ?? []);
        const unsupplied = references.length === 0 && hasUnknown(property(from, ...path));
        return { known, elsewhere: known.length < references.length || unsupplied };
    }

    /** The subnets of a database, through its subnet group. */
    databaseSubnets(database: Resource): Subnets {
        const own = this.subnets(database, "vpcSubnetIds");
        const [group] = this.graph.follow(database, ["dbSubnetGroupName"], [SUBNET_GROUP], ["id", "name"]);
        return group?.resource === undefined ? own : this.subnets(group.resource, "subnetIds");
    }

    /** The ranges of subnets; if one is unknown, that of its VPC. They are complete if no subnet is missing and each has a range. */
    ranges({ known, elsewhere }: Subnets): { readonly known: readonly string[]; readonly complete: boolean } {
        const ranges = known.map((subnet) => this.rangesOf(subnet));
        const complete = known.length > 0 && !elsewhere && ranges.every((own) => own.length > 0);
        return { known: ranges.flat(), complete };
    }

    /**
     * Why a packet may not get from one to the other: their VPCs differ, and no peering or no route among the resources connects
     * them. Undefined if it can, or if nothing is known about them. Another stack may connect them, or a transit gateway.
     */
    gap(from: Subnets, to: Subnets): string | undefined {
        const [here, there] = [this.vpcOf(from.known[0]), this.vpcOf(to.known[0])];
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
            return `no peering among these resources joins VPC ${here.name} and VPC ${there.name}`;
        }
        const routes = this.graph
            .ofType(ROUTE)
            .filter(
                (route) => this.graph.follow(route, ["vpcPeeringConnectionId"], [PEERING])[0]?.resource === peering,
            );
        const which = routes.length === 0 ? "no route" : "a route in one direction only";
        return routes.length < 2 ? `the peering ${peering.name} has ${which} among these resources` : undefined;
    }

    private vpcOf(subnet: Resource | undefined): Resource | undefined {
        return subnet === undefined ? undefined : this.graph.follow(subnet, ["vpcId"], [VPC])[0]?.resource;
    }

    private rangesOf(subnet: Resource): readonly string[] {
        const own = this.blocksOf(subnet);
        const vpc = own.length > 0 ? undefined : this.vpcOf(subnet);
        return vpc === undefined ? own : this.blocksOf(vpc);
    }

    private blocksOf(resource: Resource): readonly string[] {
        return ["cidrBlock", "ipv6CidrBlock"].flatMap((name) => text(property(resource, name)) ?? []);
    }
}
