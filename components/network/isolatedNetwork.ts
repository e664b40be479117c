import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FlowLogs, type FlowLogsArgs } from "./flowLogs";
import { planSubnets, tiers } from "./subnets";
import { staysInItsZone, usableZones, zoneName } from "./zones";

export interface IsolatedNetworkArgs {
    /** CIDR range of the whole network, /16 to /22; every tier has a range in it. */
    readonly cidr: string;
    /** The number of availability zones to use, at least 2. */
    readonly zones: number;
    /** Where to log every connection. */
    readonly flowLogs: Omit<FlowLogsArgs, "vpcId">;
}

/** A VPC for databases only: isolated subnets, with the same ranges as in a full network, and no outbound route. */
export class IsolatedNetwork extends pulumi.ComponentResource {
    readonly vpcId: pulumi.Output<string>;
    /** Ids by zone. */
    readonly isolatedSubnetIds: pulumi.Output<string>[];
    /** Names of their zones. */
    readonly isolatedZones: pulumi.Output<string>[];
    /** Their CIDR ranges. */
    readonly isolatedCidrs: readonly string[];
    readonly routeTableId: pulumi.Output<string>;

    constructor(name: string, args: IsolatedNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:network:IsolatedNetwork", name, {}, opts);
        const tags = { Name: name };
        const zoneNames = usableZones(this);
        const vpc = new aws.ec2.Vpc(
            name,
            { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags },
            { parent: this },
        );
        new aws.ec2.DefaultSecurityGroup(
            `${name}-default`,
            { vpcId: vpc.id, ingress: [], egress: [] },
            { parent: this },
        );
        const table = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags }, { parent: this });
        const isolated = planSubnets(args.cidr, args.zones, tiers).filter(({ tier }) => tier === "isolated");
        this.isolatedCidrs = isolated.map(({ cidr }) => cidr);
        const subnets = isolated.map(({ zone, cidr }) => {
            const place = `${name}-isolated-${zone}`;
            const subnet = new aws.ec2.Subnet(
                place,
                {
                    vpcId: vpc.id,
                    cidrBlock: cidr,
                    availabilityZone: zoneNames.apply((names) => zoneName(names, zone)),
                    tags: { Name: place },
                },
                { parent: this, ...staysInItsZone },
            );
            new aws.ec2.RouteTableAssociation(place, { routeTableId: table.id, subnetId: subnet.id }, { parent: this });
            return subnet;
        });
        this.isolatedSubnetIds = subnets.map(({ id }) => id);
        this.isolatedZones = subnets.map(({ availabilityZone }) => availabilityZone);
        new FlowLogs(`${name}-flow`, { ...args.flowLogs, vpcId: vpc.id }, { parent: this });
        this.vpcId = vpc.id;
        this.routeTableId = table.id;
        this.registerOutputs({ vpcId: this.vpcId });
    }
}
