import { CARRIERS } from "../../policy/iam";
import { machineTypes } from "../iam/computeWorkloads";
import type { Principals } from "../iam/principals";
import { isWorkload } from "../kubernetes/workloads";
import { postgresTypes } from "../postgres/declared";
import type { Graph } from "../resources/graph";
import { packageOf, property, typeOf } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import { DATABASES } from "./databases";
import { HARMLESS_PROVIDERS, HARMLESS_TYPES } from "./harmless";
import { PARTLY } from "./partly";
import type { Partly } from "./partly";

/** Something that may give access and that the model does not read. */
export interface Unread {
    /** Stable across versions of a stack. */
    readonly key: string;
    /** What it is, for a count: `aws:cloudformation:Stack`, `AWS's policy …`. */
    readonly what: string;
    /** Which one. */
    readonly name: string;
    /** Its content, for detecting changes. */
    readonly content: string;
}

/** Types that the model reads, besides those of {@link CARRIERS}, of workloads and of Postgres. */
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
        "kubernetes:core/v1:ServiceAccountPatch",
        "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
    ],
]);

/** Kubernetes kinds that the model reads in every version, besides workloads. */
const READ_KUBERNETES = /^kubernetes:rbac\.authorization\.k8s\.io\/\w+:(?:Cluster)?Role(?:Binding)?(?:Patch)?$/;

const HARMLESS = new RegExp(
    `^(?:${HARMLESS_TYPES.map((type) => type.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*")).join("|")})$`,
);

function partlyOf(graph: Graph, resource: Resource): readonly Partly[] {
    const found = PARTLY[resource.type]?.(resource);
    return [...(found === undefined ? [] : [found]), ...(DATABASES[resource.type]?.(resource, graph) ?? [])];
}

/** The resources that may give access and that the model does not read. */
export function unreadResources(graph: Graph): readonly Unread[] {
    return graph.resources.flatMap((resource): readonly Unread[] => {
        const { type, urn, name, component } = resource;
        if (component || HARMLESS_PROVIDERS.has(packageOf(type))) {
            return [];
        }
        const what = withModule(typeOf(resource));
        if (Object.hasOwn(PARTLY, type) || Object.hasOwn(DATABASES, type)) {
            return partlyOf(graph, resource).map(({ why, content = [] }) => ({
                key: `${urn} ${why}`,
                what: `${what} ${why}`,
                name,
                content: JSON.stringify(content),
            }));
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
            principals.rolesAt(association, ["roleArn"]).every(({ kind }) => kind === "elsewhere")
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

/** Policies of principals whose documents are unknown: they may allow anything. */
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
