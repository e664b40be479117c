import { Edit } from "../edit";
import { urn } from "../resources";
import type { Sketch } from "../resources";
import { ACCOUNT, connectPolicy, LATER, RESOURCE_ID } from "../stack";
import { job } from "./programs";
import { document } from "./story";
import type { Story } from "./story";

const definer = { name: "f", schema: "shop", database: "app", returns: "int", securityDefiner: true, body: "SELECT 1" };

/** Changes that the matrix, or a line beside it, shows. */
export const readStories: readonly Story[] = [
    {
        title: "a user that is only named in a group of the stack",
        change: (edit) =>
            edit
                .add("aws:iam/group:Group", "g", { name: "g" })
                .add("aws:iam/groupPolicy:GroupPolicy", "gp", {
                    group: "g",
                    policy: document({ Action: "rds-db:connect", Resource: "*" }),
                })
                .add("aws:iam/userGroupMembership:UserGroupMembership", "m", { user: "joe", groups: ["g"] }),
        says: /^IAM user joe write aurora\/app\/billing/,
    },
    {
        title: "a Pod Identity association written as text, before the role has an ARN",
        planned: true,
        change: (edit) =>
            edit.add(
                "aws:eks/podIdentityAssociation:PodIdentityAssociation",
                "evil",
                {
                    clusterName: "eks",
                    namespace: "evil",
                    serviceAccount: "evil",
                    roleArn: `arn:aws:iam::${ACCOUNT}:role/shop`,
                },
                { id: undefined },
            ),
        says: /^evil\/evil write aurora\/app\/shop/,
    },
    {
        title: "EXECUTE on another tenant's functions",
        change: (edit) =>
            edit
                .grant("shop_app", { schema: "billing", objectType: "schema", privileges: ["USAGE"] })
                .grant("shop_app", { schema: "billing", objectType: "function", privileges: ["EXECUTE"] }),
        says: /^shop\/shop use aurora\/app\/billing enters/,
    },
    {
        title: "EXECUTE on another tenant's functions that only a missing USAGE makes useless so far",
        change: (edit) =>
            edit.grant("shop_app", { schema: "billing", objectType: "function", privileges: ["EXECUTE"] }),
        says: /^shop\/shop has EXECUTE on aurora\/app\/billing function .*; only this keeps it out: shop_app has no USAGE on schema billing$/,
    },
    {
        title: "a SECURITY DEFINER function that a tenant may call",
        change: (edit) => edit.add("postgresql:index/function:Function", "f", definer),
        says: /^shop\/shop may run shop\.f\(\) as keyless_provisioner \(SECURITY DEFINER\)$/,
    },
    {
        title: "a search path into another tenant's schema",
        change: (edit) => edit.set("pgRole", "shop_app", { searchPaths: ["billing", "shop"] }),
        says: /^names in the statements of shop_app on aurora lead into schema billing/,
    },
    {
        title: "a role that sessions begin as",
        change: (edit) => edit.set("pgRole", "shop_app", { assumeRole: "billing_owner" }),
        says: /^sessions of shop_app on aurora begin as billing_owner$/,
    },
    {
        title: "CONNECT for PUBLIC",
        change: (edit) => edit.grant("public", { objectType: "database", privileges: ["CONNECT"] }),
        says: /^every login of aurora has CONNECT on aurora\/app\/database app \(PUBLIC\)$/,
    },
    {
        title: "a database from which PUBLIC's CONNECT is no longer revoked",
        change: (edit) => edit.remove("grant", "public"),
        says: /^every login of aurora has CONNECT on aurora\/app\/database app \(PUBLIC\)$/,
    },
    {
        title: "a pod with a tenant's service account",
        change: (edit) =>
            edit.add("kubernetes:core/v1:Pod", "evil", {
                metadata: { namespace: "shop" },
                spec: { serviceAccountName: "shop", containers: [{ name: "a", image: "evil" }] },
            }),
        says: /^kubernetes:Pod evil runs evil as shop\/shop$/,
    },
    {
        title: "a pod whose service account is not known yet",
        planned: true,
        change: (edit) =>
            edit.add("kubernetes:batch/v1:Job", "evil", job("evil", { serviceAccountName: LATER }), {
                id: undefined,
                propertyDependencies: { spec: [urn("kubernetes:core/v1:ServiceAccount", "shop")] },
            }),
        says: /^kubernetes:Job evil runs evil as shop\/shop$/,
    },
    {
        title: "a scheduled job with a tenant's service account",
        change: (edit) =>
            edit.add("kubernetes:batch/v1:CronJob", "evil", {
                metadata: { namespace: "shop" },
                spec: { jobTemplate: { spec: (job("evil") as { spec: object }).spec } },
            }),
        says: /^kubernetes:CronJob evil runs evil as shop\/shop$/,
    },
    {
        title: "AWS' policy for administrators in the exclusive list of a role's policies",
        change: (edit) =>
            edit.add("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "evil", {
                roleName: "shop",
                policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
            }),
        says: /^shop\/shop write aurora\/app\/billing/,
    },
    {
        title: "a role that may read the database's secrets, whatever the condition",
        change: (edit) =>
            edit.add("aws:iam/rolePolicy:RolePolicy", "evil", {
                role: "shop",
                policy: document({
                    Action: "secretsmanager:Get*",
                    Resource: "*",
                    Condition: { StringLike: { "aws:PrincipalArn": "*" } },
                }),
            }),
        says: /^aws:Role shop may take a way that the matrix does not model: secretsmanager:GetSecretValue$/,
    },
    {
        title: "a role that may change what gives access",
        change: (edit) =>
            edit.add("aws:iam/rolePolicy:RolePolicy", "evil", {
                role: "shop",
                policy: document({ NotAction: ["rds*", "s3:*"], Resource: "*" }),
            }),
        says: /^aws:Role shop may take .*iam:PutRolePolicy.*eks:CreateAccessEntry/,
    },
    {
        title: "privileges that the preview hides as a secret",
        change: (edit) => edit.grant("shop_app", { schema: "billing", objectType: "table", privileges: "[secret]" }),
        says: /^privileges of postgresql:Grant planted-\d+ is secret, and may give access$/,
    },
    {
        title: "a membership in a role whose name depends on something that is still to be made",
        change: (edit) =>
            edit.add(
                "postgresql:index/grantRole:GrantRole",
                "g",
                { role: "shop_app", grantRole: LATER },
                { propertyDependencies: { grantRole: [urn("aws:rds/cluster:Cluster", "aurora")] } },
            ),
        says: /^grantRole of postgresql:GrantRole g is not known yet, and may give access$/,
    },
    {
        title: "a superuser, once it is known",
        change: (edit) => edit.set("pgRole", "shop_app", { superuser: LATER }),
        says: /^superuser of postgresql:Role shop_app is not known yet/,
    },
    {
        title: "a policy whose text the preview does not know any more",
        change: (edit) => edit.set("rolePolicy", "shop", { policy: LATER }),
        says: /^what aws:RolePolicy shop will let aws:Role shop do is not known yet$/,
    },
    {
        title: "a policy of a role of another account that only the database's id makes unknown",
        planned: true,
        change: (edit) =>
            edit
                .add(
                    "aws:iam/role:Role",
                    "r",
                    {
                        name: "r",
                        assumeRolePolicy: document({ Principal: { AWS: "444455556666" }, Action: "sts:AssumeRole" }),
                    },
                    { id: undefined },
                )
                .add(
                    "aws:iam/rolePolicy:RolePolicy",
                    "r",
                    { role: "r", policy: LATER },
                    { id: undefined, propertyDependencies: { policy: [urn("aws:rds/cluster:Cluster", "aurora")] } },
                ),
        says: /^any principal that 444455556666 permits write aurora wildcard$/,
    },
    {
        title: "a trust that will also admit tokens of a foreign provider",
        planned: true,
        change: (edit) => {
            const provider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
            edit.add(provider, "evil", { url: "https://evil.example" }, { id: undefined });
            const index = edit.sketches.findIndex(({ type, name }) => type === "aws:iam/role:Role" && name === "shop");
            edit.sketches.splice(index, 1, {
                ...(edit.sketches[index] as Sketch),
                propertyDependencies: {
                    assumeRolePolicy: [urn("aws:eks/cluster:Cluster", "eks"), urn(provider, "evil")],
                },
            });
        },
        says: /^whom aws:Role shop will trust is not known yet$/,
    },
    {
        title: "a new role whose trust will also admit tokens of a foreign provider",
        planned: true,
        change: (edit) => {
            const provider = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
            const vouching = [urn("aws:eks/cluster:Cluster", "eks"), urn(provider, "evil")];
            edit.add(provider, "evil", { url: "https://evil.example" }, { id: undefined })
                .add(
                    "aws:iam/role:Role",
                    "r",
                    { name: "r", assumeRolePolicy: LATER },
                    { id: undefined, propertyDependencies: { assumeRolePolicy: vouching } },
                )
                .add("aws:iam/rolePolicy:RolePolicy", "r", {
                    role: "r",
                    policy: JSON.stringify(connectPolicy(RESOURCE_ID, "shop_app")),
                });
        },
        says: /^whom aws:Role r will trust is not known yet$/,
    },
    {
        title: "a pod that may run in any namespace, with whatever it will mount",
        change: (edit) =>
            edit.add("kubernetes:core/v1:Pod", "p", {
                metadata: { namespace: LATER },
                spec: { volumes: LATER, containers: [] },
            }),
        says: /^spec of kubernetes:Pod p is not known yet/,
    },
    {
        title: "a service account that may be in any namespace",
        change: (edit) =>
            edit.add("kubernetes:core/v1:ServiceAccountPatch", "a", { metadata: { name: "a", namespace: LATER } }),
        says: /^metadata of kubernetes:ServiceAccountPatch a is not known yet/,
    },
    {
        title: "a new tenant together with a patch of its service account that only labels it",
        planned: true,
        change: (edit) => {
            edit.sketches = new Edit({ tenants: ["shop", "billing", "crm"], deployed: false }).sketches;
            const metadata = { name: "crm", namespace: "crm", labels: { team: "crm" } };
            edit.add("kubernetes:core/v1:ServiceAccountPatch", "labels", { metadata }, { id: undefined });
        },
        says: /^crm\/crm write aurora\/app\/crm/,
    },
    {
        title: "a pod with its node's files",
        change: (edit) =>
            edit.add(
                "kubernetes:apps/v1:DaemonSet",
                "evil",
                job("evil", { serviceAccountName: "default", volumes: [{ name: "v", hostPath: { path: "/" } }] }),
            ),
        says: /^kubernetes:DaemonSet evil has access to its node/,
    },
];
