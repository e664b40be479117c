import type { Graph } from "../../resources/graph";
import { property } from "../../resources/resource";
import type { Resource } from "../../resources/resource";
import { at, hasUnknown, list } from "../../resources/value";
import type { Cluster, Clusters } from "../clusters";
import { labelsOf, named, selects } from "../clusters";
import { powersOf, ruleOf } from "./rules";
import type { Power, Rule } from "./rules";

const EVERYTHING: readonly Rule[] = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];

/** As far as it matters: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles */
const EDIT: readonly Rule[] = [
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

/** Roles that every cluster has, as far as they matter; the others of `system:` are for its own parts. */
const BUILT_IN: Readonly<Record<string, readonly Rule[]>> = {
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

const SECRETS: Rule = { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] };

/** What EKS's own access policies allow, as far as it matters: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const ACCESS_POLICIES: Readonly<Record<string, readonly Rule[]>> = {
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

/** What members of `system:masters` may do, whatever roles there are. */
export const everything: readonly Power[] = powersOf(EVERYTHING);

/** Rules that are not known may be any. */
function unknown(does: string): readonly Power[] {
    return [{ does, clusterOnly: false, expected: true }];
}

/** What one of EKS's access policies lets its holders do, by its ARN; undefined while that is not known. */
export function accessPolicyPowers(arn: string | undefined): readonly Power[] {
    const name = /^arn:[^:]*:eks::aws:cluster-access-policy\/(.+)$/.exec(arn ?? "")?.[1] ?? "";
    const rules = Object.hasOwn(ACCESS_POLICIES, name) ? ACCESS_POLICIES[name] : undefined;
    return rules === undefined
        ? unknown(`do what ${arn ?? "a policy that is not known yet"} allows, which is not known here`)
        : powersOf(rules);
}

const TYPE = /^kubernetes:rbac\.authorization\.k8s\.io\/v1(?:alpha1|beta1)?:(ClusterRole|Role)(?:Patch)?$/;
const AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";

/** The roles of Kubernetes among the resources, and those that every cluster has. */
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

    /** What a role lets those do whom a binding in a namespace gives it, and the resources that say so. */
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

    /** The cluster roles whose rules the controller copies into a role: those that its selectors take, and what is meant for the roles that every cluster has. */
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
