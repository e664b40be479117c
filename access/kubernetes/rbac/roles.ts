import type { Graph } from "../../resources/graph";
import { property } from "../../resources/resource";
import type { Resource } from "../../resources/resource";
import { at, hasUnknown, list } from "../../resources/value";
import type { Cluster, Clusters } from "../clusters";
import { labelsOf, named, selects } from "../clusters";
import { powersOf, ruleOf } from "./rules";
import type { Power, RbacRule } from "./rules";

const EVERYTHING: readonly RbacRule[] = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];

/** The relevant part of: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
const EDIT: readonly RbacRule[] = [
    {
        apiGroups: [""],
        resources: [
            "pods",
            "pods/exec",
            "pods/attach",
            "secrets",
            "serviceaccounts",
            "serviceaccounts/token",
            "replicationcontrollers",
        ],
        verbs: ["get", "list", "watch", "create", "update", "patch"],
    },
    { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] },
    {
        apiGroups: ["apps"],
        resources: ["deployments", "replicasets", "statefulsets", "daemonsets"],
        verbs: ["create", "update", "patch"],
    },
    { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: ["create", "update", "patch"] },
];

/** The relevant roles that every cluster has; the other `system:` roles are for its own components. */
const BUILT_IN: Readonly<Record<string, readonly RbacRule[]>> = {
    "cluster-admin": EVERYTHING,
    admin: EDIT,
    edit: EDIT,
    view: [],
    "system:discovery": [],
    "system:basic-user": [],
    "system:public-info-viewer": [],
    "system:monitoring": [],
    "system:auth-delegator": [],
    "system:service-account-issuer-discovery": [],
};

const SECRETS: RbacRule = { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] };

/** The relevant permissions of EKS's own access policies: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const ACCESS_POLICIES: Readonly<Record<string, readonly RbacRule[]>> = {
    AmazonEKSClusterAdminPolicy: EVERYTHING,
    AmazonEKSAdminPolicy: EDIT,
    AmazonEKSEditPolicy: EDIT,
    AmazonEKSAdminViewPolicy: [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list", "watch"] }],
    AmazonEKSSecretReaderPolicy: [SECRETS],
    AmazonEKSViewPolicy: [],
    AmazonEKSAutoNodePolicy: [],
    AmazonEKSBlockStoragePolicy: [],
    AmazonEKSBlockStorageClusterPolicy: [],
    AmazonEKSComputePolicy: [],
    AmazonEKSComputeClusterPolicy: [],
    AmazonEKSLoadBalancingPolicy: [],
    AmazonEKSNetworkingPolicy: [],
    AmazonEKSNetworkingClusterPolicy: [],
    AmazonEKSHybridPolicy: [],
    AmazonEKSClusterInsightsPolicy: [],
};

/** The permissions of members of `system:masters`, independent of roles. */
export const everything: readonly Power[] = powersOf(EVERYTHING);

/** Unknown rules may allow anything. */
function unknown(does: string): readonly Power[] {
    return [{ does, clusterOnly: false, expected: true }];
}

/** The permissions of an EKS access policy, by its ARN; undefined if the ARN is unknown. */
export function accessPolicyPowers(arn: string | undefined): readonly Power[] {
    const name = /^arn:[^:]*:eks::aws:cluster-access-policy\/(.+)$/.exec(arn ?? "")?.[1] ?? "";
    const rules = Object.hasOwn(ACCESS_POLICIES, name) ? ACCESS_POLICIES[name] : undefined;
    return rules === undefined
        ? unknown(`do what ${arn ?? "a policy that is not known yet"} allows, which is not known here`)
        : powersOf(rules);
}

const TYPE = /^kubernetes:rbac\.authorization\.k8s\.io\/v1(?:alpha1|beta1)?:(ClusterRole|Role)(?:Patch)?$/;
const AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";

/** The Kubernetes roles among the resources, and those that every cluster has. */
export class Roles {
    private readonly byName = new Map<string, Resource[]>();
    private readonly clusterRoles: readonly Resource[];

    constructor(
        graph: Graph,
        private readonly clusters: Clusters,
    ) {
        const roles = graph.resources.filter(({ type }) => TYPE.test(type));
        this.clusterRoles = roles.filter((role) => kindOf(role) === "ClusterRole");
        for (const role of roles) {
            const { name, namespace } = named(graph, role);
            const key = keyOf(clusters.clusterOf(role), kindOf(role), namespace, name);
            this.byName.set(key, [...(this.byName.get(key) ?? []), role]);
        }
    }

    /** The permissions of a role bound in a namespace, and the resources that define them. */
    powersOf(
        cluster: Cluster,
        kind: string,
        namespace: string,
        name: string,
    ): { readonly powers: readonly Power[]; readonly resources: readonly Resource[] } {
        const declared = this.byName.get(keyOf(cluster, kind, namespace, name)) ?? [];
        const builtIn = kind === "ClusterRole" && Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
        if (declared.length === 0 && builtIn === undefined) {
            return {
                powers: unknown(`do what ${kind} ${name} allows, which is not among these resources`),
                resources: [],
            };
        }
        const resources = [...declared, ...this.aggregated(cluster, name, declared)];
        if (
            resources.some(
                (role) => hasUnknown(property(role, "rules")) || hasUnknown(property(role, "aggregationRule")),
            )
        ) {
            return { powers: unknown(`do what ${kind} ${name} will allow, which is not known yet`), resources };
        }
        const rules = resources.flatMap((role) => list(property(role, "rules")).map(ruleOf));
        return { powers: powersOf([...(builtIn ?? []), ...rules]), resources };
    }

    /** The cluster roles aggregated into a role, by its selectors or those of the built-in roles. */
    private aggregated(cluster: Cluster, name: string, declared: readonly Resource[]): readonly Resource[] {
        const selectors = declared.flatMap((role) =>
            list(at(property(role, "aggregationRule"), "clusterRoleSelectors")),
        );
        const levels = { view: ["view"], edit: ["view", "edit"], admin: ["view", "edit", "admin"] }[name] ?? [];
        return this.clusterRoles.filter((role) => {
            const labels = labelsOf(property(role, "metadata", "labels"));
            const taken =
                selectors.some((selector) => selects(selector, labels)) ||
                levels.some((level) => labels[`${AGGREGATE}${level}`] === "true");
            return taken && !declared.includes(role) && this.clusters.clusterOf(role) === cluster;
        });
    }
}

function kindOf({ type }: Resource): string {
    return TYPE.exec(type)?.[1] ?? "";
}

function keyOf(cluster: Cluster, kind: string, namespace: string, name: string): string {
    return [cluster.key, kind, kind === "Role" ? namespace : "", name].join("\n");
}
