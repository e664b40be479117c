// Deep imports: @pulumi/pulumi itself loads the TypeScript compiler and the Automation API, half a second at each start.
import { version as awsVersion } from "@pulumi/aws/package.json";
import { invokeOutput } from "@pulumi/pulumi/runtime/invoke";
import { CustomResource } from "@pulumi/pulumi/resource";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ComponentResource, CustomResourceOptions } from "@pulumi/pulumi/resource";

/** AWS resources that the components make, and those of their outputs that the components read. */
const outputs = {
    "aws:ec2/launchTemplate:LaunchTemplate": ["latestVersion"],
    "aws:ec2/securityGroup:SecurityGroup": [],
    "aws:ec2/securityGroupRule:SecurityGroupRule": ["securityGroupRuleId"],
    "aws:eks/accessEntry:AccessEntry": [],
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": [],
    "aws:eks/addon:Addon": [],
    "aws:eks/cluster:Cluster": ["accessConfig", "arn", "certificateAuthority", "endpoint", "identities", "name", "version", "vpcConfig"],
    "aws:eks/nodeGroup:NodeGroup": [],
    "aws:iam/instanceProfile:InstanceProfile": [],
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": ["arn"],
    "aws:iam/role:Role": ["arn", "name"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [],
} as const;

export type AwsType = keyof typeof outputs;
export const awsTypes = Object.keys(outputs) as AwsType[];

/**
 * A resource of the aws package without its SDK: the engine needs no more than the type, the arguments and the version.
 * References to it arrive in the program as the SDK's own classes.
 */
export class Child<T extends AwsType = AwsType> extends CustomResource {
    constructor(type: T, name: string, args: Inputs, opts: CustomResourceOptions) {
        const read = Object.fromEntries(outputs[type].map((each) => [each, undefined]));
        super(type, name, { ...read, ...args }, { version: awsVersion, ...opts });
    }

    /** An output of the resource; the SDK has put it onto the object under its name. */
    output<Value>(name: (typeof outputs)[T][number]): Output<Value> {
        return (this as unknown as Record<string, Output<Value>>)[name] as Output<Value>;
    }
}

/** Asks the aws provider that the component was given for what exists already. */
export function ask<Answer>(token: string, args: Inputs, parent: ComponentResource): Output<Answer> {
    return invokeOutput<Answer>(token, args, { parent, version: awsVersion });
}
