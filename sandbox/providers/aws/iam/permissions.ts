import { createRequire } from "node:module";

import type * as Iam from "../../../../policy/iam";
import type { CloudObject } from "../../../cloud/store";
import type { Cloud } from "../cloud";
import { POLICY, ROLE, ROLE_POLICY_ATTACHMENT } from "../tokens";
import { text, texts } from "../values";
import { managedDocument } from "./managed";
import { inlinePoliciesOf } from "./role";

/** Rarely asked, and not light to load: a provider starts without it. */
const load = createRequire(__filename);

/** One request to a service. */
export interface Call {
    readonly action: string;
    readonly resource: string;
    /** Condition keys of the request. */
    readonly context?: Readonly<Record<string, string>>;
}

/** Whether a role's policies, inside it and attached to it, allow a request. */
export function mayCall(roleArn: string, { action, resource, context = {} }: Call, cloud: Cloud): boolean {
    const role = cloud.locate(ROLE, roleArn);
    if (role === undefined) {
        return false;
    }
    const { isAllowed } = load("../../../../policy/iam") as typeof Iam;
    return isAllowed(policiesOf(role, cloud), { action, resource, context });
}

/** A role's policies, inside it and attached to it; `cloud` is the role's own account. */
export function policiesOf(role: CloudObject, cloud: Cloud): Iam.Document[] {
    const beside = cloud.all(ROLE_POLICY_ATTACHMENT).filter(({ state }) => state["role"] === role.id);
    const attached = [
        ...texts(role.state, "managedPolicyArns"),
        ...beside.flatMap(({ state }) => texts(state, "policyArn")),
    ];
    const documents = [
        ...inlinePoliciesOf(role.id, undefined, cloud).map(({ policy }) => policy),
        ...attached.map((arn) => managedDocument(arn) ?? text(cloud.state(POLICY, arn), "policy")),
    ];
    const { parseDocument } = load("../../../../policy/iam") as typeof Iam;
    return documents.filter((document) => document !== undefined).map((document) => parseDocument(document, "identity"));
}
