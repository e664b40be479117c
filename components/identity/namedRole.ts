import * as pulumi from "@pulumi/pulumi";
import type { Identity } from "./identity";

/** An IAM role that somebody else made, by its ARN: `arn:<partition>:iam::<account>:role/<path><name>`. */
export function namedRole(arn: string): Identity {
    return { roleName: pulumi.output(arn.slice(arn.lastIndexOf("/") + 1)), roleArn: pulumi.output(arn), ready: [] };
}
