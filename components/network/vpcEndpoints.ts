import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { endpointServiceName, interfaceServices } from "./endpointServices";

export interface VpcEndpointsArgs {
    readonly vpcId: pulumi.Input<string>;
    /** CIDR range of the network, which may use the endpoints. */
    readonly cidr: string;
    /** The subnets of the interface endpoints, one in each zone. */
    readonly subnetIds: pulumi.Input<string>[];
    /** The route tables that get the gateway endpoint for S3. */
    readonly routeTableIds: pulumi.Input<string>[];
    /** Whether to create interface endpoints, which AWS charges by hour, zone and service; the one for S3 is free. */
    readonly interfaces: boolean;
}

/** VPC endpoints for AWS' services. */
export class VpcEndpoints extends pulumi.ComponentResource {
    /** The security group of the interface endpoints, if there are any. */
    readonly securityGroupId: pulumi.Output<string> | undefined;

    constructor(name: string, args: VpcEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:network:VpcEndpoints", name, {}, opts);
        const { vpcId } = args;
        const { region } = accountLookups(this);
        const serviceName = (service: string) => region.apply((region) => endpointServiceName(region, service));

        new aws.ec2.VpcEndpoint(
            `${name}-s3`,
            {
                vpcId,
                serviceName: serviceName("s3"),
                vpcEndpointType: "Gateway",
                routeTableIds: args.routeTableIds,
                tags: { Name: `${name}-s3` },
            },
            { parent: this },
        );
        if (args.interfaces) {
            const group = new aws.ec2.SecurityGroup(
                name,
                { vpcId, description: "VPC endpoints: reached from within the network", tags: { Name: name } },
                { parent: this },
            );
            new aws.vpc.SecurityGroupIngressRule(
                name,
                {
                    securityGroupId: group.id,
                    cidrIpv4: args.cidr,
                    ipProtocol: "tcp",
                    fromPort: 443,
                    toPort: 443,
                    description: "the network by HTTPS",
                },
                { parent: this },
            );
            this.securityGroupId = group.id;
            for (const service of interfaceServices) {
                new aws.ec2.VpcEndpoint(
                    `${name}-${service}`,
                    {
                        vpcId,
                        serviceName: serviceName(service),
                        vpcEndpointType: "Interface",
                        subnetIds: args.subnetIds,
                        securityGroupIds: [group.id],
                        privateDnsEnabled: true,
                        tags: { Name: `${name}-${service}` },
                    },
                    { parent: this },
                );
            }
        }
        this.registerOutputs({});
    }
}
