import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../toolkit/arn";

/**
 * A provider for another account, which assumes a role there with the program's own credentials.
 *
 * @param role ARN of the role, which the program may assume
 */
export function accountProvider(
    name: string,
    role: string,
    region: pulumi.Input<string>,
    opts?: pulumi.CustomResourceOptions,
): aws.Provider {
    return new aws.Provider(
        name,
        {
            region: region as pulumi.Input<aws.Region>,
            profile: aws.config.profile,
            // Roles that the default provider assumes according to the stack's config come first.
            assumeRoles: [...(aws.config.assumeRoles ?? []), { roleArn: role }],
            defaultTags: aws.config.defaultTags,
            // Prevents the use of any other account by mistake.
            allowedAccountIds: [accountOf(role)],
        },
        opts,
    );
}
