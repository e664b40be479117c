import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson, serviceTrust } from "../identity/document";
import { roleResource } from "../identity/identity";
import { connect, ruleOptions, seenFrom, tcp, type DatabaseReach, type SecurityGroup } from "../security/databaseTier";
import type { ApiDoor } from "../security/deployerGroup";
import { BastionSessions } from "./bastionSessions";
import { bastionHost } from "./bastionHost";

export interface BastionArgs {
    readonly vpcId: pulumi.Input<string>;
    /** A private subnet with access to Systems Manager. */
    readonly subnetId: pulumi.Input<string>;
    /** How it reaches the database. */
    readonly reach: DatabaseReach;
    /**
     * The security group of the network's endpoints to AWS' services.
     * @default - the network has none: Systems Manager is reached over the internet
     */
    readonly endpointsSecurityGroupId?: pulumi.Input<string> | undefined;
    /** The Kubernetes API: its host name, and the security group of its private endpoint. */
    readonly api: ApiDoor & { readonly host: pulumi.Input<string> };
    /** The port of the database's engine. */
    readonly databasePort: pulumi.Input<number>;
    /** Host name of the database. */
    readonly endpoint: pulumi.Input<string>;
    readonly logs: { readonly kmsKeyArn: pulumi.Input<string>; readonly retentionInDays: number };
}

/** How it reaches a database by the group of the database's tier. */
export function bastionReach(database: SecurityGroup, port: number): DatabaseReach {
    return (name, from, parent) => {
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-to-database`,
            {
                securityGroupId: from.securityGroupId,
                referencedSecurityGroupId: seenFrom(from, database),
                ...tcp(port),
                description: "to the database tier",
            },
            ruleOptions(from, database, parent),
        );
        new aws.vpc.SecurityGroupIngressRule(
            `${name}-database-from`,
            {
                securityGroupId: database.securityGroupId,
                referencedSecurityGroupId: seenFrom(database, from),
                ...tcp(port),
                description: "from the bastion",
            },
            ruleOptions(database, from, parent),
        );
    };
}

/** An image for Arm instances that includes the Systems Manager agent. */
const image = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64";

/**
 * A host in the network through which people and pipelines reach the database. It accepts no inbound connections and
 * has no public address and no keys; Systems Manager admits principals that have the policy.
 */
export class Bastion extends pulumi.ComponentResource {
    readonly instanceId: pulumi.Output<string>;
    /** What people may start on it, and the policies that permit it. */
    readonly sessions: BastionSessions;

    constructor(
        private readonly name: string,
        args: BastionArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:people:Bastion", name, {}, opts);
        const tags = { Name: name };
        const groupId = this.securityGroup(args);
        const logGroup = new aws.cloudwatch.LogGroup(
            `${name}-sessions`,
            { kmsKeyId: args.logs.kmsKeyArn, retentionInDays: args.logs.retentionInDays },
            { parent: this },
        );
        const instance = new aws.ec2.Instance(
            name,
            {
                ami: aws.ssm.getParameterOutput({ name: image }, { parent: this }).value,
                instanceType: "t4g.micro",
                subnetId: args.subnetId,
                vpcSecurityGroupIds: [groupId],
                iamInstanceProfile: this.profile(logGroup),
                associatePublicIpAddress: false,
                // A hop limit of one keeps responses on the host, and requests without a token are refused.
                metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
                rootBlockDevice: { encrypted: true, volumeType: "gp3" },
                userData: pulumi
                    .all([args.databasePort, args.api.host])
                    .apply(([port, host]) => bastionHost(port, host)),
                userDataReplaceOnChange: true,
                tags,
            },
            // AWS publishes a new image every other week; replacing the host for each would interrupt sessions.
            { parent: this, ignoreChanges: ["ami"] },
        );
        this.sessions = new BastionSessions(
            name,
            { instanceArn: instance.arn, logGroup: logGroup.name, endpoint: args.endpoint, port: args.databasePort },
            { parent: this },
        );
        this.instanceId = instance.id;
        this.registerOutputs({ instanceId: this.instanceId });
    }

    /**
     * Allows no inbound traffic. Outbound, it allows the Systems Manager agent's traffic and connections to the
     * database and to the Kubernetes API.
     */
    private securityGroup({ vpcId, endpointsSecurityGroupId, reach, api }: BastionArgs): pulumi.Output<string> {
        const { name } = this;
        const { id } = new aws.ec2.SecurityGroup(
            name,
            { vpcId, description: "bastion: no inbound traffic", tags: { Name: name } },
            // AWS replaces a security group whose description changes, and earlier versions described it otherwise.
            { parent: this, ignoreChanges: ["description"] },
        );
        const own = { tier: "bastion", securityGroupId: id };
        // AWS has no prefix list for Systems Manager (https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html):
        // without endpoints in the network, its addresses can be anywhere.
        const [way, systemsManager] =
            endpointsSecurityGroupId === undefined
                ? ["to-aws", { cidrIpv4: "0.0.0.0/0" }]
                : ["to-endpoints", { referencedSecurityGroupId: endpointsSecurityGroupId }];
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-${way}`,
            { securityGroupId: id, ...systemsManager, ...tcp(443), description: "to Systems Manager" },
            { parent: this },
        );
        reach(name, own, this);
        const { securityGroupId, existing } = api;
        connect(name, own, { tier: "api", securityGroupId, existing }, 443, this);
        return id;
    }

    private profile(logGroup: aws.cloudwatch.LogGroup): pulumi.Output<string> {
        const { name } = this;
        const { partition, dnsSuffix, region, accountId } = accountLookups(this);
        const role = new aws.iam.Role(
            roleResource(name),
            { description: `bastion ${name}`, assumeRolePolicy: serviceTrust(pulumi.interpolate`ec2.${dnsSuffix}`) },
            { parent: this },
        );
        const policy = documentJson(
            [
                {
                    Sid: "BeReachedBySystemsManager",
                    Effect: "Allow",
                    Action: [
                        ...[
                            "ssm:UpdateInstanceInformation",
                            "ssmmessages:CreateControlChannel",
                            "ssmmessages:CreateDataChannel",
                        ],
                        ...["ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"],
                    ],
                    // The channel actions do not support resource-level permissions
                    // (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmessagegatewayservice.html),
                    // and AWS requires all of them together:
                    // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
                    Resource: "*",
                },
                {
                    Sid: "LogSessions",
                    Effect: "Allow",
                    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                    Resource: pulumi.interpolate`${logGroup.arn}:*`,
                },
                {
                    Sid: "SeeThatTheLogIsEncrypted",
                    Effect: "Allow",
                    Action: "logs:DescribeLogGroups",
                    // A list action: AWS evaluates it on a group with an empty name, `log-group::log-stream:`, and
                    // supports no narrower resource
                    // (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html).
                    Resource: pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:*`,
                },
            ],
            "rolePolicy",
        );
        new aws.iam.RolePolicy(name, { role: role.name, policy }, { parent: this });
        return new aws.iam.InstanceProfile(name, { role: role.name }, { parent: this }).name;
    }
}
