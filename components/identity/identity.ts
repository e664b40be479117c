import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autonameLength, fit, roleNameLength } from "../names";

/** A principal with an IAM role. */
export interface Identity {
    /** The role that has the permissions, and with which the principal signs in to the database. */
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** The provider for the role's account, if it is not the program's own. */
    readonly provider?: aws.Provider | undefined;
    /** Resources that must exist before a workload starts with this identity: later changes do not reach a running pod. */
    readonly ready: readonly pulumi.Resource[];
    /** @default - not a pod's identity */
    readonly credentials?: PodCredentials | undefined;
}

/** How the pods of a service account get credentials. */
export type PodCredentials = {
    /** A text that changes with the credentials: pods with a different text must be recreated. */
    readonly version: pulumi.Input<string>;
} & ({ readonly kind: "irsa"; readonly roleArn: pulumi.Input<string> } | { readonly kind: "podIdentity" });

/** A principal in IAM Identity Center, which gets its role through a permission set: the set has the permissions. */
export interface PermissionSetIdentity {
    readonly permissionSetArn: pulumi.Output<string>;
    /** ARN of the Identity Center instance that contains it. */
    readonly instanceArn: pulumi.Output<string>;
    /** A pattern of the role's ARN: Identity Center appends random digits to its name. */
    readonly roleArn: pulumi.Output<string>;
    /** Changes to the set that must precede its policy: Identity Center allows one change of a set at a time. */
    readonly settled: readonly pulumi.Resource[];
    /** The provider for the account and region in which Identity Center is administered, if they are not the program's own. */
    readonly identityCenter?: aws.Provider | undefined;
    /** The provider for the role's account, if it is not the program's own. */
    readonly provider?: aws.Provider | undefined;
}

/** A resource name from which Pulumi generates a role name that IAM accepts. */
export function roleResource(name: string): string {
    return fit(name, roleNameLength - autonameLength);
}
