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
}

/** IAM's limit: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const roleNameLength = 64;

/** A resource name from which Pulumi makes a role's name that IAM takes. */
export function roleResource(name: string): string {
    return fit(name, roleNameLength - autonameLength);
}
