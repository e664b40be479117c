import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "./accountLookups";
import { serviceTrust } from "./document";
import { roleResource, type Identity } from "./identity";
import type { ComputeKind } from "./kinds";

export interface ComputeIdentityArgs {
    /** The AWS service that runs the program. */
    readonly kind: ComputeKind;
    /**
     * The provider for the account of the program and the database.
     * @default - the program's own
     */
    readonly provider?: aws.Provider | undefined;
}

/**
 * An IAM role for a program outside Kubernetes: an EC2 instance's (with its instance profile), an ECS task's or a Lambda
 * function's. Needs the provider `aws`.
 */
export class ComputeIdentity extends pulumi.ComponentResource implements Identity {
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    readonly provider: aws.Provider | undefined;
    readonly ready: readonly pulumi.Resource[];
    readonly credentials = undefined;
    /** Name of the instance profile that provides the role to EC2 instances. */
    readonly instanceProfile: pulumi.Output<string> | undefined;

    constructor(name: string, args: ComputeIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:identity:ComputeIdentity", name, {}, opts);
        const { kind, provider } = args;
        const role = new aws.iam.Role(
            roleResource(name),
            {
                description: `${title[kind]} ${name}`,
                assumeRolePolicy: this.trust(kind, provider),
            },
            { parent: this, provider },
        );
        this.roleName = role.name;
        this.roleArn = role.arn;
        this.provider = provider;
        this.ready = [role];
        if (kind === "ec2") {
            this.instanceProfile = new aws.iam.InstanceProfile(
                name,
                { role: role.name },
                { parent: this, provider },
            ).name;
        }
        if (kind === "lambda") {
            // To write logs, and to create the network interface that reaches a private database:
            // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
            const { partition } = accountLookups(this, provider);
            const policyArn = pulumi.interpolate`arn:${partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole`;
            new aws.iam.RolePolicyAttachment(name, { role: role.name, policyArn }, { parent: this, provider });
        }
        this.registerOutputs({ roleArn: this.roleArn });
    }

    private trust(kind: ComputeKind, provider: aws.Provider | undefined): pulumi.Output<string> {
        const found = accountLookups(this, provider);
        const here = (service: string, resource: string) => {
            const { partition, region, accountId } = found;
            return pulumi.all([partition, region, accountId]).apply(([partition, region, account]) => ({
                StringEquals: { "aws:SourceAccount": account },
                ArnLike: { "aws:SourceArn": `arn:${partition}:${service}:${region}:${account}:${resource}` },
            }));
        };
        switch (kind) {
            // AWS documents neither aws:SourceAccount nor aws:SourceArn of EC2: a condition on them might exclude every instance.
            case "ec2":
                return serviceTrust(pulumi.interpolate`ec2.${found.dnsSuffix}`);
            // https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html
            case "lambda":
                return serviceTrust("lambda.amazonaws.com", here("lambda", "function:*"));
            // ECS passes the account and the region, but no cluster: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
            case "ecs":
                return serviceTrust("ecs-tasks.amazonaws.com", here("ecs", "*"));
        }
    }
}

const title: Record<ComputeKind, string> = {
    ec2: "EC2 instances of",
    ecs: "ECS tasks of",
    lambda: "Lambda functions of",
};
