import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { serviceTrust } from "../identity/document";
import { keeping } from "./keeping";

export interface NodeGroupArgs {
    readonly cluster: eks.ManagedNodeGroupArgs["cluster"];
    /** The cluster's Kubernetes minor version: EKS upgrades a control plane only after its nodes. */
    readonly version: string;
    /** One subnet for each zone. */
    readonly subnetIds: pulumi.Input<string>[];
    /** All security groups of the nodes: those in a launch template replace the ones that EKS would attach. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /** EC2 instance type. */
    readonly instanceType: string;
    /** The minimum number of nodes in all zones together, and the actual number without an autoscaler. */
    readonly min: number;
    /** The maximum number of nodes in all zones together; at least one in each zone. */
    readonly max: number;
    /**
     * Whether an autoscaler, which the cluster's owner installs, sets the number of nodes within these limits.
     * @default false
     */
    readonly autoscaler?: boolean;
}

/** The policies of a node's role: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"];

/**
 * Managed nodes with encrypted disks and a metadata service that pods cannot reach; one group for each zone. The subnets of
 * a group cannot change (https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/eks/node_group.go,
 * `subnet_ids` is ForceNew), so adding or removing a zone does not affect the nodes of the others.
 */
export class NodeGroup extends pulumi.ComponentResource {
    constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:cluster:NodeGroup", name, {}, opts);
        const { partition, dnsSuffix } = accountLookups(this);
        const role = new aws.iam.Role(
            name,
            { description: `nodes of ${name}`, assumeRolePolicy: serviceTrust(pulumi.interpolate`ec2.${dnsSuffix}`) },
            { parent: this },
        );
        const attachments = nodePolicies.map(
            (policy) =>
                new aws.iam.RolePolicyAttachment(
                    `${name}-${policy}`,
                    { role: role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
                    { parent: this },
                ),
        );
        const template = new aws.ec2.LaunchTemplate(
            name,
            {
                description: `nodes of ${name}`,
                vpcSecurityGroupIds: args.securityGroupIds,
                // One hop ends at the node: a pod that reached the metadata service could use the node's role.
                metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
                blockDeviceMappings: [
                    { deviceName: "/dev/xvda", ebs: { volumeSize: 50, volumeType: "gp3", encrypted: "true" } },
                ],
                tagSpecifications: [{ resourceType: "instance", tags: { Name: name } }],
                updateDefaultVersion: true,
            },
            { parent: this },
        );
        const zones = args.subnetIds.length;
        args.subnetIds.forEach((subnetId, zone) => {
            const minSize = shareOf(args.min, zones, zone);
            new eks.ManagedNodeGroup(
                // The first zone's group has the name of the single group that earlier versions created for all zones.
                zone === 0 ? name : `${name}-${zone}`,
                {
                    cluster: args.cluster,
                    version: args.version,
                    nodeRoleArn: role.arn,
                    subnetIds: [subnetId],
                    instanceTypes: [args.instanceType],
                    operatingSystem: "AL2023",
                    // EKS requires a maximum of at least 1: https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
                    scalingConfig: {
                        minSize,
                        desiredSize: minSize,
                        maxSize: Math.max(1, shareOf(args.max, zones, zone)),
                    },
                    ignoreScalingChanges: args.autoscaler ?? false,
                    launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
                },
                {
                    parent: this,
                    dependsOn: attachments,
                    transforms: zone === 0 ? [keeping("aws:eks/nodeGroup:NodeGroup", "subnetIds")] : [],
                },
            );
        });
        this.registerOutputs({});
    }
}

/** A zone's share of a total number; the first zones get the remainder. */
export function shareOf(total: number, zones: number, zone: number): number {
    return Math.floor(total / zones) + (zone < total % zones ? 1 : 0);
}
