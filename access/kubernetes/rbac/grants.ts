import { parse } from "yaml";

import type { Graph } from "../../resources/graph";
import { label, property } from "../../resources/resource";
import type { Resource } from "../../resources/resource";
import { at, list, text, texts, Unknown } from "../../resources/value";
import type { Value } from "../../resources/value";
import { named, suppliedNamespace } from "../clusters";
import type { Cluster, Clusters } from "../clusters";
import { accessPolicyPowers, Roles } from "./roles";
import type { Power } from "./rules";

/** A Kubernetes subject. */
export type Subject =
    /** An IAM role or user; one of the resources, or known only by its ARN. */
    | { readonly kind: "iam"; readonly resource?: Resource; readonly arn?: string }
    | { readonly kind: "account"; readonly namespace: string; readonly name: string }
    | { readonly kind: "user" | "group"; readonly name: string };

/** A subject's permissions in a cluster. */
export interface Grant {
    readonly cluster: Cluster;
    readonly subject: Subject;
    /** Undefined: all namespaces. */
    readonly namespaces?: readonly string[];
    readonly powers: readonly Power[];
    /** For messages: `by kubernetes:RoleBinding deployers`. */
    readonly by: string;
    readonly resources: readonly Resource[];
}

/** An IAM role or user that a cluster maps to a user and groups. */
export interface Member {
    readonly cluster: Cluster;
    readonly subject: Extract<Subject, { kind: "iam" }>;
    readonly user?: string;
    readonly groups: readonly string[];
    readonly resource: Resource;
}

const ENTRY = "aws:eks/accessEntry:AccessEntry";
const ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
const IAM = ["aws:iam/role:Role", "aws:iam/user:User"];
const BINDING =
    /^kubernetes:rbac\.authorization\.k8s\.io\/v1(?:alpha1|beta1)?:(ClusterRoleBinding|RoleBinding)(?:Patch)?$/;
const CONFIG_MAP = /^kubernetes:core\/v1:ConfigMap(?:Patch)?$/;

/** Reads permissions in clusters: EKS access entries and aws-auth, and Kubernetes role bindings. */
export class Grants {
    readonly grants: readonly Grant[];
    readonly members: readonly Member[];

    constructor(
        private readonly graph: Graph,
        private readonly clusters: Clusters,
    ) {
        const roles = new Roles(graph, clusters);
        const entries = graph.ofType(ENTRY);
        const authMaps = graph.resources.filter((one) => CONFIG_MAP.test(one.type) && isAuthMap(graph, one));
        const granted = [
            ...graph.ofType(ASSOCIATION).flatMap((one) => this.association(one, (name) => property(one, name))),
            // aws-native names the policies in the entry.
            ...entries.flatMap((entry) =>
                list(property(entry, "accessPolicies")).flatMap((policy) =>
                    this.association(entry, (name) => at(policy, name)),
                ),
            ),
            ...graph.resources
                .filter(({ type }) => BINDING.test(type))
                .flatMap((binding) => this.binding(binding, roles)),
        ];
        const own = entries.flatMap((entry) => this.entry(entry));
        this.members = [...own, ...authMaps.flatMap((map) => this.mapped(map))];
        this.grants = [...granted, ...own.flatMap((member) => this.unassociated(member, granted))];
    }

    private principals(resource: Resource): readonly Extract<Subject, { kind: "iam" }>[] {
        const found = this.graph.follow(resource, ["principalArn"], IAM, ["arn"]);
        return found.length === 0
            ? [{ kind: "iam" }]
            : found.map((one) => ({ kind: "iam", resource: one.resource, arn: one.value }));
    }

    /** An EKS access policy for the principal that a resource names. */
    private association(entry: Resource, read: (name: string) => Value | undefined): readonly Grant[] {
        const scope = read("accessScope");
        const namespaces = at(scope, "namespaces");
        const known =
            at(scope, "type") === "namespace" &&
            !(namespaces instanceof Unknown) &&
            list(namespaces).every((one) => typeof one === "string");
        const arn = text(read("policyArn"));
        const name = arn?.slice(arn.lastIndexOf("/") + 1);
        return this.clusters.named(entry).flatMap((cluster) =>
            this.principals(entry).map((subject) => ({
                cluster,
                subject,
                namespaces: known ? texts(namespaces) : undefined,
                powers: accessPolicyPowers(arn),
                by: `by ${name ?? "a policy"} of ${label(entry)}`,
                resources: [entry],
            })),
        );
    }

    /** An entry that no group, binding or policy makes use of: another stack associates an access policy with it. */
    private unassociated(
        { cluster, subject, user, groups, resource }: Member,
        granted: readonly Grant[],
    ): readonly Grant[] {
        const name = user ?? subject.arn;
        const isSame = (one: Subject): boolean =>
            one.kind === "iam"
                ? one.resource === undefined
                    ? one.arn === subject.arn
                    : one.resource === subject.resource
                : one.kind === "user" && one.name === name;
        const known = granted.some((grant) => grant.cluster === cluster && isSame(grant.subject));
        const by = `by an access policy that is associated elsewhere with ${label(resource)}`;
        return known || groups.length > 0
            ? []
            : [{ cluster, subject, powers: accessPolicyPowers(undefined), by, resources: [resource] }];
    }

    private entry(entry: Resource): readonly Member[] {
        // The other types are for nodes; the docs describe them.
        if ((text(property(entry, "type")) ?? "STANDARD") !== "STANDARD") {
            return [];
        }
        const user = text(property(entry, "userName"));
        const groups = texts(property(entry, "kubernetesGroups"));
        return this.clusters
            .named(entry)
            .flatMap((cluster) =>
                this.principals(entry).map((subject) => ({ cluster, subject, user, groups, resource: entry })),
            );
    }

    private binding(binding: Resource, roles: Roles): readonly Grant[] {
        const cluster = this.clusters.clusterOf(binding);
        const everywhere = BINDING.exec(binding.type)?.[1] === "ClusterRoleBinding";
        const { namespace } = named(this.graph, binding);
        const [kind, name] = [
            text(property(binding, "roleRef", "kind")) ?? "ClusterRole",
            text(property(binding, "roleRef", "name")) ?? "that is not known yet",
        ];
        const { powers, resources } = roles.powersOf(cluster, kind, namespace, name);
        const subjects = property(binding, "subjects");
        const said = subjects instanceof Unknown ? [subjects] : list(subjects);
        return said.map((one) => ({
            cluster,
            subject: this.subjectOf(binding, one, namespace),
            namespaces: everywhere ? undefined : [namespace],
            powers,
            by: `as ${kind} ${name} by ${label(binding)}`,
            resources: [binding, ...resources],
        }));
    }

    private subjectOf(binding: Resource, subject: Value, home: string): Subject {
        const [kind, name = "that is not known yet"] = [text(at(subject, "kind")), text(at(subject, "name"))];
        if (kind !== "ServiceAccount") {
            return { kind: kind === "Group" ? "group" : "user", name };
        }
        return {
            kind: "account",
            namespace: text(at(subject, "namespace")) ?? suppliedNamespace(this.graph, binding, "subjects") ?? home,
            name,
        };
    }

    /** The mappings of aws-auth, which a cluster with authentication mode API ignores. */
    private mapped(map: Resource): readonly Member[] {
        const cluster = this.clusters.clusterOf(map);
        const mode =
            cluster.resource === undefined
                ? undefined
                : at(property(cluster.resource, "accessConfig"), "authenticationMode");
        if (mode === "API") {
            return [];
        }
        return (["mapRoles", "mapUsers"] as const).flatMap((key) =>
            mappings(text(property(map, "data", key))).flatMap((mapping): Member[] => {
                const arn = mapping[key === "mapRoles" ? "rolearn" : "userarn"];
                const groups = Array.isArray(mapping["groups"])
                    ? mapping["groups"].filter((one) => typeof one === "string")
                    : [];
                const user = mapping["username"];
                // Nodes join through these.
                const others = groups.filter((group) => group !== "system:nodes" && group !== "system:bootstrappers");
                return typeof arn === "string"
                    ? [
                          {
                              cluster,
                              subject: { kind: "iam", arn, resource: this.graph.find(IAM, arn, ["arn"]) },
                              user: typeof user === "string" ? user : undefined,
                              groups: others,
                              resource: map,
                          },
                      ]
                    : [];
            }),
        );
    }
}

function isAuthMap(graph: Graph, map: Resource): boolean {
    const { name, namespace } = named(graph, map);
    return name === "aws-auth" && namespace === "kube-system";
}

/** The list in an aws-auth entry; empty if it is not a list, which the cluster does not read either. */
function mappings(said: string | undefined): readonly Readonly<Record<string, unknown>>[] {
    try {
        const value: unknown = parse(said ?? "");
        return (Array.isArray(value) ? (value as unknown[]) : []).filter(
            (one): one is Readonly<Record<string, unknown>> => typeof one === "object" && one !== null,
        );
    } catch {
        return [];
    }
}
