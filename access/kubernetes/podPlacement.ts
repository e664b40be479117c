import type { Endpoint } from "../databases/servers";
import { elsewhere, link } from "../chain/link";
import type { Link } from "../chain/link";
import { overlapping } from "../network/cidr";
import { joined } from "../network/networkLocation";
import type { NetworkLocation } from "../network/networkLocation";
import type { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, isValues, list, text, texts } from "../resources/value";
import type { Value } from "../resources/value";
import { named, selects } from "./clusters";
import type { Clusters, Labels, ServiceAccount } from "./clusters";
import { NodePlaces } from "./nodePlaces";

const GROUP_POLICY = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy";
const NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** The network location of pods: their own security groups if a SecurityGroupPolicy selects them, else their node's. */
export class PodPlacement {
    private readonly nodes: NodePlaces;

    constructor(
        private readonly graph: Graph,
        private readonly clusters: Clusters,
        private readonly network: Network,
    ) {
        this.nodes = new NodePlaces(graph, network);
    }

    /** The possible locations of a service account's pods; several if nodes differ, or if policies select some of the pods only. */
    of(account: ServiceAccount): readonly NetworkLocation[] {
        const policies = this.graph.ofType(GROUP_POLICY).filter((policy) => this.isIn(policy, account));
        const nodes = this.nodes.of(account.cluster, account.namespace);
        const all = policies.filter((policy) => this.takesAll(policy, account));
        if (all.length > 0) {
            return [this.placeOf(all, account, nodes)];
        }
        const some = policies.filter((policy) => this.takesSome(policy, account));
        return some.length === 0 ? nodes : [this.placeOf(some, account, nodes), ...nodes];
    }

    private placeOf(
        policies: readonly Resource[],
        { namespace, name }: ServiceAccount,
        nodes: readonly NetworkLocation[],
    ): NetworkLocation {
        return {
            text: `pods of ${namespace}/${name}`,
            groups: policies.flatMap((policy) =>
                this.network.groups.named(policy, "spec", "securityGroups", "groupIds"),
            ),
            subnets: joined(...nodes.map(({ subnets }) => subnets)),
            resources: policies.map((policy) => policy.urn),
        };
    }

    /**
     * Whether the NetworkPolicies that select the pods of a service account let them out to a database; undefined if none selects them.
     * Policies add up (https://kubernetes.io/docs/concepts/services-networking/network-policies/), so one that is not among the
     * resources may always let out more.
     */
    egress(account: ServiceAccount, entrance: Endpoint): Link | undefined {
        const concerned = this.graph.ofType(NETWORK_POLICY).filter((policy) => {
            const spec = property(policy, "spec");
            const types = texts(at(spec, "policyTypes"));
            const limits = types.includes("Egress") || (types.length === 0 && at(spec, "egress") !== undefined);
            return (
                limits &&
                this.isIn(policy, account) &&
                this.podsOf(account).some((labels) => selects(at(spec, "podSelector"), labels))
            );
        });
        if (concerned.length === 0 || entrance.resource === undefined) {
            return undefined;
        }
        const ranges = this.network.places.ranges(this.network.places.databaseSubnets(entrance.resource)).known;
        const rules = concerned.flatMap((policy) => list(at(property(policy, "spec"), "egress")));
        const open = rules.some((rule) => admits(rule, entrance.port, ranges));
        const who = `${account.namespace}/${account.name}`;
        const names = concerned.map((policy) => policy.name).join(" and ");
        const text = open
            ? `NetworkPolicy ${names} lets ${who} out to ${entrance.server.key}`
            : `no rule of NetworkPolicy ${names} is known to let ${who} out to port ${entrance.port} of ${entrance.server.key}; another policy may`;
        const urns = concerned.map((policy) => policy.urn);
        return open ? link("network", "holds", text, ...urns) : elsewhere("network", text, ...urns);
    }

    private takesAll(policy: Resource, { labels }: ServiceAccount): boolean {
        const spec = property(policy, "spec");
        const pods = at(spec, "podSelector");
        return selects(at(spec, "serviceAccountSelector"), labels) || (isValues(pods) && selects(pods, {}));
    }

    private takesSome(policy: Resource, account: ServiceAccount): boolean {
        const pods = at(property(policy, "spec"), "podSelector");
        return this.podsOf(account).some((labels) => selects(pods, labels));
    }

    /** Known label sets; unlisted pods are assumed to have no labels. */
    private podsOf(account: ServiceAccount): readonly Labels[] {
        const known = this.clusters.podsOf(account);
        return known.length === 0 ? [{}] : known;
    }

    private isIn(policy: Resource, account: ServiceAccount): boolean {
        return (
            this.clusters.clusterOf(policy) === account.cluster &&
            named(this.graph, policy).namespace === account.namespace
        );
    }
}

/** Whether an egress rule allows a port of one of the ranges; a rule without ports or peers allows all. */
function admits(rule: Value, port: number, ranges: readonly string[]): boolean {
    const ports = list(at(rule, "ports"));
    const peers = list(at(rule, "to"));
    const portFits = ports.some((one) => {
        const from = at(one, "port");
        const to = at(one, "endPort") ?? from;
        return from === undefined || (typeof from === "number" && typeof to === "number" && from <= port && port <= to);
    });
    const peerFits = peers.some((peer) =>
        ranges.some((range) => overlapping(text(at(peer, "ipBlock", "cidr")) ?? "", range)),
    );
    return (ports.length === 0 || portFits) && (peers.length === 0 || peerFits);
}
