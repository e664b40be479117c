import { awsPolicyPath, isAwsPolicy } from "../../../../policy/iam/managed";
import type { CloudObject } from "../../../cloud/store";
import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import { POLICY } from "../../../cloud/aws/tokens";

/** An AWS managed policy, as an object of the store. */
export function managedPolicy(arn: string, cloud: Cloud): CloudObject | undefined {
    const name = awsPolicyPath(arn);
    if (name === undefined || !isAwsPolicy(name) || parseArn(arn)?.partition !== cloud.partition.id) {
        return undefined;
    }
    const path = `/${name.slice(0, name.lastIndexOf("/") + 1)}`;
    return {
        type: POLICY,
        id: arn,
        ...cloud.home(POLICY),
        account: "aws",
        inputs: {},
        state: { arn, name: name.slice(path.length - 1), path },
    };
}
