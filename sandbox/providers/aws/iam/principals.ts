import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import { OIDC_PROVIDER, ROLE, USER } from "../../../cloud/aws/tokens";
import { parsed } from "../../../cloud/aws/values";
import { statementsOf, textsOf } from "./document";
import { isProps } from "../../../cloud/props";

/**
 * The first principal of a document that does not exist: IAM stores principals by unique id and therefore resolves each
 * one. Accounts without objects in the stand-in are not checked, because their principals are unknown here.
 */
export function missingPrincipal(document: string | undefined, cloud: Cloud): string | undefined {
    for (const statement of statementsOf(parsed(document ?? ""))) {
        const principal = statement["Principal"];
        const named = isProps(principal) ? principal : {};
        const identity = textsOf(named["AWS"]).find((value) => !identityExists(value, cloud));
        if (identity !== undefined) {
            return `MalformedPolicyDocument: Invalid principal in policy: "AWS":${JSON.stringify(identity)}`;
        }
        const provider = textsOf(named["Federated"]).find(
            (value) =>
                value.includes(":oidc-provider/") &&
                isOurs(value, cloud) &&
                cloud.locate(OIDC_PROVIDER, value) === undefined,
        );
        if (provider !== undefined) {
            return `MalformedPolicyDocument: Invalid principal in policy: "FEDERATED":${JSON.stringify(provider)}`;
        }
    }
    return undefined;
}

function identityExists(value: string, cloud: Cloud): boolean {
    const type = { role: ROLE, user: USER }[parseArn(value)?.resource.split("/")[0] ?? ""];
    return type === undefined || !isKnown(value, cloud) || cloud.locate(type, value) !== undefined;
}

/** True for an ARN in an account that has roles here. */
function isKnown(arn: string, cloud: Cloud): boolean {
    const account = parseArn(arn)?.account;
    return isOurs(arn, cloud) || (account !== undefined && cloud.store.list(ROLE, { account }).length > 0);
}

function isOurs(arn: string, cloud: Cloud): boolean {
    return parseArn(arn)?.account === cloud.account;
}
