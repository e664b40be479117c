import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson, serviceTrust } from "../identity/document";

export interface FlowLogsArgs {
    readonly vpcId: pulumi.Input<string>;
    /** ARN of the key that encrypts the log group. */
    readonly kmsKeyArn: pulumi.Input<string>;
    /** Retention of the log, in days. */
    readonly retentionInDays: number;
}

/** Logs every attempted or established connection within a network to an encrypted log group. */
export class FlowLogs extends pulumi.ComponentResource {
    constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:network:FlowLogs", name, {}, opts);
        const { partition, region, accountId } = accountLookups(this);
        const group = new aws.cloudwatch.LogGroup(
            name,
            { kmsKeyId: args.kmsKeyArn, retentionInDays: args.retentionInDays },
            { parent: this },
        );
        const role = new aws.iam.Role(
            name,
            {
                description: `writes the flow log ${name}`,
                assumeRolePolicy: serviceTrust(
                    "vpc-flow-logs.amazonaws.com",
                    // Flow logs of other accounts must not be written by this role:
                    // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
                    pulumi.all([partition, region, accountId]).apply(([partition, region, account]) => ({
                        StringEquals: { "aws:SourceAccount": account },
                        ArnLike: { "aws:SourceArn": `arn:${partition}:ec2:${region}:${account}:vpc-flow-log/*` },
                    })),
                ),
            },
            { parent: this },
        );
        const policy = new aws.iam.RolePolicy(
            name,
            {
                role: role.name,
                policy: documentJson(
                    [
                        {
                            Effect: "Allow",
                            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                            // The streams of this group; EC2 chooses their names.
                            Resource: pulumi.interpolate`${group.arn}:*`,
                        },
                        {
                            Effect: "Allow",
                            Action: "logs:DescribeLogGroups",
                            // A list action: AWS evaluates it on a group with an empty name, `log-group::log-stream:`, and supports no narrower resource
                            // (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html).
                            Resource: pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:*`,
                        },
                    ],
                    "rolePolicy",
                ),
            },
            { parent: this },
        );
        new aws.ec2.FlowLog(
            name,
            {
                vpcId: args.vpcId,
                trafficType: "ALL",
                logDestination: group.arn,
                iamRoleArn: role.arn,
                // Seconds; the only alternative is ten minutes.
                maxAggregationInterval: 60,
                tags: { Name: name },
            },
            { parent: this, dependsOn: [policy] },
        );
        this.registerOutputs({});
    }
}
