import { createRequire } from "node:module";

import type * as Iam from "../../policy/iam";
import type { CloudObject } from "../cloud/store";
import type { Cloud } from "../cloud/aws/cloud";
import { POLICY, ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT } from "../cloud/aws/tokens";
import { must, records, text, texts } from "../cloud/aws/values";
import { awsPolicyPath, awsPolicyStatements } from "../../policy/iam/managed";

/** Loaded on first use: rarely needed and slow to load. */
const load = createRequire(__filename);

/** One request to a service. */
export interface Call {
    readonly action: string;
    readonly resource: string;
    /** Condition keys of the request. */
    readonly context?: Readonly<Record<string, string>>;
}

/** Whether a role's inline and attached policies allow a request. */
export function mayCall(roleArn: string, { action, resource, context = {} }: Call, cloud: Cloud): boolean {
    const role = cloud.locate(ROLE, roleArn);
    if (role === undefined) {
        return false;
    }
    const { permits } = load("../../policy/iam") as typeof Iam;
    return permits(permissionsOf(role, cloud), { action, resource, context });
}

/** Whether a role lets an AWS service assume it. */
export function trusts(
    roleArn: string,
    service: string,
    cloud: Cloud,
    { context = {} }: Pick<Iam.Request, "context"> = {},
): boolean {
    return admits(
        roleArn,
        [{ action: "sts:AssumeRole", principal: { type: "Service", value: service }, context }],
        cloud,
    );
}

/** Whether a role lets EKS Pod Identity assume it for a service account's pods. */
export function trustsPodIdentity(roleArn: string, pods: Iam.PodIdentitySubject, cloud: Cloud): boolean {
    const { podIdentityRequests } = load("../../policy/iam") as typeof Iam;
    return admits(roleArn, podIdentityRequests(pods), cloud);
}

function admits(roleArn: string, requests: readonly Iam.Request[], cloud: Cloud): boolean {
    const document = text(cloud.locate(ROLE, roleArn)?.state ?? {}, "assumeRolePolicy");
    if (document === undefined) {
        return false;
    }
    const { isAllowed, parseDocument } = load("../../policy/iam") as typeof Iam;
    const trust = parseDocument(document, "trust");
    return requests.every((request) => isAllowed([trust], request));
}

/**
 * The condition keys of a service's request on behalf of a resource.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
export function onBehalfOf(arn: string, cloud: Cloud): Pick<Iam.Request, "context"> {
    return { context: { "aws:SourceAccount": cloud.account, "aws:SourceArn": arn } };
}

/** A role's policies within its permissions boundary; `cloud` is the role's own account. */
export function permissionsOf(role: CloudObject, cloud: Cloud): Iam.Permissions {
    const boundary = boundaryOf(role, cloud);
    return { policies: policiesOf(role, cloud), limits: boundary === undefined ? [] : [boundary] };
}

/** A role's permissions boundary; if its policy was deleted, it allows nothing. */
function boundaryOf(role: CloudObject, cloud: Cloud): Iam.Document | undefined {
    const arn = text(role.state, "permissionsBoundary");
    if (arn === undefined) {
        return undefined;
    }
    const { parseDocument } = load("../../policy/iam") as typeof Iam;
    const document = managedDocument(arn) ?? text(cloud.state(POLICY, arn), "policy");
    return parseDocument(document ?? { Version: "2012-10-17", Statement: [] }, "identity");
}

/** A role's inline and attached policies. */
function policiesOf(role: CloudObject, cloud: Cloud): Iam.Document[] {
    const beside = cloud.all(ROLE_POLICY_ATTACHMENT).filter(({ state }) => state["role"] === role.id);
    const attached = [
        ...texts(role.state, "managedPolicyArns"),
        ...beside.flatMap(({ state }) => texts(state, "policyArn")),
    ];
    const documents = [
        ...inlinePoliciesOf(role.id, undefined, cloud).map(({ policy }) => policy),
        ...attached.map((arn) => managedDocument(arn) ?? text(cloud.state(POLICY, arn), "policy")),
    ];
    const { parseDocument } = load("../../policy/iam") as typeof Iam;
    return documents
        .filter((document) => document !== undefined)
        .map((document) => parseDocument(document, "identity"));
}

/** A role's inline policies, declared in it or separately; `except` omits one resource. */
export function inlinePoliciesOf(
    name: string,
    except: string | undefined,
    cloud: Cloud,
): { name: string; policy: string }[] {
    const within = records(cloud.state(ROLE, name), "inlinePolicies");
    const beside = cloud.all(ROLE_POLICY).filter(({ id, state }) => id !== except && state["role"] === name);
    return [...within, ...beside.map(({ state }) => state)].map((each) => ({
        name: must(each, "name"),
        policy: must(each, "policy"),
    }));
}

/** The document of an AWS managed policy, as far as the sandbox needs it; undefined for any other policy. */
function managedDocument(arn: string): object | undefined {
    return awsPolicyPath(arn) === undefined
        ? undefined
        : { Version: "2012-10-17", Statement: awsPolicyStatements(arn) ?? [] };
}
