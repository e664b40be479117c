import type { Endpoint } from "../databases/servers";
import { link } from "../chain/link";
import type { Link } from "../chain/link";
import { overlapping } from "../network/cidr";
import type { NetworkLocation } from "../network/networkLocation";
import type { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, list, text, texts, Unknown } from "../resources/value";
import type { Value } from "../resources/value";
import { named, selects } from "./clusters";
import type { Clusters, Labels, ServiceAccount } from "./clusters";

const GROUP_POLICY = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy";
const NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** The network location of pods: their own security groups if a SecurityGroupPolicy selects them, else their node's. */
export class PodPlacement {
    private readonly nodes = new Map<string, readonly NetworkLocation[]>();

    constructor(
        private readonly graph: Graph,
        private readonly clusters: Clusters,
        private readonly network: Network,
    ) {}

    /** The possible locations of a service account's pods; several if node groups differ. */
    of(account: ServiceAccount): readonly NetworkLocation[] {
        const policies = this.graph
            .ofType(GROUP_POLICY)
            .filter((policy) => this.isIn(policy, account) && this.takes(policy, account));
        const nodes = this.nodesOf(account);
        if (policies.length === 0) {
            return nodes;
        }
        return [
            {
                text: `pods of ${account.namespace}/${account.name}`,
                groups: policies.flatMap((policy) =>
                    this.network.groups.named(policy, "spec", "securityGroups", "groupIds"),
                ),
                subnets: nodes.flatMap((place) => place.subnets),
                resources: policies.map((policy) => policy.urn),
            },
        ];
    }

    /** The NetworkPolicies that keep the pods of a service account from a database; undefined if none selects them. */
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
        const ranges = this.network.places.ranges(this.network.places.databaseSubnets(entrance.resource));
        const rules = concerned.flatMap((policy) => list(at(property(policy, "spec"), "egress")));
        const open = rules.some((rule) => admits(rule, entrance.port, ranges));
        const unknown =
            concerned.some((policy) => at(property(policy, "spec"), "egress") instanceof Unknown) ||
            ranges.length === 0;
        const who = `${account.namespace}/${account.name}`;
        const names = concerned.map((policy) => policy.name).join(" and ");
        const text = open
            ? `NetworkPolicy ${names} lets ${who} out to ${entrance.server.key}`
            : `NetworkPolicy ${names} keeps ${who} from port ${entrance.port} of ${entrance.server.key}`;
        return link(
            "network",
            open ? "holds" : unknown ? "expected" : "missing",
            text,
            ...concerned.map((policy) => policy.urn),
        );
    }

    private takes(policy: Resource, account: ServiceAccount): boolean {
        const spec = property(policy, "spec");
        return (
            selects(at(spec, "serviceAccountSelector"), account.labels) ||
            this.podsOf(account).some((labels) => selects(at(spec, "podSelector"), labels))
        );
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

    private nodesOf({ cluster }: ServiceAccount): readonly NetworkLocation[] {
        const known = this.nodes.get(cluster.key);
        if (known !== undefined || cluster.resource === undefined) {
            return known ?? [];
        }
        const { resource } = cluster;
        const groups = this.graph.ofType(NODE_GROUP).filter((group) => this.isOf(group, resource));
        const places =
            groups.length === 0
                ? [this.clusterPlace(resource)]
                : groups.map((group) => this.nodePlace(group, resource));
        this.nodes.set(cluster.key, places);
        return places;
    }

    private isOf(group: Resource, cluster: Resource): boolean {
        return this.graph
            .follow(group, ["clusterName"], [cluster.type], ["name", "id"])
            .some((reference) => reference.resource === cluster);
    }

    private clusterPlace(cluster: Resource): NetworkLocation {
        return {
            text: `pods of cluster ${cluster.name}`,
            groups: [cluster.urn],
            subnets: this.network.places.subnets(cluster, "vpcConfig", "subnetIds"),
            resources: [cluster.urn],
        };
    }

    /** Managed nodes carry the cluster's security group unless their launch template names others. */
    private nodePlace(group: Resource, cluster: Resource): NetworkLocation {
        const template =
            this.graph.follow(group, ["launchTemplate", "id"], [TEMPLATE])[0]?.resource ??
            this.graph.follow(group, ["launchTemplate", "name"], [TEMPLATE], ["name"])[0]?.resource;
        const own =
            template === undefined
                ? []
                : [
                      ...this.network.groups.named(template, "vpcSecurityGroupIds"),
                      ...this.network.groups.named(template, "networkInterfaces", 0, "securityGroups"),
                  ];
        return {
            text: `pods on the nodes of ${group.name}`,
            groups: own.length === 0 ? [cluster.urn] : own,
            subnets: this.network.places.subnets(group, "subnetIds"),
            resources: [group.urn, ...(template === undefined ? [] : [template.urn])],
        };
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
