import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { documentJson } from "../identity/document";

export interface NodeGroupArgs {
    readonly cluster: eks.ManagedNodeGroupArgs["cluster"];
    readonly subnetIds: pulumi.Input<string>[];
    /** All security groups of the nodes: a launch template that names any replaces what EKS would attach. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /** EC2 instance type. */
    readonly instanceType: string;
    /** The minimum number of nodes, and the initial one. */
    readonly min: number;
    readonly max: number;
}

/** What a node's role may do: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html */
const nodePolicies = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"];

/** Managed nodes with encrypted disks, whose metadata service pods cannot reach. */
export class NodeGroup extends pulumi.ComponentResource {
    constructor(name: string, args: NodeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:cluster:NodeGroup", name, {}, opts);
        const { partition, dnsSuffix } = aws.getPartitionOutput({}, { parent: this });
        const trust = {
            Effect: "Allow",
            Principal: { Service: pulumi.interpolate`ec2.${dnsSuffix}` },
            Action: "sts:AssumeRole",
        } as const;
        const role = new aws.iam.Role(
            name,
            { description: `nodes of ${name}`, assumeRolePolicy: documentJson([trust], "trust") },
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
                // One hop ends at the node: a pod that asked the metadata service could take the node's role.
                metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
                blockDeviceMappings: [
                    { deviceName: "/dev/xvda", ebs: { volumeSize: 50, volumeType: "gp3", encrypted: "true" } },
                ],
                tagSpecifications: [{ resourceType: "instance", tags: { Name: name } }],
                updateDefaultVersion: true,
            },
            { parent: this },
        );
        new eks.ManagedNodeGroup(
            name,
            {
                cluster: args.cluster,
                nodeRoleArn: role.arn,
                subnetIds: args.subnetIds,
                instanceTypes: [args.instanceType],
                operatingSystem: "AL2023",
                scalingConfig: { minSize: args.min, desiredSize: args.min, maxSize: args.max },
                // An autoscaler may have changed the number since.
                ignoreScalingChanges: true,
                launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
            },
            { parent: this, dependsOn: attachments },
        );
        this.registerOutputs({});
    }
}
