import { EKS } from "../network/groups";
import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, isValues, list, text, Unknown } from "../resources/value";
import type { Value } from "../resources/value";
import { accountsOf, isWorkload, podOf } from "./workloads";

const OIDC = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const NAMESPACE = "kubernetes:core/v1:Namespace";

/** A Kubernetes cluster; without a resource if it is not among them. */
export interface Cluster {
    readonly key: string;
    readonly resource?: Resource;
    readonly arn?: string;
    readonly name?: string;
    /** Without `https://`. */
    readonly issuer?: string;
    /** Its OIDC providers in IAM. */
    readonly oidc: readonly Resource[];
}

export interface ServiceAccount {
    readonly cluster: Cluster;
    readonly namespace: string;
    readonly name: string;
    /** Itself and its patches, each of which adds to it; none for one that only a trust or an association names. */
    readonly resources: readonly Resource[];
    readonly labels: Labels;
}

export type Labels = Readonly<Record<string, string>>;

/** The clusters among the resources and what runs in them. */
export class Clusters {
    readonly all: readonly Cluster[];
    private readonly elsewhere: Cluster = { key: "kubernetes", oidc: [] };
    private readonly accounts = new Map<string, ServiceAccount>();
    private readonly pods = new Map<string, Labels[]>();
    private readonly byProvider = new Map<string, Cluster>();

    constructor(private readonly graph: Graph) {
        this.all = graph.ofType(EKS).map((resource) => clusterOf(graph, resource));
        // Patches come last, as they change what is there: https://www.pulumi.com/registry/packages/kubernetes/api-docs/core/v1/serviceaccountpatch/
        for (const resource of [SERVICE_ACCOUNT, `${SERVICE_ACCOUNT}Patch`].flatMap((type) => graph.ofType(type))) {
            const { name, namespace } = named(graph, resource);
            const cluster = this.clusterOf(resource);
            const account = this.account(cluster, namespace, name);
            this.accounts.set(keyOf(cluster, namespace, name), {
                ...account,
                resources: [...account.resources, resource],
                labels: { ...account.labels, ...labelsOf(property(resource, "metadata", "labels")) },
            });
        }
        graph.resources.filter(isWorkload).forEach((workload) => this.addPod(workload));
    }

    serviceAccounts(): readonly ServiceAccount[] {
        return [...this.accounts.values()];
    }

    /** A service account by its name, even if it is not among the resources. */
    account(cluster: Cluster, namespace: string, name: string): ServiceAccount {
        return (
            this.accounts.get(keyOf(cluster, namespace, name)) ?? {
                cluster,
                namespace,
                name,
                resources: [],
                labels: {},
            }
        );
    }

    /** The service accounts that a workload's pods may run as. */
    accountsOf(workload: Resource): readonly ServiceAccount[] {
        const { namespace } = named(this.graph, workload);
        return accountsOf(this.graph, workload).map((name) => this.account(this.clusterOf(workload), namespace, name));
    }

    /** The label sets of the pods known to run as a service account. */
    podsOf({ cluster, namespace, name }: ServiceAccount): readonly Labels[] {
        return this.pods.get(keyOf(cluster, namespace, name)) ?? [];
    }

    /** The cluster whose tokens an issuer signs. */
    withIssuer(issuer: string): Cluster | undefined {
        return this.all.find((cluster) => cluster.issuer === issuer);
    }

    withArn(arn: string): Cluster | undefined {
        return this.all.find((cluster) => cluster.arn === arn);
    }

    /**
     * The clusters that `clusterName` matches: all if unknown; if none has that name, those with unknown names, else one that is not
     * among the resources.
     */
    named(resource: Resource): readonly Cluster[] {
        const references = this.graph.follow(resource, ["clusterName"], [EKS], ["name", "id"]);
        const found = references.flatMap((one) => one.resource ?? []);
        const isMeant = ({ resource: cluster, name }: Cluster): boolean =>
            found.length > 0
                ? cluster !== undefined && found.includes(cluster)
                : references.length === 0 || name === undefined;
        const meant = this.all.filter(isMeant);
        return meant.length > 0 ? meant : [this.elsewhere];
    }

    /** The cluster of a Kubernetes resource: from its provider's kubeconfig, else the only cluster. */
    clusterOf(resource: Resource): Cluster {
        const urn = resource.provider ?? "";
        let cluster = this.byProvider.get(urn);
        if (cluster === undefined) {
            cluster = this.behind(urn) ?? (this.all.length === 1 ? this.all[0] : undefined) ?? this.elsewhere;
            this.byProvider.set(urn, cluster);
        }
        return cluster;
    }

    private behind(urn: string): Cluster | undefined {
        const provider = this.graph.get(urn);
        if (provider === undefined) {
            return undefined;
        }
        const config = property(provider, "kubeconfig");
        const said = typeof config === "string" ? config : isValues(config) ? JSON.stringify(config) : "";
        const suppliers = this.graph.suppliersOf(provider, "kubeconfig", [EKS]);
        return this.all.find(({ resource, arn, name }) => {
            const endpoint = resource && text(property(resource, "endpoint"));
            const mentioned =
                [endpoint, arn].some((mark) => mark !== undefined && said.includes(mark)) ||
                (name !== undefined && said.includes(`"${name}"`));
            return mentioned || (resource !== undefined && suppliers.includes(resource));
        });
    }

    private addPod(workload: Resource): void {
        const labels = labelsOf(at(podOf(workload).metadata, "labels"));
        for (const account of this.accountsOf(workload)) {
            const key = keyOf(account.cluster, account.namespace, account.name);
            this.pods.set(key, [...(this.pods.get(key) ?? []), labels]);
        }
    }
}

/** The name and namespace of a Kubernetes resource; an unknown namespace is the one that supplies it. */
export function named(graph: Graph, resource: Resource): { readonly name: string; readonly namespace: string } {
    const namespace = property(resource, "metadata", "namespace");
    const supplied = namespace instanceof Unknown ? suppliedNamespace(graph, resource, "metadata") : undefined;
    return { name: nameOf(resource), namespace: text(namespace) ?? supplied ?? "default" };
}

/** The namespace that supplies the unknown part of an input. */
export function suppliedNamespace(graph: Graph, resource: Resource, input: string): string | undefined {
    const [supplier] = graph.suppliersOf(resource, input, [NAMESPACE]);
    return supplier === undefined ? undefined : nameOf(supplier);
}

/** A namespace or service account that a property of another kind of resource names, or that supplies it. */
export function mentioned(graph: Graph, from: Resource, input: "namespace" | "serviceAccount"): string | undefined {
    const type = input === "namespace" ? NAMESPACE : SERVICE_ACCOUNT;
    const [found] = graph.follow(from, [input], [type], ["metadata.name"]);
    return found?.value ?? (found?.resource === undefined ? undefined : nameOf(found.resource));
}

function nameOf(resource: Resource): string {
    return text(property(resource, "metadata", "name")) ?? resource.name;
}

/** Whether a Kubernetes label selector matches a set of labels; an empty one matches all, a missing one none. */
export function selects(selector: Value | undefined, labels: Labels): boolean {
    if (!isValues(selector)) {
        return false;
    }
    const equal = Object.entries(labelsOf(selector["matchLabels"])).every(([name, value]) => labels[name] === value);
    return equal && list(selector["matchExpressions"]).every((expression) => fits(expression, labels));
}

function fits(expression: Value, labels: Labels): boolean {
    const label = labels[text(at(expression, "key")) ?? ""];
    const values = list(at(expression, "values"));
    switch (at(expression, "operator")) {
        case "In":
            return label !== undefined && values.includes(label);
        case "NotIn":
            return label === undefined || !values.includes(label);
        case "Exists":
            return label !== undefined;
        case "DoesNotExist":
            return label === undefined;
        default:
            return false;
    }
}

export function labelsOf(value: Value | undefined): Labels {
    const entries = isValues(value) ? Object.entries(value) : [];
    return Object.fromEntries(
        entries.flatMap(([name, label]) => (typeof label === "string" ? [[name, label] as const] : [])),
    );
}

function clusterOf(graph: Graph, resource: Resource): Cluster {
    const url = text(at(property(resource, "identities"), 0, "oidcs", 0, "issuer"));
    const issuer = url?.replace(/^https:\/\//, "");
    const oidc = graph.ofType(OIDC).filter((provider) => {
        const known = property(provider, "url");
        return known instanceof Unknown || issuer === undefined
            ? graph.suppliersOf(provider, "url", [EKS]).includes(resource)
            : text(known)?.replace(/^https:\/\//, "") === issuer;
    });
    return {
        key: resource.name,
        resource,
        arn: text(property(resource, "arn")),
        name: text(property(resource, "name")),
        issuer,
        oidc,
    };
}

/** The key of the identity that a service account's pods have. */
export function podKey({ cluster, namespace, name }: Pick<ServiceAccount, "cluster" | "namespace" | "name">): string {
    return `pod ${keyOf(cluster, namespace, name)}`;
}

function keyOf(cluster: Cluster, namespace: string, name: string): string {
    return `${cluster.resource?.urn ?? cluster.key}/${namespace}/${name}`;
}
