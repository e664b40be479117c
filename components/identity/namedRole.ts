import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Identity } from "./identity";

/**
 * An existing IAM role that this program does not create, by its ARN: `arn:<partition>:iam::<account>:role/<path><name>`.
 *
 * @param provider for the role's account, if it is not the program's own
 */
export function namedRole(arn: string, provider?: aws.Provider): Identity {
    return {
        roleName: pulumi.output(arn.slice(arn.lastIndexOf("/") + 1)),
        roleArn: pulumi.output(arn),
        provider,
        ready: [],
    };
}
