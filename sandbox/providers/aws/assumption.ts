import { isAllowed, parseDocument, permits } from "../../../policy/iam";
import type { Store } from "../../cloud/store";
import { developerArn } from "../../identity/caller";
import { deployerPermissions } from "../../identity/deployer";
import { findRole } from "../../identity/roles";
import type { Props } from "../../cloud/props";
import { parseArn } from "../../../toolkit/arn";
import { texts } from "../../cloud/aws/values";

/**
 * The error of STS if a provider instance cannot assume the roles of its configuration one after another, because one
 * does not exist or does not trust the one before; undefined if it can. The chain starts with the sandbox's developer.
 */
export function refusedAssumption(config: Props, store: Store): string | undefined {
    const own = deployerPermissions("");
    let mayGoOn = (resource: string): boolean =>
        own === undefined || permits(own, { action: "sts:AssumeRole", resource });
    let caller = "";
    for (const arn of texts(config, "assumeRoles.roleArn")) {
        caller ||= developerArn(parseArn(arn)?.partition);
        const role = findRole(store, arn);
        const request = { action: "sts:AssumeRole", principal: { type: "AWS" as const, value: caller } };
        if (role === undefined || !isAllowed([parseDocument(role.trust, "trust")], request) || !mayGoOn(arn)) {
            const what = `${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`;
            return `Cannot assume IAM Role: IAM Role (${arn}) cannot be assumed: api error AccessDenied: User: ${what}`;
        }
        mayGoOn = (resource) => permits(role.permissions(), { action: "sts:AssumeRole", resource });
        caller = role.arn;
    }
    return undefined;
}
