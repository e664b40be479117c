import { CARRIERS } from "../../policy/iam";
import { machineTypes } from "../iam/computeWorkloads";
import type { Principals } from "../iam/principals";
import { isWorkload } from "../kubernetes/workloads";
import { postgresTypes } from "../postgres/declared";
import type { Graph } from "../resources/graph";
import { packageOf, property, typeOf } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, hasUnknown, list, text } from "../resources/value";
import type { Value } from "../resources/value";
import { HARMLESS_EXTENSIONS, HARMLESS_PROVIDERS, HARMLESS_TYPES } from "./harmless";

/** Something that may give access and that the model does not read. */
export interface Unread {
    /** The same from one version of a stack to the next. */
    readonly key: string;
    /** What it is, for a count: `aws:cloudformation:Stack`, `AWS's policy …`. */
    readonly what: string;
    /** Which one. */
    readonly name: string;
    /** What it holds, to tell a change by. */
    readonly content: string;
}

/** Types that are read, besides those of {@link CARRIERS}, of workloads and of Postgres. */
const READ: ReadonlySet<string> = new Set([
    ...CARRIERS.map(({ type }) => type),
    ...machineTypes,
    ...postgresTypes,
    ...[
        "groupMembership:GroupMembership",
        "instanceProfile:InstanceProfile",
        "openIdConnectProvider:OpenIdConnectProvider",
        "userGroupMembership:UserGroupMembership",
    ].map((type) => `aws:iam/${type}`),
    ...[
        "cluster:Cluster",
        "clusterInstance:ClusterInstance",
        "globalCluster:GlobalCluster",
        "instance:Instance",
        "proxy:Proxy",
        "proxyTarget:ProxyTarget",
        "subnetGroup:SubnetGroup",
    ].map((type) => `aws:rds/${type}`),
    ...[
        "accessEntry:AccessEntry",
        "accessPolicyAssociation:AccessPolicyAssociation",
        "cluster:Cluster",
        "nodeGroup:NodeGroup",
    ].map((type) => `aws:eks/${type}`),
    ...[
        "aws:ecs/service:Service",
        "aws:identitystore/group:Group",
        "aws:identitystore/user:User",
        "aws:ssoadmin/accountAssignment:AccountAssignment",
    ],
    ...[
        "kubernetes:core/v1:Namespace",
        "kubernetes:core/v1:ServiceAccount",
        "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
    ],
]);

/** Kinds of Kubernetes that are read in each of their versions, besides workloads. */
const READ_KUBERNETES =
    /^kubernetes:(?:rbac\.authorization\.k8s\.io\/\w+:(?:Cluster)?Role(?:Binding)?(?:Patch)?|core\/v1:ConfigMapPatch)$/;

const HARMLESS = new RegExp(
    `^(?:${HARMLESS_TYPES.map((type) => type.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*")).join("|")})$`,
);

/** Types that open a way only by some of their arguments: which, and what they hold. */
const PARTLY: Readonly<Record<string, (resource: Resource) => Partly | undefined>> = {
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html: whoever reads a secret of the database needs no connection.
    "aws:rds/cluster:Cluster": (cluster) =>
        property(cluster, "enableHttpEndpoint") === true ? { why: "with the RDS Data API" } : undefined,
    "aws:rds/clusterSnapshot:ClusterSnapshot": sharedSnapshot,
    "aws:rds/snapshot:Snapshot": sharedSnapshot,
    "aws:rds/snapshotCopy:SnapshotCopy": sharedSnapshot,
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": sharedSnapshot,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": parameters,
    "aws:rds/parameterGroup:ParameterGroup": parameters,
    // A statement that the proxy runs in each session: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": (group) =>
        given("with a statement for each session", at(property(group, "connectionPoolConfig"), "initQuery")),
    "aws:backup/plan:Plan": (plan) =>
        given("that copies backups elsewhere", ...list(property(plan, "rules")).map((rule) => at(rule, "copyActions"))),
    // https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html: roles for the add-on's service accounts.
    "aws:eks/addon:Addon": (addon) =>
        given("with a role", property(addon, "serviceAccountRoleArn"), property(addon, "podIdentityAssociations")),
    "aws:secretsmanager/secret:Secret": (secret) => given("with a resource policy", property(secret, "policy")),
    "aws:cloudwatch/eventTarget:EventTarget": (target) =>
        given(
            "that runs programs",
            ...["ecsTarget", "runCommandTargets", "batchTarget", "redshiftTarget"].map((name) =>
                property(target, name),
            ),
            // Automations, builds, pipelines and state machines do what their definition, or the event, says.
            RUNNING_TARGETS.test(text(property(target, "arn")) ?? "")
                ? [property(target, "arn") ?? "", property(target, "input") ?? ""]
                : undefined,
        ),
    // An integration calls any API of AWS as its role: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
    "aws:apigateway/integration:Integration": (one) => given("that calls AWS", property(one, "credentials")),
    "aws:apigateway/restApi:RestApi": (api) => given("with a definition of its own", property(api, "body")),
    "aws:apigatewayv2/integration:Integration": (one) => given("that calls AWS", property(one, "credentialsArn")),
    "aws:apigatewayv2/api:Api": (api) => given("with a definition of its own", property(api, "body")),
    // The kubelet hands such a driver the tokens of the pods that use its volumes.
    "kubernetes:storage.k8s.io/v1:CSIDriver": (driver) =>
        given("that gets tokens of pods", property(driver, "spec", "tokenRequests")),
    // A schedule calls any API of AWS: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
    "aws:scheduler/schedule:Schedule": ({ inputs }) =>
        HARMLESS_TARGETS.test(text(at(inputs, "target", "arn")) ?? "")
            ? undefined
            : given("that calls AWS or runs programs", at(inputs, "target") ?? {}),
    "kubernetes:core/v1:ConfigMap": (map) => {
        const later = property(map, "metadata", "name") === "aws-auth" && hasUnknown(property(map, "data"));
        return later ? { why: "whose mappings are not known yet" } : undefined;
    },
    "kubernetes:core/v1:PersistentVolume": (volume) =>
        given("on a node's disk", property(volume, "spec", "hostPath"), property(volume, "spec", "local")),
    // A session document describes a session; other documents run programs on machines.
    "aws:ssm/document:Document": (document) =>
        property(document, "documentType") === "Session"
            ? undefined
            : given("that is not for sessions", property(document, "content") ?? {}),
    "postgresql:index/extension:Extension": (extension) =>
        HARMLESS_EXTENSIONS.has(text(property(extension, "name")) ?? extension.name)
            ? undefined
            : { why: "whose functions are not known" },
};

/** What a schedule may do without giving anybody access: call a function, which is read, pass a message on, close a way in. */
const HARMLESS_TARGETS =
    /^arn:[^:]+:(?:(?:lambda|sns|sqs|events|kinesis|firehose):|scheduler:::aws-sdk:ec2:revokeSecurityGroup(?:In|E)gress$)/;

const RUNNING_TARGETS =
    /^arn:[^:]+:(?:ssm|codebuild|codepipeline|states|batch|glue|sagemaker|imagebuilder|redshift-data|redshift):/;

interface Partly {
    readonly why: string;
    readonly content?: readonly (Value | undefined)[];
}

/** The arguments that are given; an empty list gives nothing. */
function given(why: string, ...values: readonly (Value | undefined)[]): Partly | undefined {
    const content = values.filter(
        (value) =>
            value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0),
    );
    return content.length === 0 ? undefined : { why, content };
}

function sharedSnapshot(snapshot: Resource): Partly | undefined {
    return given("shared with other accounts", property(snapshot, "sharedAccounts"));
}

/** Parameters that act on every session: which code it loads, as whom it begins, where names lead, whether tokens travel encrypted. */
const PARAMETERS = [
    "search_path",
    "role",
    "session_authorization",
    "session_preload_libraries",
    "local_preload_libraries",
    "row_security",
];

function parameters(group: Resource): Partly | undefined {
    const named = list(property(group, "parameters")).filter((parameter) => {
        const name = text(at(parameter, "name")) ?? "";
        return PARAMETERS.includes(name) || (name === "rds.force_ssl" && at(parameter, "value") !== "1");
    });
    return given(`that sets ${named.map((parameter) => text(at(parameter, "name"))).join(", ")}`, ...named);
}

/** The resources that may give access and are not read. */
export function unreadResources({ resources }: Pick<Graph, "resources">): readonly Unread[] {
    return resources.flatMap((resource): readonly Unread[] => {
        const { type, urn, name, component } = resource;
        if (component || HARMLESS_PROVIDERS.has(packageOf(type))) {
            return [];
        }
        const what = withModule(typeOf(resource));
        if (Object.hasOwn(PARTLY, type)) {
            const partly = PARTLY[type]?.(resource);
            return partly === undefined
                ? []
                : [
                      {
                          key: `${urn} ${partly.why}`,
                          what: `${what} ${partly.why}`,
                          name,
                          content: JSON.stringify(partly.content ?? []),
                      },
                  ];
        }
        const read = READ.has(type) || READ_KUBERNETES.test(type) || isWorkload(resource) || HARMLESS.test(type);
        return read ? [] : [{ key: urn, what, name, content: JSON.stringify(resource.inputs) }];
    });
}

/** Associations that give a service account a role which is not among the resources. */
export function unreadRoles(graph: Graph, principals: Principals): readonly Unread[] {
    const elsewhere = graph.ofType("aws:eks/podIdentityAssociation:PodIdentityAssociation").filter((association) => {
        return (
            text(property(association, "roleArn")) !== undefined &&
            principals.rolesAt(association, ["roleArn"]).length === 0
        );
    });
    const what = (one: Resource): string => `${withModule(typeOf(one))} with a role that is not among the resources`;
    return elsewhere.map((one) => ({
        key: one.urn,
        what: what(one),
        name: one.name,
        content: JSON.stringify(one.inputs),
    }));
}

/** Policies that principals hold and whose documents are not known: they may allow anything. */
export function unreadPolicies(principals: Principals): readonly Unread[] {
    return principals
        .all()
        .flatMap(({ resource, name, held }) =>
            held.flatMap(({ elsewhere }): readonly Unread[] =>
                elsewhere === undefined
                    ? []
                    : [{ key: `${resource.urn} ${elsewhere}`, what: `what ${elsewhere} allows`, name, content: "" }],
            ),
        );
}

/** `aws:cloudformation:Stack` of `aws:cloudformation/stack:Stack`. */
function withModule(type: string): string {
    return type.replace(/^([^:]+:[^:/]+)\/[a-z]\w*(:[^:]+)$/, "$1$2").replace(/^(\w+):index:/, "$1:");
}
