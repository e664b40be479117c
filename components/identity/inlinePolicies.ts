import * as pulumi from "@pulumi/pulumi";
import { limits } from "./document";

/** The total length of each role's policies so far, by the object that represents the role. */
const written = new WeakMap<object, pulumi.Output<number>>();

/**
 * An inline policy for a role, checked together with those already in the role: IAM limits their total length
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
 *
 * @param role represents the role: the same object for each of its policies
 * @param name the role's name in the error
 * @throws pulumi.RunError when the policy exceeds the limit together with those already in the role
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
