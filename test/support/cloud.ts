import { randomUUID } from "node:crypto";

import { Store } from "../../sandbox/cloud/store";
import type { JsonProps } from "../../sandbox/cloud/store";

/** A small stand-in cloud, written directly to the store, like the result of `pulumi up`. */
export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const REGION = "eu-central-1";
export const ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789";
export const CLUSTER_ARN = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/apps`;

const ENDPOINT = "0123456789ABCDEF0123456789ABCDEF";

export function put(type: string, id: string, state: JsonProps, { account = ACCOUNT, region = REGION } = {}): void {
    new Store().put({ type, id, region, account, inputs: state, state });
}

/** The EKS cluster `apps`, and IAM's provider for it, in one account or more. */
export function putCluster(...accounts: readonly string[]): void {
    put("aws:eks/cluster:Cluster", "apps", {
        ...{ name: "apps", arn: CLUSTER_ARN, endpoint: `https://${ENDPOINT}.gr7.${REGION}.eks.amazonaws.com` },
        identities: [{ oidcs: [{ issuer: `https://${ISSUER}` }] }],
    });
    for (const account of accounts.length === 0 ? [ACCOUNT] : accounts) {
        const arn = providerArn(account);
        const place = { account, region: "aws-global" };
        put(
            "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
            arn,
            { arn, url: ISSUER, clientIdLists: ["sts.amazonaws.com"] },
            place,
        );
    }
}

export function providerArn(account = ACCOUNT): string {
    return `arn:aws:iam::${account}:oidc-provider/${ISSUER}`;
}

/** A service account; with a role, annotated for IRSA. */
export function putServiceAccount(namespace: string, name: string, roleArn?: string): void {
    const annotations: Record<string, string> = roleArn === undefined ? {} : { "eks.amazonaws.com/role-arn": roleArn };
    const metadata = { namespace, name, uid: randomUUID(), annotations };
    put("kubernetes:core/v1:ServiceAccount", `apps:${ENDPOINT}/${namespace}/${name}`, { metadata });
}

export function roleArn(name: string, account = ACCOUNT): string {
    return `arn:aws:iam::${account}:role/${name}`;
}

let made = 0;

/** A role with a trust and an inline policy of these statements. */
export function putRole(
    name: string,
    trust: object | readonly object[],
    statements: readonly object[] = [],
    {
        account = ACCOUNT,
        maxSessionDuration = 3600,
        ...more
    }: { account?: string; maxSessionDuration?: number; permissionsBoundary?: string } = {},
): string {
    const arn = roleArn(name, account);
    const document = (Statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement });
    made += 1;
    const place = { account, region: "aws-global" };
    const state = {
        name,
        arn,
        uniqueId: `AROA${String(made).padStart(17, "A")}`,
        maxSessionDuration,
        assumeRolePolicy: document(trust),
        ...more,
    };
    put("aws:iam/role:Role", name, state, place);
    if (statements.length > 0) {
        put(
            "aws:iam/rolePolicy:RolePolicy",
            `${name}:own`,
            { name: "own", role: name, policy: document(statements) },
            place,
        );
    }
    return arn;
}

/** A policy without attachments. */
export function putPolicy(name: string, statements: readonly object[], account = ACCOUNT): string {
    const arn = `arn:aws:iam::${account}:policy/${name}`;
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    put("aws:iam/policy:Policy", arn, { arn, name, policy }, { account, region: "aws-global" });
    return arn;
}

/** Trust in a service account, by IRSA. */
export function irsaTrust(namespace: string, name: string, account = ACCOUNT): object {
    return {
        ...{ Effect: "Allow", Principal: { Federated: providerArn(account) }, Action: "sts:AssumeRoleWithWebIdentity" },
        Condition: {
            StringEquals: {
                [`${ISSUER}:sub`]: `system:serviceaccount:${namespace}:${name}`,
                [`${ISSUER}:aud`]: "sts.amazonaws.com",
            },
        },
    };
}

/** Trust in a service account, by EKS Pod Identity. */
export function podTrust(namespace: string, name: string): object {
    return {
        ...{
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
        },
        Condition: {
            StringEquals: {
                "aws:RequestTag/eks-cluster-arn": CLUSTER_ARN,
                "aws:RequestTag/kubernetes-namespace": namespace,
                "aws:RequestTag/kubernetes-service-account": name,
            },
        },
    };
}

/** @param source the ARNs that the service may request the role for, as components/identity/computeIdentity.ts writes them */
export function serviceTrust(service: string, source?: string, account = ACCOUNT): object {
    const Condition = { StringEquals: { "aws:SourceAccount": account }, ArnLike: { "aws:SourceArn": source } };
    return {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(source !== undefined && { Condition }),
    };
}

export function putAssociation(namespace: string, serviceAccount: string, role: string, more: JsonProps = {}): void {
    const externalId = [REGION, ACCOUNT, "apps", namespace, serviceAccount].join("/");
    const state = {
        clusterName: "apps",
        namespace,
        serviceAccount,
        roleArn: role,
        externalId,
        disableSessionTags: false,
        ...more,
    };
    put("aws:eks/podIdentityAssociation:PodIdentityAssociation", `a-${namespace}-${serviceAccount}`, state);
}

export function connectStatement(resourceId: string, user: string, account = ACCOUNT): object {
    return {
        Effect: "Allow",
        Action: "rds-db:connect",
        Resource: `arn:aws:rds-db:${REGION}:${account}:dbuser:${resourceId}/${user}`,
    };
}
