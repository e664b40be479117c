import type { Cluster, Clusters, ServiceAccount } from "../kubernetes/clusters";
import type { Subject } from "../kubernetes/rbac/grants";
import { Intruders } from "../kubernetes/rbac/intruders";
import { link } from "../chain/link";
import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import type { Principals } from "./principals";
import { person } from "./assumer";
import type { Acting, Assumer } from "./assumer";

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects */
const EVERYBODY: Readonly<Record<string, string>> = {
    "system:authenticated": "any authenticated user of the API",
    "system:unauthenticated": "any client of the API",
    "system:anonymous": "any client of the API",
    "system:serviceaccounts": "every service account",
};

/** Users of a Kubernetes cluster's API, through which they can act as its service accounts. */
export class ClusterUsers {
    private readonly intruders: Intruders;
    /** The labels of a cluster's service accounts. */
    private readonly accounts = new Map<Cluster, readonly string[]>();

    constructor(
        graph: Graph,
        private readonly clusters: Clusters,
        private readonly principals: Principals,
        private readonly assumers: Acting,
    ) {
        this.intruders = new Intruders(graph, clusters);
    }

    /** Identities that can act as a service account through the Kubernetes API. */
    actingAs(account: ServiceAccount, way: ReadonlySet<string>): readonly Assumer[] {
        const { cluster, namespace, name } = account;
        const place = `namespace ${cluster.key}/${namespace}`;
        if (way.has(place)) {
            return [];
        }
        return this.intruders.into(cluster, namespace).flatMap(({ subject, state, may, resources, administers }) =>
            this.subjects(subject, cluster, new Set([...way, place])).map((assumer): Assumer => {
                const step = link(
                    "credential",
                    state,
                    `${assumer.identity.label} ${may}, and so act as ${namespace}/${name}`,
                    ...resources,
                );
                return { ...assumer, links: [...assumer.links, step], acting: administers ? "cluster" : "namespace" };
            }),
        );
    }

    private subjects(subject: Subject, cluster: Cluster, way: ReadonlySet<string>): readonly Assumer[] {
        switch (subject.kind) {
            case "iam": {
                const { arn } = subject;
                const known =
                    (subject.resource && this.principals.of(subject.resource)) ??
                    (arn === undefined ? undefined : this.principals.withArn(arn));
                const assumers = known === undefined ? [] : this.assumers.of(known, way);
                const name =
                    arn ??
                    (known === undefined
                        ? `a principal of IAM that cluster ${cluster.key} will know`
                        : label(known.resource));
                return assumers.length > 0 ? assumers : [{ identity: person(name, name), links: [], places: [] }];
            }
            case "account":
                return this.assumers.pod(this.clusters.account(cluster, subject.namespace, subject.name), [], way);
            case "user":
            case "group":
                return this.named(subject, cluster, way);
        }
    }

    /** Users and groups that no entry of the cluster maps: Kubernetes' own, and those of other authenticators. */
    private named(
        { kind, name }: Extract<Subject, { kind: "user" | "group" }>,
        cluster: Cluster,
        way: ReadonlySet<string>,
    ): readonly Assumer[] {
        const inOne = /^system:serviceaccounts:(.+)$/.exec(name)?.[1];
        if (kind === "group" && inOne !== undefined) {
            const there = this.clusters
                .serviceAccounts()
                .filter((one) => one.cluster === cluster && one.namespace === inOne);
            return (there.length > 0 ? there : [this.clusters.account(cluster, inOne, "*")]).flatMap((one) =>
                this.assumers.pod(one, [], way),
            );
        }
        const everybody = EVERYBODY[name];
        const who = `${everybody ?? `${kind} ${name}`} of cluster ${cluster.key}`;
        const includes = everybody === undefined ? undefined : this.accountsOf(cluster);
        return [{ identity: { ...person(who, who, everybody !== undefined), includes }, links: [], places: [] }];
    }

    private accountsOf(cluster: Cluster): readonly string[] {
        const known =
            this.accounts.get(cluster) ??
            this.clusters
                .serviceAccounts()
                .flatMap((one) => (one.cluster === cluster ? [this.assumers.podIdentity(one).label] : []));
        this.accounts.set(cluster, known);
        return known;
    }
}
