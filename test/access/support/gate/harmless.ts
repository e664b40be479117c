import { urn } from "../resources";
import { LATER } from "../stack";
import { document } from "./story";
import type { Story } from "./story";

/** Changes that the gate lets pass, and why. */
export const harmlessStories: readonly Story[] = [
    { title: "nothing", change: () => undefined },
    {
        title: "a random id: it reaches nothing",
        change: (edit) => edit.add("random:index/randomId:RandomId", "a", { byteLength: 4 }),
    },
    {
        title: "a pod with another service account of the namespace: a token is for the pod's own account only",
        change: (edit) =>
            edit.add("kubernetes:core/v1:Pod", "a", {
                metadata: { namespace: "shop" },
                spec: { containers: [{ name: "a", image: "a" }] },
            }),
    },
    {
        title: "aws-auth where the cluster reads access entries only",
        change: (edit) =>
            edit
                .set("eks", "eks", { accessConfig: { authenticationMode: "API" } })
                .add("kubernetes:core/v1:ConfigMap", "a", {
                    metadata: { name: "aws-auth", namespace: "kube-system" },
                    data: { mapRoles: "- rolearn: arn:aws:iam::111122223333:role/a\n  groups: [system:masters]" },
                }),
    },
    {
        title: "a login that no policy permits: the first policy that does is growth",
        change: (edit) =>
            edit.add("postgresql:index/role:Role", "x", {
                name: "x",
                superuser: true,
                login: true,
                roles: ["rds_iam"],
            }),
    },
    {
        title: "an OIDC provider that no trust names: trusts are read",
        change: (edit) =>
            edit.add("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "o", { url: "https://evil.example" }),
    },
    {
        title: "an instance profile that no instance has: instances are read, and the role's trust admits none",
        change: (edit) => edit.add("aws:iam/instanceProfile:InstanceProfile", "o", { name: "x", role: "shop" }),
    },
    {
        title: "a role that any principal may assume and that reaches no database",
        change: (edit) =>
            edit.add("aws:iam/role:Role", "o", {
                name: "o",
                assumeRolePolicy: document({ Principal: "*", Action: "sts:AssumeRole" }),
            }),
    },
    {
        title: "a component: it is nothing but the resources inside it",
        change: (edit) => edit.add("my:comp:Thing", "o", {}, { custom: false }),
    },
    {
        title: "a snapshot that is not shared",
        change: (edit) => edit.add("aws:rds/clusterSnapshot:ClusterSnapshot", "o", { dbClusterIdentifier: "aurora" }),
    },
    {
        title: "a budget whose action applies a service control policy: that only restricts",
        change: (edit) =>
            edit.add("aws:budgets/budget:Budget", "b", {}).add("aws:budgets/budgetAction:BudgetAction", "a", {
                actionType: "APPLY_SCP_POLICY",
                definition: { scpActionDefinition: { policyId: "p-1", targetIds: ["444455556666"] } },
            }),
    },
    {
        title: "a target of EventBridge that will be a function: functions are read",
        change: (edit) =>
            edit.add(
                "aws:cloudwatch/eventTarget:EventTarget",
                "t",
                { arn: LATER },
                { propertyDependencies: { arn: [urn("aws:lambda/function:Function", "f")] } },
            ),
    },
    {
        title: "an add-on of AWS without a role",
        change: (edit) => edit.add("aws:eks/addon:Addon", "a", { clusterName: "eks", addonName: "coredns" }),
    },
    {
        title: "a service control policy and a replica of a key without a policy",
        change: (edit) =>
            edit
                .add("aws:organizations/policy:Policy", "p", { content: "{}" })
                .add("aws:kms/replicaKey:ReplicaKey", "k", { primaryKeyArn: "arn" }),
    },
    {
        title: "a queue, an alarm and a network policy",
        change: (edit) =>
            edit
                .add("aws:sqs/queue:Queue", "q", {})
                .add("aws:cloudwatch/metricAlarm:MetricAlarm", "a", {})
                .add("kubernetes:networking.k8s.io/v1:Ingress", "i", {}),
    },
    {
        title: "a search path set by the login itself",
        change: (edit) => edit.set("pgRole", "shop_app", { searchPaths: ["shop", "public"] }),
    },
];
