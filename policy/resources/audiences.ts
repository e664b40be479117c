import { isUnknown, items } from "./unknownValues";
import type { Resource } from "./resource";

/** The argument in which each type of OIDC provider lists its audiences. */
const lists: Readonly<Record<string, string>> = {
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "clientIdLists",
    "aws-native:iam:OidcProvider": "clientIdList",
};

export const audienceTypes: readonly string[] = Object.keys(lists);

/** The audiences of a stack's OIDC providers, by ARN; undefined for a provider whose list is not known. */
export function audiencesIn(resources: readonly Resource[]): (provider: string) => readonly string[] | undefined {
    const known = new Map<string, readonly string[]>();
    for (const { type, props } of resources) {
        const list = lists[type];
        const audiences = list === undefined ? [] : items(props[list]);
        const { arn } = props;
        if (
            typeof arn === "string" &&
            !isUnknown(arn) &&
            audiences.length > 0 &&
            audiences.every((one) => typeof one === "string" && !isUnknown(one))
        ) {
            known.set(arn, audiences as string[]);
        }
    }
    return (provider) => known.get(provider);
}
