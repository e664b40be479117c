import { createHash } from "node:crypto";

import type { CloudObject } from "../../../cloud/store";
import { Cloud } from "../../../cloud/aws/cloud";
import type { Self } from "../declaring/declaration";
import { capitals } from "../declaring/naming";
import {
    ACCOUNT_ASSIGNMENT,
    PERMISSION_SET,
    PERMISSION_SET_ATTACHMENT,
    PERMISSION_SET_CUSTOMER_ATTACHMENT,
    PERMISSION_SET_INLINE_POLICY,
    ROLE,
} from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

/**
 * What Identity Center does when a permission set changes: it creates or updates its role in each account where the set
 * is assigned, and deletes the role where it is no longer assigned.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
 */
export function provision({ inputs, cloud }: Pick<Self, "inputs" | "cloud">): void {
    const setArn = must(inputs, "permissionSetArn");
    const set = cloud.all(PERMISSION_SET).find(({ state }) => state["arn"] === setArn);
    const assigned = ofSet(ACCOUNT_ASSIGNMENT, setArn, cloud).map(({ state }) => must(state, "targetId"));
    for (const account of new Set([...assigned, text(inputs, "targetId") ?? ""].filter((id) => id !== ""))) {
        const there = new Cloud(cloud.store, cloud.region, account);
        const name = roleName(setArn, set, there);
        if (set !== undefined && name !== undefined && assigned.includes(account)) {
            there.store.put(roleOf(name, set, cloud, there));
        } else if (name !== undefined) {
            there.forget(ROLE, name);
        }
    }
}

/** ARNs in an account of the customer managed policies that a permission set references. */
export function customerPolicies(setArn: string, account: string, cloud: Cloud): string[] {
    return ofSet(PERMISSION_SET_CUSTOMER_ATTACHMENT, setArn, cloud).map(({ state }) => {
        const [name, path] = ["name", "path"].map((key) => text(state, `customerManagedPolicyReference.${key}`));
        return cloud.arn("iam", `policy${path ?? "/"}${name}`, { region: "", account });
    });
}

function ofSet(type: string, setArn: string, cloud: Cloud): CloudObject[] {
    return cloud.all(type).filter(({ state }) => state["permissionSetArn"] === setArn);
}

/** The role's current or future name; the set's own name may be unknown. */
function roleName(setArn: string, set: CloudObject | undefined, there: Cloud): string | undefined {
    const digits = createHash("sha256").update(setArn).digest("hex").slice(0, 16);
    const known = there.all(ROLE).find(({ id }) => id.startsWith("AWSReservedSSO_") && id.endsWith(`_${digits}`));
    return known?.id ?? (set && `AWSReservedSSO_${must(set.state, "name")}_${digits}`);
}

function roleOf(name: string, set: CloudObject, cloud: Cloud, there: Cloud): CloudObject {
    const setArn = must(set.state, "arn");
    const path = `/aws-reserved/sso.amazonaws.com/${cloud.region}/`;
    const arn = (resource: string): string => there.arn("iam", resource, { region: "" });
    const inline = ofSet(PERMISSION_SET_INLINE_POLICY, setArn, cloud).map(({ state }) => ({
        name: "AwsSSOInlinePolicy",
        policy: must(state, "inlinePolicy"),
    }));
    const managed = ofSet(PERMISSION_SET_ATTACHMENT, setArn, cloud).map(({ state }) => must(state, "managedPolicyArn"));
    const provider = arn(`saml-provider/AWSSSO_${name.slice(-16)}_DO_NOT_DELETE`);
    const trust = {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    };
    const [, hours = "0", minutes = "0"] = /^PT(?:(\d+)H)?(?:(\d+)M)?$/.exec(must(set.state, "sessionDuration")) ?? [];
    const inputs = {
        ...{ name, path, assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) },
        maxSessionDuration: Number(hours) * 3600 + Number(minutes) * 60,
        inlinePolicies: inline,
        managedPolicyArns: [...managed, ...customerPolicies(setArn, there.account, cloud)],
    };
    const uniqueId = text(there.state(ROLE, name), "uniqueId") ?? `AROA${capitals(17)}`;
    const state = { ...inputs, arn: arn(`role${path}${name}`), uniqueId, tags: {}, tagsAll: {} };
    return { type: ROLE, id: name, ...there.home(ROLE), inputs, state };
}
