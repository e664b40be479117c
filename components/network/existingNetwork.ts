import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { endpointServiceName } from "./endpointServices";
import {
    checkedDatabaseSubnets,
    checkedNodeSubnets,
    checkedVpc,
    onlySubnet,
    type Subnet,
    type Table,
} from "./existingSubnets";

export interface ExistingNetworkArgs {
    /** Id of the VPC. */
    readonly vpcId: pulumi.Input<string>;
    /**
     * The subnets of nodes, one for each zone, each by its id or by a tag (`Name=private-a`) that it alone has in the VPC.
     * @default - none
     */
    readonly nodeSubnets?: readonly string[] | undefined;
    /**
     * The subnets of the database, in the same way, without a route out of the network.
     * @default - none
     */
    readonly databaseSubnets?: readonly string[] | undefined;
}

/** A VPC that exists. It is looked up and checked, in previews too, and nothing in it is changed. */
export class ExistingNetwork extends pulumi.ComponentResource {
    readonly vpcId: pulumi.Output<string>;
    readonly privateSubnetIds: pulumi.Output<string>[];
    readonly isolatedSubnetIds: pulumi.Output<string>[];
    /** Names of their zones. */
    readonly isolatedZones: pulumi.Output<string>[];
    /** CIDR ranges of the isolated subnets. */
    readonly isolatedCidrs: pulumi.Output<string[]>;
    /** CIDR ranges of the subnets with the endpoint of STS; empty if the network has none. */
    readonly endpointCidrs: pulumi.Output<string[]>;

    constructor(
        name: string,
        { vpcId, nodeSubnets = [], databaseSubnets = [] }: ExistingNetworkArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:network:ExistingNetwork", name, {}, opts);
        this.vpcId = aws.ec2.getVpcOutput({ id: vpcId }, { parent: this }).apply(checkedVpc);
        const look = (key: string, entries: readonly string[]) =>
            pulumi.all(entries.map((entry) => this.subnet(key, entry)));
        const nodes = pulumi
            .all([look("nodeSubnets", nodeSubnets), this.vpcId])
            .apply(([subnets, vpc]) => checkedNodeSubnets(subnets, vpc));
        const tables = databaseSubnets.length === 0 ? pulumi.output([]) : this.routeTables();
        const databases = pulumi
            .all([look("databaseSubnets", databaseSubnets), this.vpcId, tables])
            .apply(([subnets, vpc, tables]) => checkedDatabaseSubnets(subnets, vpc, tables));
        this.privateSubnetIds = eachOf(nodeSubnets, nodes, ({ id }) => id);
        this.isolatedSubnetIds = eachOf(databaseSubnets, databases, ({ id }) => id);
        this.isolatedZones = eachOf(databaseSubnets, databases, ({ availabilityZone }) => availabilityZone);
        this.isolatedCidrs = databases.apply((subnets) => subnets.map(({ cidrBlock }) => cidrBlock));
        this.endpointCidrs = this.rangesOfEndpoint();
        this.registerOutputs({ vpcId: this.vpcId });
    }

    /** A subnet by its id, or by its tag. */
    private subnet(key: string, entry: string): pulumi.Output<Subnet> {
        const [, tag = "", value = ""] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
        const tagged = () =>
            aws.ec2
                .getSubnetsOutput(
                    { filters: [{ name: "vpc-id", values: [this.vpcId] }], tags: { [tag]: value } },
                    { parent: this },
                )
                .ids.apply((ids) => this.vpcId.apply((vpc) => onlySubnet(key, entry, ids, vpc)));
        return aws.ec2.getSubnetOutput({ id: tag === "" ? entry : tagged() }, { parent: this });
    }

    /** All route tables of the VPC. The provider leaves out the local route and those that a VPN gateway propagates. */
    private routeTables(): pulumi.Output<Table[]> {
        return aws.ec2
            .getRouteTablesOutput({ vpcId: this.vpcId }, { parent: this })
            .ids.apply((ids) =>
                pulumi.all(ids.map((routeTableId) => aws.ec2.getRouteTableOutput({ routeTableId }, { parent: this }))),
            );
    }

    private rangesOfEndpoint(): pulumi.Output<string[]> {
        const { region } = accountLookups(this);
        const subnetIds = pulumi.all([this.vpcId, region]).apply(([vpcId, region]) =>
            aws.ec2
                .getVpcEndpoint(
                    {
                        vpcId,
                        serviceName: endpointServiceName(region, "sts"),
                        filters: [{ name: "vpc-endpoint-type", values: ["Interface"] }],
                    },
                    { parent: this },
                )
                .then(({ subnetIds }) => subnetIds, noneOrSeveral),
        );
        return subnetIds.apply((ids) =>
            pulumi.all(ids.map((id) => aws.ec2.getSubnetOutput({ id }, { parent: this }).cidrBlock)),
        );
    }
}

/** For each name of a list, which tells how many there are, what is read of the subnet in its place. */
function eachOf<T>(
    names: readonly string[],
    subnets: pulumi.Output<readonly Subnet[]>,
    read: (subnet: Subnet) => T,
): pulumi.Output<T>[] {
    return names.map((name, place) =>
        subnets.apply((list) => {
            const subnet = list[place];
            if (subnet === undefined) {
                throw new Error(`nothing was looked up for ${name}`);
            }
            return read(subnet);
        }),
    );
}

/**
 * No endpoint where there is none, or where it is not clear which one is used: what needs it says so.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/tfresource/not_found_error.go (`SingularDataSourceFindError`)
 */
function noneOrSeveral(error: unknown): string[] {
    if (/(no matching|multiple) EC2 VPC Endpoints? (found|matched)/.test(String(error))) {
        return [];
    }
    throw error;
}
