import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { nameIn } from "../identity/arn";
import type { PermissionSetIdentity } from "../identity/identity";
import { autonameLength, fit } from "../names";
import { bastionPolicies } from "./personRole";

/** The users and groups that sign in through IAM Identity Center, by their ids in its directory. */
export interface Assigned {
    readonly users: readonly string[];
    /** Their members share one login in the database. */
    readonly groups: readonly string[];
}

export interface PersonPermissionSetArgs {
    readonly assigned: Assigned;
    /**
     * How long a session lasts, in hours, 1 to 12.
     * @default 1
     */
    readonly sessionHours?: number | undefined;
    /**
     * ARN of the policy that permits use of the bastion, in the account of the database.
     * @default - none: the database is reached without it
     */
    readonly bastionPolicyArn?: pulumi.Input<string> | undefined;
    /**
     * ARN of the policy that permits a shell on the bastion.
     * @default - none
     */
    readonly bastionShellPolicyArn?: pulumi.Input<string> | undefined;
    /**
     * The provider for the account and region in which Identity Center is administered.
     * @default - the program's own
     */
    readonly identityCenter?: aws.Provider | undefined;
    /**
     * The provider for the database's account.
     * @default - the program's own
     */
    readonly databaseAccount?: aws.Provider | undefined;
}

/**
 * A permission set of IAM Identity Center, assigned to people in the database's account. Identity Center creates its
 * role, which no other principal can assume, and requires MFA. A grant defines its permissions beyond the bastion.
 */
export class PersonPermissionSet extends pulumi.ComponentResource implements PermissionSetIdentity {
    readonly permissionSetArn: pulumi.Output<string>;
    readonly instanceArn: pulumi.Output<string>;
    readonly settled: readonly pulumi.Resource[];
    readonly roleArn: pulumi.Output<string>;
    readonly identityCenter: aws.Provider | undefined;
    readonly provider: aws.Provider | undefined;

    constructor(name: string, args: PersonPermissionSetArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:people:PersonPermissionSet", name, {}, opts);
        const { assigned, identityCenter: provider } = args;
        const there = { parent: this, provider };
        const instanceArn = accountLookups(this, provider).identityCenters.apply(onlyInstance);
        const set = new aws.ssoadmin.PermissionSet(
            fit(name, permissionSetLength - autonameLength),
            { instanceArn, description: `people: ${name}`, sessionDuration: `PT${args.sessionHours ?? 1}H` },
            there,
        );
        const permissionSetArn = set.arn;
        const { accountId, partition } = accountLookups(this, args.databaseAccount);
        const assignments = (
            [
                ["USER", assigned.users],
                ["GROUP", assigned.groups],
            ] as const
        ).flatMap(([kind, ids]) =>
            ids.map(
                (principalId) =>
                    new aws.ssoadmin.AccountAssignment(
                        `${name}-${principalId}`,
                        {
                            instanceArn,
                            permissionSetArn,
                            principalType: kind,
                            principalId,
                            targetType: "AWS_ACCOUNT",
                            targetId: accountId,
                        },
                        there,
                    ),
            ),
        );
        // Each attachment provisions the set to the accounts assigned by then, and Identity Center refuses two such changes at
        // once: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ssoadmin_customer_managed_policy_attachment
        const settled: pulumi.Resource[] = [...assignments];
        for (const [attachment, arn] of bastionPolicies(name, args)) {
            const last = new aws.ssoadmin.CustomerManagedPolicyAttachment(
                attachment,
                {
                    instanceArn,
                    permissionSetArn,
                    customerManagedPolicyReference: { name: pulumi.output(arn).apply(nameIn), path: "/" },
                },
                { ...there, dependsOn: [...settled] },
            );
            settled.push(last);
        }
        this.settled = settled;
        this.permissionSetArn = permissionSetArn;
        this.instanceArn = instanceArn;
        this.roleArn = pulumi.interpolate`arn:${partition}:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_${set.name}_*`;
        this.identityCenter = provider;
        this.provider = args.databaseAccount;
        this.registerOutputs({ roleArn: this.roleArn });
    }
}

/** Identity Center's limit: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html */
const permissionSetLength = 32;

/** @throws pulumi.RunError if Identity Center is not in the given account and region */
export function onlyInstance(arns: readonly string[]): string {
    const [arn] = arns;
    if (arn === undefined) {
        throw new pulumi.RunError(
            "access.people: this account has no IAM Identity Center in this region; name a role of the account that administers it, and its region, in access.identityCenter",
        );
    }
    return arn;
}
