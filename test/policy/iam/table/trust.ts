import type { Row } from "./row";

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const otherIssuer = "oidc.eks.us-east-1.amazonaws.com/id/0000000000000000000000000000000";
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const shop = "system:serviceaccount:shop:shop";
const sub = `${issuer}:sub`;
const aud = `${issuer}:aud`;
const sts = "sts.amazonaws.com";

type Statement = Record<string, unknown>;

function of(...statements: readonly Statement[]): unknown {
    return {
        Version: "2012-10-17",
        Statement: statements.map((one) => ({ Effect: "Allow", Action: "sts:AssumeRole", ...one })),
    };
}

function irsa(Condition: unknown, more: Statement = {}): unknown {
    return of({
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        ...(Condition !== undefined && { Condition }),
        ...more,
    });
}

const good = { StringEquals: { [sub]: shop, [aud]: sts } };
const exact = (names: readonly string[], why: string, document: unknown): Row => ({
    why,
    verdict: "exact",
    document,
    names,
});
const excess = (why: string, document: unknown): Row => ({ why, verdict: "excess", document });
const none = (why: string, document: unknown): Row => ({ why, verdict: "none", document });
const invalid = (why: string, document: unknown): Row => ({ why, verdict: "invalid", document });
const cluster = "arn:aws:eks:eu-central-1:111122223333:cluster/main";
const pods = (Condition?: unknown): unknown =>
    of({
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        ...(Condition !== undefined && { Condition }),
    });
const pools = "cognito-identity.amazonaws.com";
const pool = "us-west-2:0b1c2d3e-0000-4000-8000-000000000000";
const cognito = (Condition: unknown): unknown =>
    of({ Principal: { Federated: pools }, Action: "sts:AssumeRoleWithWebIdentity", Condition });
const account = (AWS: unknown, Condition?: unknown): unknown =>
    of({ Principal: { AWS }, ...(Condition !== undefined && { Condition }) });
const role = "arn:aws:iam::444455556666:role/deployer";
const root = "arn:aws:iam::444455556666:root";

/** Trust documents of roles. */
export const trusts: readonly Row[] = [
    exact([shop], "sub and aud of one issuer", irsa(good)),
    exact([shop], "in a list of one", irsa({ StringEquals: { [sub]: [shop], [aud]: [sts] } })),
    exact(
        [shop, "system:serviceaccount:shop:web"],
        "two subjects",
        irsa({ StringEquals: { [sub]: [shop, "system:serviceaccount:shop:web"], [aud]: sts } }),
    ),
    exact(
        [shop],
        "keys in another case",
        irsa({ StringEquals: { [sub.replace("sub", "SUB")]: shop, [aud.replace("oidc", "OIDC")]: sts } }),
    ),
    exact([shop], "a further condition narrows", irsa({ ...good, StringLike: { [sub]: "system:*" } })),
    exact([shop], "the provider in a list", irsa(good, { Principal: { Federated: [provider] } })),
    exact([shop], "any action of sts", irsa(good, { Action: "sts:*" })),
    exact([shop], "the action in another case", irsa(good, { Action: "STS:assumerolewithwebidentity" })),
    exact(
        [shop],
        "a Deny under a condition does not count, and does not have to",
        of(
            { Principal: { Federated: provider }, Action: "sts:AssumeRoleWithWebIdentity", Condition: good },
            { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
        ),
    ),
    exact(
        ["repo:org/repo:ref:refs/heads/main"],
        "a workflow of one repository",
        of({
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
                StringEquals: {
                    "token.actions.githubusercontent.com:sub": "repo:org/repo:ref:refs/heads/main",
                    "token.actions.githubusercontent.com:aud": sts,
                },
            },
        }),
    ),
    excess("no condition", irsa(undefined)),
    excess("an empty condition", irsa({})),
    excess("no sub", irsa({ StringEquals: { [aud]: sts } })),
    excess("no aud", irsa({ StringEquals: { [sub]: shop } })),
    excess(
        "sub of any service account of a namespace",
        irsa({ StringLike: { [sub]: "system:serviceaccount:shop:*" }, StringEquals: { [aud]: sts } }),
    ),
    excess(
        "sub of any namespace",
        irsa({ StringLike: { [sub]: "system:serviceaccount:*:shop" }, StringEquals: { [aud]: sts } }),
    ),
    excess("any sub", irsa({ StringLike: { [sub]: "*" }, StringEquals: { [aud]: sts } })),
    excess(
        "sub with a wildcard for a letter",
        irsa({ StringLike: { [sub]: "system:serviceaccount:shop:sho?" }, StringEquals: { [aud]: sts } }),
    ),
    excess("StringLike without a wildcard is one character from it", irsa({ StringLike: { [sub]: shop, [aud]: sts } })),
    excess("StringLike for aud", irsa({ StringEquals: { [sub]: shop }, StringLike: { [aud]: "sts.*" } })),
    excess(
        "sub compared case-insensitively",
        irsa({ StringEqualsIgnoreCase: { [sub]: shop }, StringEquals: { [aud]: sts } }),
    ),
    excess("sub only if it is present", irsa({ StringEqualsIfExists: { [sub]: shop }, StringEquals: { [aud]: sts } })),
    excess("aud only if it is present", irsa({ StringEquals: { [sub]: shop }, StringEqualsIfExists: { [aud]: sts } })),
    excess(
        "sub with ForAllValues",
        irsa({ "ForAllValues:StringEquals": { [sub]: shop }, StringEquals: { [aud]: sts } }),
    ),
    excess(
        "aud with ForAllValues",
        irsa({ "ForAllValues:StringEquals": { [aud]: sts }, StringEquals: { [sub]: shop } }),
    ),
    excess(
        "sub that is not another",
        irsa({ StringNotEquals: { [sub]: "system:serviceaccount:kube-system:x" }, StringEquals: { [aud]: sts } }),
    ),
    excess(
        "sub that is not like another",
        irsa({ StringNotLike: { [sub]: "system:serviceaccount:kube-*" }, StringEquals: { [aud]: sts } }),
    ),
    excess("sub that must be present", irsa({ Null: { [sub]: "false" }, StringEquals: { [aud]: sts } })),
    excess("sub of another issuer", irsa({ StringEquals: { [`${otherIssuer}:sub`]: shop, [aud]: sts } })),
    excess("aud of another issuer", irsa({ StringEquals: { [sub]: shop, [`${otherIssuer}:aud`]: sts } })),
    excess(
        "both of another issuer",
        irsa({ StringEquals: { [`${otherIssuer}:sub`]: shop, [`${otherIssuer}:aud`]: sts } }),
    ),
    excess(
        "keys with https belong to no issuer",
        irsa({ StringEquals: { [`https://${sub}`]: shop, [`https://${aud}`]: sts } }),
    ),
    excess("keys without an issuer", irsa({ StringEquals: { sub: shop, aud: sts } })),
    excess(
        "a part of the issuer",
        irsa({
            StringEquals: {
                "oidc.eks.eu-central-1.amazonaws.com:sub": shop,
                "oidc.eks.eu-central-1.amazonaws.com:aud": sts,
            },
        }),
    ),
    excess(
        "sub from a tag of the caller",
        irsa({ StringEquals: { [sub]: "system:serviceaccount:${aws:PrincipalTag/ns}:shop", [aud]: sts } }),
    ),
    excess("an empty list of subs", irsa({ StringEquals: { [sub]: [], [aud]: sts } })),
    excess(
        "one of two subjects from a variable of the caller",
        irsa({ StringEquals: { [sub]: [shop, "${aws:username}"], [aud]: sts } }),
    ),
    excess(
        "a subject in upper case, compared case-insensitively",
        irsa({ StringEqualsIgnoreCase: { [sub]: "SHOUTING" }, StringEquals: { [aud]: sts } }),
    ),
    excess(
        "sub of a namespace, only if it is present",
        irsa({ StringLikeIfExists: { [sub]: "system:serviceaccount:shop:*" }, StringEquals: { [aud]: sts } }),
    ),
    excess(
        "sub of a namespace, with ForAllValues",
        irsa({ "ForAllValues:StringLike": { [sub]: "system:serviceaccount:shop:*" }, StringEquals: { [aud]: sts } }),
    ),
    excess(
        "sub of one namespace or another",
        irsa({
            StringLike: { [sub]: ["system:serviceaccount:shop:*", "system:serviceaccount:web:*"] },
            StringEquals: { [aud]: sts },
        }),
    ),
    excess(
        "sub that is not of a namespace",
        irsa({ StringNotLike: { [sub]: "system:serviceaccount:shop:*" }, StringEquals: { [aud]: sts } }),
    ),
    excess("sub like an empty list", irsa({ StringLike: { [sub]: [] }, StringEquals: { [aud]: sts } })),
    excess(
        "any workflow at all",
        of({
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": sts } },
        }),
    ),
    excess(
        "two providers, one without conditions",
        irsa(good, { Principal: { Federated: [provider, `arn:aws:iam::111122223333:oidc-provider/${otherIssuer}`] } }),
    ),
    excess("any provider", irsa(good, { Principal: { Federated: "*" } })),
    excess(
        "any provider of the account",
        irsa(good, { Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/*" } }),
    ),
    excess("any principal with a token", irsa(good, { Principal: "*" })),
    excess(
        "a Cognito pool without conditions",
        of({ Principal: { Federated: "cognito-identity.amazonaws.com" }, Action: "sts:AssumeRoleWithWebIdentity" }),
    ),
    excess("any Cognito pool", cognito({ "ForAnyValue:StringLike": { [`${pools}:amr`]: "authenticated" } })),
    excess("a Cognito pool, including guests", cognito({ StringEquals: { [`${pools}:aud`]: pool } })),
    excess(
        "a Cognito pool, with or without sign-in",
        cognito({
            StringEquals: { [`${pools}:aud`]: pool },
            "ForAnyValue:StringLike": { [`${pools}:amr`]: "*authenticated" },
        }),
    ),
    excess(
        "a Cognito pool, with ForAllValues on amr",
        cognito({
            StringEquals: { [`${pools}:aud`]: pool },
            "ForAllValues:StringLike": { [`${pools}:amr`]: "authenticated" },
        }),
    ),
    excess(
        "Cognito pools that match a pattern",
        cognito({
            StringLike: { [`${pools}:aud`]: "us-west-2:*" },
            "ForAnyValue:StringLike": { [`${pools}:amr`]: "authenticated" },
        }),
    ),
    exact(
        [`${pool} authenticated`],
        "users of a Cognito pool, as AWS' console writes it",
        cognito({
            StringEquals: { [`${pools}:aud`]: pool },
            "ForAnyValue:StringLike": { [`${pools}:amr`]: "authenticated" },
        }),
    ),
    exact(
        [`${pool} unauthenticated`],
        "guests of a Cognito pool, by name",
        cognito({
            StringEquals: { [`${pools}:aud`]: pool },
            "ForAnyValue:StringLike": { [`${pools}:amr`]: "unauthenticated" },
        }),
    ),
    exact(
        [`${pool} us-west-2:user`],
        "one identity of a Cognito pool",
        cognito({ StringEquals: { [`${pools}:aud`]: pool, [`${pools}:sub`]: "us-west-2:user" } }),
    ),
    excess(
        "any workflow of an organisation",
        of({
            Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
                StringLike: { "token.actions.githubusercontent.com:sub": "repo:org/*" },
                StringEquals: { "token.actions.githubusercontent.com:aud": sts },
            },
        }),
    ),
    excess(
        "a wide statement beside a good one",
        of(
            { Principal: { Federated: provider }, Action: "sts:AssumeRoleWithWebIdentity", Condition: good },
            { Principal: "*" },
        ),
    ),
    none("a token, if only AssumeRole is allowed", irsa(undefined, { Action: "sts:AssumeRole" })),
    none("a token, if only tags are allowed", irsa(undefined, { Action: "sts:TagSession" })),
    none(
        "a token that is denied",
        of(
            { Principal: { Federated: provider }, Action: "sts:AssumeRoleWithWebIdentity" },
            { Effect: "Deny", Principal: "*", Action: "sts:*" },
        ),
    ),
    none("everything except assuming roles", irsa(undefined, { Action: undefined, NotAction: "sts:Assume*" })),
    excess(
        "a Deny of another provider",
        of(
            { Principal: { Federated: provider }, Action: "sts:AssumeRoleWithWebIdentity" },
            { Effect: "Deny", Principal: { Federated: "x" }, Action: "sts:*" },
        ),
    ),
    exact(
        [`${cluster} system:serviceaccount:shop:shop`],
        "pods of one service account",
        pods({
            StringEquals: {
                "aws:RequestTag/eks-cluster-arn": cluster,
                "aws:RequestTag/kubernetes-namespace": "shop",
                "aws:RequestTag/kubernetes-service-account": "shop",
            },
        }),
    ),
    exact(
        [`${cluster} system:serviceaccount:shop:*`],
        "pods of a namespace of one cluster",
        pods({
            StringEquals: { "aws:RequestTag/eks-cluster-arn": cluster, "aws:RequestTag/kubernetes-namespace": "shop" },
        }),
    ),
    exact(
        [`${cluster} system:serviceaccount:*:*`],
        "pods of one cluster",
        pods({ ArnEquals: { "aws:SourceArn": cluster } }),
    ),
    exact(
        [`${cluster} system:serviceaccount:*:*`],
        "pods of one cluster, by ArnLike without a wildcard",
        pods({ ArnLike: { "aws:SourceArn": cluster } }),
    ),
    excess("pods of every cluster", pods()),
    excess(
        "pods of every cluster, in one namespace",
        pods({
            StringEquals: {
                "aws:RequestTag/kubernetes-namespace": "shop",
                "aws:RequestTag/kubernetes-service-account": "shop",
            },
        }),
    ),
    excess("pods of every cluster of the account", pods({ StringEquals: { "aws:SourceAccount": "111122223333" } })),
    excess(
        "pods of every cluster with a name prefix",
        pods({ ArnLike: { "aws:SourceArn": "arn:aws:eks:eu-central-1:111122223333:cluster/*" } }),
    ),
    excess(
        "pods of every cluster, by a tag that may be missing",
        pods({ StringEqualsIfExists: { "aws:RequestTag/eks-cluster-arn": cluster } }),
    ),
    excess("pods of every cluster but one", pods({ StringNotEquals: { "aws:RequestTag/eks-cluster-arn": cluster } })),
    excess("pods of every cluster of that name", pods({ StringEquals: { "aws:RequestTag/eks-cluster-name": "main" } })),
    excess(
        "pods of every cluster, with ForAllValues",
        pods({ "ForAllValues:StringEquals": { "aws:RequestTag/eks-cluster-arn": cluster } }),
    ),
    excess("pods of every cluster, under a condition without values", pods({ ArnEquals: { "aws:SourceArn": [] } })),
    excess(
        "pods of one cluster and of one from a variable",
        pods({ StringEquals: { "aws:RequestTag/eks-cluster-arn": [cluster, "${aws:SourceArn}"] } }),
    ),
    exact(
        [`${cluster} system:serviceaccount:*:*`, `${cluster}-2 system:serviceaccount:*:*`],
        "pods of two clusters",
        pods({ StringEquals: { "aws:RequestTag/eks-cluster-arn": [cluster, `${cluster}-2`] } }),
    ),
    excess("any principal", of({ Principal: "*" })),
    excess("every AWS principal", account("*")),
    excess("every AWS principal, in a list", account([role, "*"])),
    exact(
        [role],
        "any principal, under a condition that names one role",
        of({ Principal: { AWS: "*" }, Condition: { ArnEquals: { "aws:PrincipalArn": role } } }),
    ),
    exact(
        [role],
        "any principal, under a condition that names one role as text",
        of({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalArn": role } } }),
    ),
    excess(
        "any principal, under a condition on roles of a name",
        of({ Principal: "*", Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/ci" } } }),
    ),
    excess(
        "any principal, with a Deny outside an organisation",
        of(
            { Principal: "*" },
            { Effect: "Deny", Principal: "*", Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-1" } } },
        ),
    ),
    excess(
        "any principal of an organisation, by a condition",
        of({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }),
    ),
    excess("every principal except one", of({ Principal: undefined, NotPrincipal: { AWS: role } })),
    excess("a role with a wildcard", account("arn:aws:iam::444455556666:role/*")),
    excess("a whole account without a condition", account(root)),
    excess("a whole account by its number", account("444455556666")),
    excess(
        "a whole account, under a condition without effect",
        account(root, { StringLike: { "aws:PrincipalArn": "*" } }),
    ),
    excess(
        "a whole account, under a condition that may be missing",
        account(root, { StringEqualsIfExists: { "sts:ExternalId": "x" } }),
    ),
    excess("a whole account, except another one", account(root, { StringNotEquals: { "aws:PrincipalAccount": "1" } })),
    exact(
        [root],
        "a whole account with an external id",
        account(root, { StringEquals: { "sts:ExternalId": "secret" } }),
    ),
    exact(
        [root],
        "a whole account, restricted to some of its roles",
        account(root, { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/ci-*" } }),
    ),
    exact(
        ["444455556666"],
        "a whole account of the organisation",
        account("444455556666", { StringEquals: { "aws:PrincipalOrgID": "o-1" } }),
    ),
    exact(
        [root],
        "a whole account, restricted to a federated provider",
        account(root, { StringEquals: { "aws:FederatedProvider": provider } }),
    ),
    excess(
        "a whole account, under a condition with ForAllValues",
        account(root, { "ForAllValues:StringEquals": { "sts:ExternalId": "x" } }),
    ),
    excess("a whole account, if an external id is present", account(root, { Null: { "sts:ExternalId": "false" } })),
    excess(
        "a whole account, under a condition without values",
        account(root, { StringEquals: { "sts:ExternalId": [] } }),
    ),
    excess(
        "a whole account, under a condition on another key",
        account(root, { StringEquals: { "aws:RequestedRegion": "eu-central-1" } }),
    ),
    excess("a whole account, from every address", account(root, { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } })),
    excess(
        "a whole account, from some addresses and every IPv6 address",
        account(root, { IpAddress: { "aws:SourceIp": ["198.51.100.0/24", "::/0"] } }),
    ),
    excess(
        "a whole account, by two patterns, one of which matches everything",
        account(root, { StringLike: { "aws:PrincipalArn": ["arn:aws:iam::444455556666:role/a", "*"] } }),
    ),
    exact(
        [root],
        "a whole account from one network",
        account(root, { IpAddress: { "aws:SourceIp": "198.51.100.0/24" } }),
    ),
    excess(
        "a whole account without a second factor",
        account(root, { Bool: { "aws:MultiFactorAuthPresent": "false" } }),
    ),
    excess(
        "a whole account with or without a second factor",
        account(root, { Bool: { "aws:MultiFactorAuthPresent": ["true", "false"] } }),
    ),
    exact(
        [root],
        "a whole account with a second factor",
        account(root, { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
    ),
    exact([role], "one role", account(role)),
    exact(
        [role, "arn:aws:iam::111122223333:user/x"],
        "a role and a user",
        account([role, "arn:aws:iam::111122223333:user/x"]),
    ),
    exact(["ec2.amazonaws.com"], "a service", of({ Principal: { Service: "ec2.amazonaws.com" } })),
    exact(
        ["ec2.amazonaws.com", "lambda.amazonaws.com"],
        "two services",
        of({ Principal: { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] } }),
    ),
    exact(
        ["rds.amazonaws.com", role],
        "a service and a role",
        of({ Principal: { Service: "rds.amazonaws.com", AWS: role } }),
    ),
    exact(
        ["rds.amazonaws.com"],
        "a service, with any action of sts",
        of({ Principal: { Service: "rds.amazonaws.com" }, Action: "sts:*" }),
    ),
    exact(
        ["arn:aws:iam::111122223333:saml-provider/sso"],
        "users that sign in with SAML",
        of({
            Principal: { Federated: "arn:aws:iam::111122223333:saml-provider/sso" },
            Action: "sts:AssumeRoleWithSAML",
            Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
        }),
    ),
    excess("a service with a wildcard", of({ Principal: { Service: "*.amazonaws.com" } })),
    none("a service that can only tag", of({ Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:TagSession" })),
    none(
        "a role, if only tokens are accepted",
        of({ Principal: { AWS: role }, Action: "sts:AssumeRoleWithWebIdentity" }),
    ),
    none("no statement", {
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" }],
    }),
    none("every principal denied", of({ Principal: "*" }, { Effect: "Deny", Principal: "*" })),
    none("the one role denied", of({ Principal: { AWS: role } }, { Effect: "Deny", Principal: { AWS: role } })),
    none(
        "every principal except another denied",
        of({ Principal: { AWS: role } }, { Effect: "Deny", NotPrincipal: { AWS: root } }),
    ),
    exact(
        [role],
        "another role denied",
        of({ Principal: { AWS: role } }, { Effect: "Deny", Principal: { AWS: root } }),
    ),
    invalid("an empty principal", of({ Principal: { AWS: "" } })),
    invalid("a principal that is a string", of({ Principal: role })),
    invalid("a principal that is a number", of({ Principal: 7 })),
    invalid("a principal that is null", of({ Principal: null })),
    invalid("a list of principals", of({ Principal: [role] })),
    invalid("an unknown kind of principal", of({ Principal: { Aws: role } })),
    invalid("a number among principals", of({ Principal: { AWS: [role, 7] } })),
    invalid("both Principal and NotPrincipal", of({ Principal: { AWS: role }, NotPrincipal: { AWS: root } })),
    invalid("neither Principal nor NotPrincipal", {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }],
    }),
    invalid("an unknown operator", irsa({ StringEqual: { [sub]: shop } })),
    invalid("an action without a service", of({ Principal: { AWS: role }, Action: "AssumeRole" })),
    invalid("an action of a service with a wildcard", of({ Principal: { AWS: role }, Action: "s*:AssumeRole" })),
];
