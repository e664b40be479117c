import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FlowLogs, type FlowLogsArgs } from "./flowLogs";
import { planSubnets, tiers, type PlannedSubnet, type TierName } from "./subnets";
import { VpcEndpoints } from "./vpcEndpoints";
import { staysInItsZone, usableZones, zoneName } from "./zones";

export interface NetworkArgs {
    /** CIDR range of the whole network, /16 to /22. Changing it replaces everything. */
    readonly cidr: string;
    /**
     * The number of availability zones to use.
     * @default 3
     */
    readonly zones?: number;
    /**
     * The private subnets' route to the internet: a NAT gateway in each zone, one for all, or none.
     * @default "zone"
     */
    readonly nat?: "zone" | "one" | "none";
    /**
     * Whether nodes and pods reach AWS' services through VPC endpoints (which AWS charges by hour, zone and service).
     * @default - only without NAT gateways
     */
    readonly endpoints?: boolean;
    /**
     * Where to log every connection.
     * @default - connections are not logged
     */
    readonly flowLogs?: Omit<FlowLogsArgs, "vpcId">;
}

/**
 * A VPC in which each zone has a public subnet (load balancers), a private one (pods) and an isolated one (databases).
 * No route leads from the isolated subnets out of the network.
 */
export class Network extends pulumi.ComponentResource {
    readonly vpcId: pulumi.Output<string>;
    /** Ids by zone. */
    readonly publicSubnetIds: pulumi.Output<string>[];
    readonly privateSubnetIds: pulumi.Output<string>[];
    readonly isolatedSubnetIds: pulumi.Output<string>[];
    /** Names of their zones. */
    readonly isolatedZones: pulumi.Output<string>[];
    /** The route tables of the private subnets. */
    readonly privateRouteTableIds: pulumi.Output<string>[];
    /** The route table of the isolated subnets. */
    readonly isolatedRouteTableId: pulumi.Output<string>;

    /** CIDR ranges of the isolated subnets. */
    readonly isolatedCidrs: readonly string[];
    /** CIDR ranges of the subnets that contain endpoints of AWS' services; empty if these are reached over the internet. */
    readonly endpointCidrs: readonly string[];
    /** The security group of the VPC endpoints; undefined if AWS' services are reached over the internet. */
    readonly endpointsSecurityGroupId: pulumi.Output<string> | undefined;

    private readonly zoneNames: pulumi.Output<string[]>;

    constructor(
        private readonly name: string,
        args: NetworkArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:network:Network", name, {}, opts);
        const zones = args.zones ?? 3;
        const nat = args.nat ?? "zone";
        this.zoneNames = usableZones(this);

        const vpc = new aws.ec2.Vpc(
            name,
            { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: name } },
            { parent: this },
        );
        this.vpcId = vpc.id;
        // Resources without a security group get the default one: without rules, it allows no traffic in either direction.
        new aws.ec2.DefaultSecurityGroup(
            `${name}-default`,
            { vpcId: vpc.id, ingress: [], egress: [] },
            { parent: this },
        );

        const plan = planSubnets(args.cidr, zones, tiers);
        const interfaces = args.endpoints ?? nat === "none";
        const cidrs = (tier: TierName) => plan.filter((planned) => planned.tier === tier).map(({ cidr }) => cidr);
        this.isolatedCidrs = cidrs("isolated");
        this.endpointCidrs = interfaces ? cidrs("private") : [];
        const subnets = (tier: TierName) =>
            plan.filter((planned) => planned.tier === tier).map((planned) => this.subnet(planned));
        const publicSubnets = subnets("public");
        const privateSubnets = subnets("private");
        const isolatedSubnets = subnets("isolated");

        const isolated = this.routeTable("isolated", isolatedSubnets);
        const internet = new aws.ec2.InternetGateway(name, { vpcId: vpc.id, tags: { Name: name } }, { parent: this });
        const open = this.routeTable("public", publicSubnets);
        this.defaultRoute("public", open, { gatewayId: internet.id });

        const gateways = publicSubnets
            .slice(0, nat === "zone" ? zones : nat === "one" ? 1 : 0)
            .map((subnet, zone) => this.natGateway(zone, subnet, internet));
        const tables = privateSubnets.map((subnet, zone) => this.routeTable(`private-${zone}`, [subnet]));
        tables.forEach((table, zone) => {
            const gateway = gateways[zone] ?? gateways[0];
            if (gateway !== undefined) {
                this.defaultRoute(`private-${zone}`, table, { natGatewayId: gateway.id });
            }
        });

        const endpoints = new VpcEndpoints(
            `${name}-endpoints`,
            {
                vpcId: vpc.id,
                cidr: args.cidr,
                subnetIds: privateSubnets.map(({ id }) => id),
                routeTableIds: tables.map(({ id }) => id),
                interfaces,
            },
            { parent: this },
        );
        if (args.flowLogs !== undefined) {
            new FlowLogs(`${name}-flow`, { ...args.flowLogs, vpcId: vpc.id }, { parent: this });
        }

        this.endpointsSecurityGroupId = endpoints.securityGroupId;
        this.publicSubnetIds = publicSubnets.map(({ id }) => id);
        this.privateSubnetIds = privateSubnets.map(({ id }) => id);
        this.isolatedSubnetIds = isolatedSubnets.map(({ id }) => id);
        this.isolatedZones = isolatedSubnets.map(({ availabilityZone }) => availabilityZone);
        this.privateRouteTableIds = tables.map(({ id }) => id);
        this.isolatedRouteTableId = isolated.id;
        this.registerOutputs({ vpcId: this.vpcId, isolatedRouteTableId: isolated.id });
    }

    private subnet({ tier, zone, cidr }: PlannedSubnet<TierName>): aws.ec2.Subnet {
        const name = `${this.name}-${tier}-${zone}`;
        return new aws.ec2.Subnet(
            name,
            {
                vpcId: this.vpcId,
                cidrBlock: cidr,
                availabilityZone: this.zoneNames.apply((names) => zoneName(names, zone)),
                tags: { Name: name, ...roleTags[tier] },
            },
            { parent: this, ...staysInItsZone },
        );
    }

    private routeTable(suffix: string, subnets: aws.ec2.Subnet[]): aws.ec2.RouteTable {
        const name = `${this.name}-${suffix}`;
        const table = new aws.ec2.RouteTable(name, { vpcId: this.vpcId, tags: { Name: name } }, { parent: this });
        subnets.forEach((subnet, zone) => {
            const association = subnets.length === 1 ? name : `${name}-${zone}`;
            new aws.ec2.RouteTableAssociation(
                association,
                { routeTableId: table.id, subnetId: subnet.id },
                { parent: this },
            );
        });
        return table;
    }

    private defaultRoute(
        suffix: string,
        table: aws.ec2.RouteTable,
        target: Pick<aws.ec2.RouteArgs, "gatewayId" | "natGatewayId">,
    ): void {
        new aws.ec2.Route(
            `${this.name}-${suffix}`,
            { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", ...target },
            { parent: this },
        );
    }

    private natGateway(zone: number, subnet: aws.ec2.Subnet, internet: aws.ec2.InternetGateway): aws.ec2.NatGateway {
        const name = `${this.name}-nat-${zone}`;
        const tags = { Name: name };
        // AWS requires an internet gateway in the VPC for an Elastic IP address.
        const address = new aws.ec2.Eip(name, { domain: "vpc", tags }, { parent: this, dependsOn: [internet] });
        return new aws.ec2.NatGateway(
            name,
            { subnetId: subnet.id, allocationId: address.allocationId, tags },
            { parent: this, dependsOn: [internet] },
        );
    }
}

/** How EKS and the load balancer controller find the subnets: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
const roleTags: Record<TierName, Record<string, string>> = {
    public: { "kubernetes.io/role/elb": "1" },
    private: { "kubernetes.io/role/internal-elb": "1" },
    isolated: {},
};
