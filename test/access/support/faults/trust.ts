import type { Edit } from "../edit";
import { ACCOUNT, ISSUER } from "../stack";
import { fault, roleArn } from "./fault";
import type { Fault } from "./fault";

const pods = (statement: Record<string, unknown> = {}): Record<string, unknown> => ({
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
    ...statement,
});
const associate = (edit: Edit, more: object = {}): Edit =>
    edit.add("aws:eks/podIdentityAssociation:PodIdentityAssociation", "batch", {
        clusterName: "eks",
        namespace: "batch",
        serviceAccount: "batch",
        roleArn: roleArn("shop"),
        ...more,
    });
const chain = (edit: Edit, Action: readonly string[]): Edit => {
    const statement = { Effect: "Allow", Action };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Resource: roleArn("shop") }] });
    const trust = pods({
        Condition: {
            StringEquals: { "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:eu-central-1:${ACCOUNT}:cluster/eks` },
        },
    });
    return edit
        .alsoTrust("shop", {
            ...statement,
            Action: ["sts:AssumeRole", "sts:TagSession"],
            Principal: { AWS: roleArn("batch") },
        })
        .add(
            "aws:iam/role:Role",
            "batch",
            { name: "batch", assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }) },
            { outputs: { arn: roleArn("batch") } },
        )
        .add("aws:iam/rolePolicy:RolePolicy", "batch", { role: "batch", policy })
        .add("aws:eks/podIdentityAssociation:PodIdentityAssociation", "batch", {
            clusterName: "eks",
            namespace: "batch",
            serviceAccount: "batch",
            roleArn: roleArn("batch"),
            targetRoleArn: roleArn("shop"),
        });
};
const condition = (operator: string, sub: string, aud = "sts.amazonaws.com"): Record<string, unknown> => ({
    Condition: { [operator]: { [`${ISSUER}:sub`]: sub, [`${ISSUER}:aud`]: aud } },
});

/** Faults in the principals that may assume a role. */
export const trustFaults: readonly Fault[] = [
    fault(
        "the trust has no condition",
        (edit) => edit.trust("shop", { Condition: undefined }),
        "+ any principal with a token of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF → aurora/app/shop: write (crosses, wildcard)",
        "+ billing/billing → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the trust takes every subject",
        (edit) => edit.trust("shop", condition("StringLike", "system:serviceaccount:*:*")),
        "+ any principal with a token of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF → aurora/app/shop: write (crosses, wildcard)",
        "+ billing/billing → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the trust names another tenant's service account",
        (edit) => edit.trust("shop", condition("StringEquals", "system:serviceaccount:billing:billing")),
        "+ billing/billing → aurora/app/shop: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: it names system:serviceaccount:billing:billing of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF for sts.amazonaws.com",
    ),
    fault(
        "the trust contains a wildcard where none works",
        (edit) => edit.trust("shop", condition("StringEquals", "system:serviceaccount:shop:*")),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: it names system:serviceaccount:shop:* of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF for sts.amazonaws.com",
    ),
    fault(
        "the trust asks for another audience",
        (edit) => edit.trust("shop", condition("StringEquals", "system:serviceaccount:shop:shop", "vault")),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: it names system:serviceaccount:shop:shop of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF for vault",
    ),
    fault(
        "the trust names another cluster's issuer",
        (edit) => edit.trust("shop", {}, "oidc.eks.eu-central-1.amazonaws.com/id/OTHER"),
        "+ shop/shop of oidc.eks.eu-central-1.amazonaws.com/id/OTHER → aurora/app/shop: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: it names system:serviceaccount:shop:shop of oidc.eks.eu-central-1.amazonaws.com/id/OTHER for sts.amazonaws.com",
    ),
    fault(
        "the OIDC provider does not know the audience",
        (edit) => edit.set("oidc", "eks", { clientIdLists: ["vault"] }),
        "- billing/billing → aurora/app/billing: write",
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: its OIDC provider does not list the audience sts.amazonaws.com",
        "! billing/billing → billing_app: the trust of aws:Role billing does not admit system:serviceaccount:billing:billing of cluster eks: its OIDC provider does not list the audience sts.amazonaws.com",
    ),
    fault(
        "the role is in an account that does not know the OIDC provider",
        (edit) =>
            edit.set("role", "shop", { arn: "arn:aws:iam::444455556666:role/shop" }).set("account", "shop", {
                metadata: {
                    name: "shop",
                    namespace: "shop",
                    annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::444455556666:role/shop" },
                },
            }),
        "- shop/shop → aurora/app/shop: write",
        "! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: account 444455556666 does not know its OIDC provider; aws:Role shop may connect to cluster-ABCDEFGHIJKL as shop_app, but a database lets in no identity of another account",
    ),
    fault(
        "Pod Identity goes on to the role by way of another",
        (edit) => chain(edit, ["sts:AssumeRole", "sts:TagSession"]),
        "+ batch/batch → aurora/app/shop: write (crosses)",
    ),
    fault(
        "Pod Identity goes on to a role whose trust names the session tags",
        (edit) => {
            const tags = { "aws:RequestTag/kubernetes-namespace": "batch", "aws:PrincipalTag/eks-cluster-name": "eks" };
            const statement = { Effect: "Allow", Action: ["sts:AssumeRole", "sts:TagSession"] };
            const trusted = { ...statement, Principal: { AWS: roleArn("batch") }, Condition: { StringEquals: tags } };
            chain(edit, ["sts:AssumeRole", "sts:TagSession"]).alsoTrust("shop", trusted);
        },
        "+ batch/batch → aurora/app/shop: write (crosses)",
    ),
    fault(
        "Pod Identity's first role may not tag the session of the second",
        (edit) => chain(edit, ["sts:AssumeRole"]),
        "! batch/batch → shop_app: aws:Role batch may not assume aws:Role shop: its policies lack sts:TagSession",
    ),
    fault(
        "the trust admits every principal",
        (edit) => edit.trust("shop", { Principal: "*", Action: "sts:AssumeRole", Condition: undefined }),
        "+ any principal → aurora/app/shop: write (crosses, wildcard)",
        "+ billing/billing → aurora/app/shop: write (crosses)",
        "- shop/shop → aurora/app/shop: write",
        '! shop/shop → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:shop:shop of cluster eks: statement 0: Principal "*" trusts every AWS account; name the intended principals',
    ),
    fault(
        "the trust lets the whole account in",
        (edit) =>
            edit.alsoTrust("shop", {
                Effect: "Allow",
                Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
                Action: "sts:AssumeRole",
            }),
        "+ any principal that account 111122223333 permits → aurora/app/shop: write (crosses, wildcard)",
    ),
    fault(
        "the trust lets another tenant's role in",
        (edit) =>
            edit.alsoTrust("shop", {
                Effect: "Allow",
                Principal: { AWS: roleArn("billing") },
                Action: "sts:AssumeRole",
            }),
        "+ billing/billing → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the trust lets GitHub in",
        (edit) =>
            edit.alsoTrust("shop", {
                Effect: "Allow",
                Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                    StringEquals: {
                        "token.actions.githubusercontent.com:sub": "repo:acme/shop:ref:refs/heads/main",
                        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                    },
                },
            }),
        "+ repo:acme/shop:ref:refs/heads/main → aurora/app/shop: write (crosses)",
    ),
    fault(
        "the trust lets a SAML provider in",
        (edit) =>
            edit.alsoTrust("shop", {
                Effect: "Allow",
                Principal: { Federated: `arn:aws:iam::${ACCOUNT}:saml-provider/corp` },
                Action: "sts:AssumeRoleWithSAML",
            }),
        "+ any user federated by arn:aws:iam::111122223333:saml-provider/corp → aurora/app/shop: write (crosses, wildcard)",
    ),
    fault(
        "a service account is annotated with another tenant's role",
        (edit) =>
            edit.set("account", "billing", {
                metadata: {
                    name: "billing",
                    namespace: "billing",
                    annotations: { "eks.amazonaws.com/role-arn": roleArn("shop") },
                },
            }),
        "! billing/billing → shop_app: the trust of aws:Role shop does not admit system:serviceaccount:billing:billing of cluster eks: it names system:serviceaccount:shop:shop of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF for sts.amazonaws.com",
    ),
    fault(
        "Pod Identity gives the role to another service account",
        (edit) => associate(edit.alsoTrust("shop", pods())),
        "+ batch/batch → aurora/app/shop: write (crosses)",
        "+ pods of any cluster of the account → aurora/app/shop: write (crosses, wildcard)",
    ),
    fault(
        "Pod Identity may not tag sessions",
        (edit) => associate(edit.alsoTrust("shop", pods({ Action: "sts:AssumeRole" }))),
        "+ pods of any cluster of the account → aurora/app/shop: write (crosses, wildcard)",
        "! batch/batch → shop_app: the trust of aws:Role shop does not admit EKS Pod Identity for batch/batch of cluster eks: it lacks sts:TagSession",
    ),
    fault(
        "Pod Identity passes no tags, so it need not be allowed to",
        (edit) => associate(edit.alsoTrust("shop", pods({ Action: "sts:AssumeRole" })), { disableSessionTags: true }),
        "+ batch/batch → aurora/app/shop: write (crosses)",
        "+ pods of any cluster of the account → aurora/app/shop: write (crosses, wildcard)",
    ),
    fault(
        "Pod Identity passes no tags, and the trust asks for them",
        (edit) => {
            const tag = { "aws:RequestTag/kubernetes-namespace": "batch" };
            associate(edit.alsoTrust("shop", pods({ Condition: { StringEquals: tag } })), { disableSessionTags: true });
        },
        "+ pods of any cluster of the account → aurora/app/shop: write (crosses, wildcard)",
        "! batch/batch → shop_app: the trust of aws:Role shop does not admit EKS Pod Identity for batch/batch of cluster eks: it names system:serviceaccount:shop:shop of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF for sts.amazonaws.com",
    ),
    fault(
        "Pod Identity is held to another namespace",
        (edit) =>
            associate(
                edit.alsoTrust(
                    "shop",
                    pods({ Condition: { StringEquals: { "aws:RequestTag/kubernetes-namespace": "shop" } } }),
                ),
            ),
        "+ pods of any cluster of the account → aurora/app/shop: write (crosses, wildcard)",
        "! batch/batch → shop_app: the trust of aws:Role shop does not admit EKS Pod Identity for batch/batch of cluster eks: it names system:serviceaccount:shop:shop of oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF for sts.amazonaws.com",
    ),
    fault(
        "an instance profile holds the role",
        (edit) =>
            edit
                .alsoTrust("shop", {
                    Effect: "Allow",
                    Principal: { Service: "ec2.amazonaws.com" },
                    Action: "sts:AssumeRole",
                })
                .add("aws:iam/instanceProfile:InstanceProfile", "box", { name: "box", role: "shop" })
                .add("aws:ec2/instance:Instance", "box", {
                    iamInstanceProfile: "box",
                    vpcSecurityGroupIds: ["sg-app"],
                    subnetId: "subnet-private",
                }),
        "+ box → aurora/app/shop: write (crosses)",
    ),
    fault(
        "a task of ECS runs as the role",
        (edit) =>
            edit
                .alsoTrust("shop", {
                    Effect: "Allow",
                    Principal: { Service: "ecs-tasks.amazonaws.com" },
                    Action: "sts:AssumeRole",
                })
                .add(
                    "aws:ecs/taskDefinition:TaskDefinition",
                    "job",
                    { family: "job", taskRoleArn: roleArn("shop") },
                    { outputs: { arn: "arn:aws:ecs:eu-central-1:111122223333:task-definition/job:1" } },
                )
                .add("aws:ecs/service:Service", "job", {
                    taskDefinition: "arn:aws:ecs:eu-central-1:111122223333:task-definition/job:1",
                    networkConfiguration: { securityGroups: ["sg-app"], subnets: ["subnet-private"] },
                }),
        "+ job → aurora/app/shop: write (crosses)",
    ),
];
