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
    return permits({ policies: () => policiesOf(role, cloud), boundary: () => boundaryOf(role, cloud) }, { action, resource, context });
}

/** Whether a role's policies allow a request, and its permissions boundary, where it has one, does so too. */
export function permits(role: { policies(): Iam.Document[]; boundary(): Iam.Document | undefined }, request: Iam.Request): boolean {
    const { isAllowed } = load("../../../../policy/iam") as typeof Iam;
    const boundary = role.boundary();
    return isAllowed(role.policies(), request) && (boundary === undefined || isAllowed([boundary], request));
}

/** A role's permissions boundary; one whose policy is gone allows nothing. `cloud` is the role's own account. */
export function boundaryOf(role: CloudObject, cloud: Cloud): Iam.Document | undefined {
    const arn = text(role.state, "permissionsBoundary");
    if (arn === undefined) {
        return undefined;
    }
    const { parseDocument } = load("../../../../policy/iam") as typeof Iam;
    const document = managedDocument(arn) ?? text(cloud.state(POLICY, arn), "policy");
    return parseDocument(document ?? { Version: "2012-10-17", Statement: [] }, "identity");
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
