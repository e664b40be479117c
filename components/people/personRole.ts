import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { documentJson, type Statement } from "../identity/document";
import { roleResource, type Identity } from "../identity/identity";

export interface PersonRoleArgs {
    /** ARNs of the IAM users who may assume the role. */
    readonly assumedBy: readonly string[];
    /**
     * How long a session lasts, in hours, 1 to 12.
     * @default 1
     */
    readonly sessionHours?: number | undefined;
    /**
     * ARN of the policy that permits use of the bastion.
     * @default - none: the database is reached without it
     */
    readonly bastionPolicyArn?: pulumi.Input<string> | undefined;
    /**
     * ARN of the policy that permits a shell on the bastion.
     * @default - none
     */
    readonly bastionShellPolicyArn?: pulumi.Input<string> | undefined;
    /**
     * The provider for the database's account, if it is not the program's own.
     * @default - the program's own
     */
    readonly provider?: aws.Provider | undefined;
}

/** The bastion policies to attach to a person's role, keyed by the name of the attachment. */
export function bastionPolicies(
    name: string,
    { bastionPolicyArn, bastionShellPolicyArn }: Pick<PersonRoleArgs, "bastionPolicyArn" | "bastionShellPolicyArn">,
): readonly (readonly [string, pulumi.Input<string>])[] {
    const all = [
        [name, bastionPolicyArn],
        [`${name}-shell`, bastionShellPolicyArn],
    ] as const;
    return all.flatMap(([attachment, arn]) => (arn === undefined ? [] : [[attachment, arn] as const]));
}

/** A role that named users can assume after authenticating with a second factor within the last hour. */
export class PersonRole extends pulumi.ComponentResource implements Identity {
    readonly roleName: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    readonly provider: aws.Provider | undefined;
    readonly ready: readonly pulumi.Resource[] = [];

    constructor(name: string, args: PersonRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:people:PersonRole", name, {}, opts);
        const trust: Statement = {
            Effect: "Allow",
            Principal: { AWS: [...args.assumedBy] },
            Action: "sts:AssumeRole",
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html; the age is in seconds.
            Condition: {
                Bool: { "aws:MultiFactorAuthPresent": "true" },
                NumericLessThan: { "aws:MultiFactorAuthAge": "3600" },
            },
        };
        const role = new aws.iam.Role(
            roleResource(name),
            {
                description: `people: ${name}`,
                assumeRolePolicy: documentJson([trust], "trust"),
                maxSessionDuration: (args.sessionHours ?? 1) * 3600,
            },
            { parent: this, provider: args.provider },
        );
        for (const [attachment, policyArn] of bastionPolicies(name, args)) {
            new aws.iam.RolePolicyAttachment(
                attachment,
                { role: role.name, policyArn },
                { parent: this, provider: args.provider },
            );
        }
        this.roleName = role.name;
        this.roleArn = role.arn;
        this.provider = args.provider;
        this.registerOutputs({ roleArn: this.roleArn });
    }
}
