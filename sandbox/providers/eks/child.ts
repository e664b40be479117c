// Deep imports: @pulumi/pulumi itself loads the TypeScript compiler and the Automation API, half a second per start.
import { version as awsVersion } from "@pulumi/aws/package.json";
import { invokeOutput } from "@pulumi/pulumi/runtime/invoke";
import { CustomResource } from "@pulumi/pulumi/resource";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResource, CustomResourceOptions } from "@pulumi/pulumi/resource";

/** AWS resources that the components create, and the outputs that the components read. */
const outputs = {
    "aws:ec2/launchTemplate:LaunchTemplate": ["latestVersion"],
    "aws:ec2/securityGroup:SecurityGroup": [],
    "aws:ec2/securityGroupRule:SecurityGroupRule": ["securityGroupRuleId"],
    "aws:eks/accessEntry:AccessEntry": [],
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": [],
    "aws:eks/addon:Addon": [],
    "aws:eks/cluster:Cluster": [
        "accessConfig",
        "arn",
        "certificateAuthority",
        "endpoint",
        "identities",
        "name",
        "version",
        "vpcConfig",
    ],
    "aws:eks/nodeGroup:NodeGroup": [],
    "aws:iam/instanceProfile:InstanceProfile": [],
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ["arn"],
    "aws:iam/role:Role": ["arn", "name"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [],
} as const;

export type AwsType = keyof typeof outputs;
export const awsTypes = Object.keys(outputs) as AwsType[];

/**
 * A resource of the aws package without its SDK: the engine needs only the type, the arguments and the version. The
 * program receives references to it as the SDK's classes.
 */
export class Child<T extends AwsType = AwsType> extends CustomResource {
    constructor(type: T, name: string, args: Inputs, opts: CustomResourceOptions) {
        const read = Object.fromEntries(outputs[type].map((each) => [each, undefined]));
        super(type, name, { ...read, ...args }, { version: awsVersion, ...opts });
    }

    /** An output of the resource, which the SDK sets on the object by name. */
    output<Value>(name: (typeof outputs)[T][number]): Output<Value> {
        return (this as unknown as Record<string, Output<Value>>)[name] as Output<Value>;
    }
}

/** Reads existing objects from the component's aws provider. */
export function ask<Answer>(token: string, args: Inputs, parent: ComponentResource): Output<Answer> {
    return invokeOutput<Answer>(token, args, { parent, version: awsVersion });
}
