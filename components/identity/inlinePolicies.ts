import * as pulumi from "@pulumi/pulumi";
import { limits } from "./document";

/** How many characters are in each role's policies so far, by the object that stands for the role. */
const written = new WeakMap<object, pulumi.Output<number>>();

/**
 * A policy to put into a role beside all that were put into it before: IAM takes so many characters in all of them together
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 *
 * @param role stands for the role, the same object for each of its policies
 * @param name what the error calls the role
 * @throws pulumi.RunError when IAM would refuse the policy for what is in the role already
 */
export function inlinePolicy(role: object, name: string, document: pulumi.Output<string>): pulumi.Output<string> {
    const sum = pulumi.all([written.get(role) ?? 0, document]).apply(([before, json]) => before + json.length);
    written.set(role, sum);
    return pulumi.all([document, sum]).apply(([json, characters]) => {
        if (characters > limits.rolePolicy) {
            throw new pulumi.RunError(
                `the policies within ${name} come to ${characters} characters, IAM takes ${limits.rolePolicy} in all of one role together: split its users over several roles`,
            );
        }
        return json;
    });
}
