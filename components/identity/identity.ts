import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autonameLength, fit } from "../names";

/** Someone known to IAM by a role. */
export interface Identity {
    /** The role that permissions are given to, and that the database sees. */
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** For the account that the role is in, unless it is the program's own. */
    readonly provider?: aws.Provider | undefined;
    /** What must exist before a program starts as this identity: what comes later does not reach a pod that runs already. */
    readonly ready: readonly pulumi.Resource[];
    /**
     * What EKS gives a pod when it is created, as a text that changes with it: pods with another text must be recreated.
     * @default - not a pod's identity
     */
    readonly credentials?: pulumi.Output<string> | undefined;
}

/** Someone known to IAM Identity Center, who gets a role by a permission set: permissions are given to the set. */
export interface PermissionSetIdentity {
    readonly permissionSetArn: pulumi.Output<string>;
    /** Of the instance of Identity Center that has it. */
    readonly instanceArn: pulumi.Output<string>;
    /** A pattern of the role's ARN: Identity Center ends its name with digits of its own. */
    readonly roleArn: pulumi.Output<string>;
    /** What must be done with the set before its policy: Identity Center makes one change of a set at a time. */
    readonly settled: readonly pulumi.Resource[];
    /** For the account and region in which Identity Center is administered, unless they are the program's own. */
    readonly identityCenter?: aws.Provider | undefined;
    /** For the account that the role is in, unless it is the program's own. */
    readonly provider?: aws.Provider | undefined;
}

/** IAM's limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleNameLength = 64;

/** A resource name from which Pulumi makes a role's name that IAM takes. */
export function roleResource(name: string): string {
    return fit(name, roleNameLength - autonameLength);
}
