import { LATER } from "../stack";
import { document, named } from "./story";
import type { Story } from "./story";

const READ_SECRET = document({ Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" });

/** Resources that the model does not read and that may give access. */
export const unreadStories: readonly Story[] = [
    // Resources that create or run something that no preview shows.
    ...named(
        ["aws:cloudformation/stack:Stack"],
        ["aws:cloudcontrol/resource:Resource"],
        ["command:local:Command"],
        ["pulumi-nodejs:dynamic:Resource"],
    ),
    ...named(
        ["pulumi-python:dynamic:Resource"],
        ["terraform-provider:index:Foo"],
        ["aws-apigateway:index:RestAPI"],
        ["docker:index/container:Container"],
    ),
    ...named(
        ["aws:codebuild/project:Project"],
        ["aws:ssm/association:Association"],
        ["aws:ssm/document:Document", { documentType: "Command" }],
    ),
    ...named(
        ["aws:cloudwatch/eventTarget:EventTarget", { ecsTarget: { taskCount: 1 } }],
        ["aws:scheduler/schedule:Schedule"],
        ["aws:lambda/functionUrl:FunctionUrl"],
    ),
    ...named(["aws:lambda/permission:Permission", { principal: "*" }]),
    ...named([
        "aws:cloudwatch/eventTarget:EventTarget",
        { arn: "arn:aws:ssm:eu-central-1:111122223333:automation-definition/AWS-RunShellScript:$DEFAULT" },
    ]),
    ...named(["aws:cloudwatch/eventTarget:EventTarget", { arn: LATER }]),
    ...named(
        ["aws:cfg/remediationConfiguration:RemediationConfiguration"],
        ["aws:cfg/conformancePack:ConformancePack"],
        ["aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration"],
    ),
    ...["APPLY_IAM_POLICY", "RUN_SSM_DOCUMENTS"].flatMap((actionType) =>
        named(["aws:budgets/budgetAction:BudgetAction", { actionType, definition: { iamActionDefinition: {} } }]),
    ),
    ...named(
        ["aws:apigateway/integration:Integration", { type: "AWS", credentials: "arn:aws:iam::111122223333:role/x" }],
        ["aws:apigateway/restApi:RestApi", { body: "{}" }],
        ["aws:apigateway/restApiPut:RestApiPut", { restApiId: "a", body: "{}" }],
    ),
    ...named([
        "kubernetes:storage.k8s.io/v1:CSIDriver",
        { spec: { tokenRequests: [{ audience: "sts.amazonaws.com" }] } },
    ]),
    ...named([
        "kubernetes:storage.k8s.io/v1:CSIDriverPatch",
        { spec: { tokenRequests: [{ audience: "sts.amazonaws.com" }] } },
    ]),
    // Access to the data without a login.
    ...named(
        ["aws:secretsmanager/secretPolicy:SecretPolicy", { policy: READ_SECRET }],
        ["aws:secretsmanager/secret:Secret", { policy: READ_SECRET }],
    ),
    ...named(
        ["aws:secretsmanager/secretRotation:SecretRotation"],
        ["aws:kms/grant:Grant"],
        ["aws:rds/exportTask:ExportTask"],
        ["aws:rds/integration:Integration"],
    ),
    ...named(
        ["aws:rds/clusterSnapshot:ClusterSnapshot", { sharedAccounts: ["all"] }],
        ["aws:rds/snapshot:Snapshot", { sharedAccounts: ["444455556666"] }],
    ),
    ...named(
        ["aws:rds/clusterRoleAssociation:ClusterRoleAssociation"],
        ["aws:dms/endpoint:Endpoint"],
        ["aws:glue/connection:Connection"],
    ),
    ...named(
        ["aws:ram/resourceShare:ResourceShare"],
        ["aws:backup/plan:Plan", { rules: [{ copyActions: [{ destinationVaultArn: "arn" }] }] }],
    ),
    ...named(["aws:backup/vaultPolicy:VaultPolicy"], ["gcp:sql/databaseInstance:DatabaseInstance"]),
    // Server settings that affect every session.
    ...named([
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        { parameters: [{ name: "rds.force_ssl", value: "0" }] },
    ]),
    ...named(["aws:rds/parameterGroup:ParameterGroup", { parameters: [{ name: "search_path", value: "billing" }] }]),
    ...named([
        "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        { connectionPoolConfig: { initQuery: "SET search_path = billing" } },
    ]),
    ...named(
        [
            "aws:rds/cluster:Cluster",
            { engine: "aurora-postgresql", restoreToPointInTime: { sourceClusterIdentifier: "x" } },
        ],
        [
            "aws:rds/instance:Instance",
            { engine: "postgres", replicateSourceDb: "arn:aws:rds:eu-west-1:111122223333:db:x" },
        ],
        ["aws:rds/instance:Instance", { engine: "oracle-ee" }],
        ["aws:rds/cluster:Cluster", { engine: "aurora-postgresql", iamRoles: ["arn:aws:iam::111122223333:role/x"] }],
        ["aws:rds/cluster:Cluster", { engine: "aurora-postgresql", masterPassword: "hunter2" }],
        ["aws:rds/cluster:Cluster", { engine: "aurora-postgresql", domain: "d-1234567890" }],
        ["aws:rds/instance:Instance", { engine: "postgres", domainFqdn: "corp.example" }],
        ["aws:rds/proxy:Proxy", { requireTls: false }],
        ["aws:rds/proxy:Proxy", {}],
        ["aws:rds/parameterGroup:ParameterGroup", { parameters: LATER }],
    ),
    ...named(
        ["aws:ecs/service:Service", { enableExecuteCommand: true }],
        ["aws:ssm/parameter:Parameter", { type: "SecureString", value: "[secret]" }],
        ["aws:kms/key:Key", { policy: document({ Principal: "*", Action: "kms:*", Resource: "*" }) }],
        ["aws:kms/key:Key", { policy: LATER }],
        ["aws:kms/replicaKey:ReplicaKey", { policy: document({ Principal: "*", Action: "kms:*", Resource: "*" }) }],
        ["aws:organizations/policy:Policy", { type: "BACKUP_POLICY", content: "{}" }],
        ["aws:vpclattice/resourceConfiguration:ResourceConfiguration", { name: "x" }],
        [
            "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
            {
                logGroup: "/aws/rds/cluster/aurora/postgresql",
                destinationArn: "arn:aws:logs:eu-central-1:444455556666:destination:x",
            },
        ],
    ),
    // Ways to sign in.
    ...named(
        ["aws:iam/samlProvider:SamlProvider"],
        ["aws:rolesanywhere/profile:Profile"],
        ["aws:rolesanywhere/trustAnchor:TrustAnchor"],
        ["aws:acmpca/certificate:Certificate"],
    ),
    ...named(
        ["aws:eks/identityProviderConfig:IdentityProviderConfig"],
        ["aws:cognito/identityPool:IdentityPool"],
        ["aws:iam/accessKey:AccessKey", { user: "joe" }],
    ),
    ...named(["aws:iam/userLoginProfile:UserLoginProfile", { user: "joe" }]),
    // Resources that change what a cluster runs, or its permissions.
    ...named(
        ["kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration"],
        ["kubernetes:apiregistration.k8s.io/v1:APIService"],
    ),
    ...named(
        ["kubernetes:helm.sh/v3:Release"],
        ["kubernetes:argoproj.io/v1alpha1:Application"],
        ["kubernetes:apps/v1:DeploymentPatch"],
        ["kubernetes:core/v1:NamespacePatch"],
        ["kubernetes:core/v1:PodList"],
    ),
    ...named(["kubernetes:certificates.k8s.io/v1:CertificateSigningRequest"]),
    ...named(["kubernetes:core/v1:PersistentVolume", { spec: { hostPath: { path: "/var/lib/kubelet" } } }]),
    ...["ConfigMap", "ConfigMapPatch"].flatMap((kind) =>
        named([
            `kubernetes:core/v1:${kind}`,
            { metadata: { name: "aws-auth", namespace: "kube-system" }, data: LATER },
        ]),
    ),
    ...named([
        "aws:eks/addon:Addon",
        { addonName: "vpc-cni", serviceAccountRoleArn: "arn:aws:iam::111122223333:role/shop" },
    ]),
    ...named(["aws:eks/addon:Addon", { addonName: "akuity_agent" }], ["aws:eks/addon:Addon", { addonName: LATER }]),
    ...named([
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        {
            clusterName: "eks",
            namespace: "a",
            serviceAccount: "a",
            roleArn: "arn:aws:iam::111122223333:role/of-another-stack",
        },
    ]),
    // Postgres objects that reach other servers or run as other roles.
    ...named(
        ["postgresql:index/subscription:Subscription"],
        ["postgresql:index/publication:Publication"],
        ["postgresql:index/server:Server"],
        ["postgresql:index/userMapping:UserMapping"],
    ),
    ...named(
        ["postgresql:index/securityLabel:SecurityLabel"],
        ["postgresql:index/replicationSlot:ReplicationSlot"],
        ["postgresql:index/extension:Extension", { name: "dblink" }],
    ),
    ...named(["mysql:index/user:User"], ["mysql:index/grant:Grant"]),
    {
        title: "the RDS Data API of a cluster",
        change: (edit) => edit.set("cluster", "aurora", { enableHttpEndpoint: true }),
        says: /new aws:rds:Cluster with the RDS Data API: aurora/,
    },
    {
        title: "a policy of AWS whose content is not known",
        change: (edit) =>
            edit.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "evil", {
                role: "shop",
                policyArn: "arn:aws:iam::aws:policy/SomethingNewFullAccess",
            }),
        says: /new what arn:aws:iam::aws:policy\/SomethingNewFullAccess allows: shop/,
    },
    {
        title: "a user of the stack in a group that is not among the resources",
        change: (edit) =>
            edit
                .add("aws:iam/user:User", "joe", { name: "joe" })
                .add("aws:iam/userGroupMembership:UserGroupMembership", "evil", { user: "joe", groups: ["admins"] }),
        says: /new what group admins allows: joe/,
    },
    {
        title: "a user and a group that are both only named",
        change: (edit) =>
            edit.add("aws:iam/groupMembership:GroupMembership", "evil", { users: ["joe"], group: "admins" }),
        says: /new what group admins allows: joe/,
    },
];
