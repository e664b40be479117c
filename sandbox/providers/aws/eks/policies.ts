import type { Self } from "../declaring/declaration";
import { ROLE, ROLE_POLICY_ATTACHMENT } from "../../../cloud/aws/tokens";
import { must } from "../../../cloud/aws/values";

/** Whether a role has these managed policies of AWS. */
export function hasPolicies(roleArn: string, names: readonly string[], { cloud }: Pick<Self, "cloud">): boolean {
    const role = cloud.locate(ROLE, roleArn);
    const attached = cloud
        .all(ROLE_POLICY_ATTACHMENT)
        .filter(({ state }) => state["role"] === role?.id)
        .map(({ state }) => must(state, "policyArn").replace(/^.*\//, ""));
    return names.every((name) => attached.includes(name));
}
