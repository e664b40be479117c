import { somewhere } from "../network/networkLocation";
import type { NetworkLocation } from "../network/networkLocation";
import type { GroupKey } from "../network/groups";
import type { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, hasUnknown, list, text } from "../resources/value";
import type { Cluster } from "./clusters";

const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const FARGATE = "aws:eks/fargateProfile:FargateProfile";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";
const SCALING_GROUP = "aws:autoscaling/group:Group";
const STACK = "aws:cloudformation/stack:Stack";
const KARPENTER = /^kubernetes:karpenter\.k8s\.aws\/\w+:(?:EC2NodeClass|AWSNodeTemplate)$/;

/** Paths of a self-managed group's launch templates and configuration. */
const LAUNCHED_BY: readonly (readonly [path: readonly [string, ...string[]], type: string, keys: readonly string[]])[] =
    [
        [["launchTemplate", "id"], TEMPLATE, ["id"]],
        [["launchTemplate", "name"], TEMPLATE, ["name"]],
        [
            ["mixedInstancesPolicy", "launchTemplate", "launchTemplateSpecification", "launchTemplateId"],
            TEMPLATE,
            ["id"],
        ],
        [
            ["mixedInstancesPolicy", "launchTemplate", "launchTemplateSpecification", "launchTemplateName"],
            TEMPLATE,
            ["name"],
        ],
        [["launchConfiguration"], CONFIGURATION, ["id", "name"]],
    ];

/** Where the nodes of clusters are: those that the resources declare, and always those that they may not. */
export class NodePlaces {
    private readonly known = new Map<string, readonly NetworkLocation[]>();

    constructor(
        private readonly graph: Graph,
        private readonly network: Network,
    ) {}

    /** The possible locations of a namespace's pods. A cluster may have nodes that are not among the resources, so that is one of them. */
    of({ key, resource }: Cluster, namespace: string): readonly NetworkLocation[] {
        const elsewhere = somewhere(`pods on nodes of ${key} that are not among these resources`);
        if (resource === undefined) {
            return [elsewhere];
        }
        const places = this.known.get(resource.urn) ?? this.find(resource);
        this.known.set(resource.urn, places);
        return [...places, ...this.fargate(resource, namespace), elsewhere];
    }

    private find(cluster: Resource): readonly NetworkLocation[] {
        const { graph } = this;
        const managed = graph.ofType(NODE_GROUP).filter((group) => this.isOf(group, cluster));
        const scaled = graph.ofType(SCALING_GROUP).filter((group) => this.mentions(group, cluster, ["tags"]));
        const stacks = graph
            .ofType(STACK)
            .filter((stack) => this.mentions(stack, cluster, ["templateBody", "parameters"]));
        const karpenter = graph.resources.filter(({ type }) => KARPENTER.test(type));
        const places = [
            ...managed.map((group) => this.managed(group, cluster)),
            ...scaled.map((group) => this.selfManaged(group)),
            ...stacks.flatMap((stack) => this.stacked(stack)),
            ...karpenter.map((nodes) => this.provisioned(nodes)),
        ];
        return places.length === 0 ? [this.bare(cluster)] : places;
    }

    /** Without other nodes, EKS' own: those of Auto Mode and Fargate carry the cluster's security group. */
    private bare(cluster: Resource): NetworkLocation {
        return {
            text: `pods of cluster ${cluster.name}`,
            groups: [cluster.urn],
            subnets: this.network.places.subnets(cluster, "vpcConfig", "subnetIds"),
            resources: [cluster.urn],
        };
    }

    /**
     * Managed nodes carry the cluster's security group unless their launch template names others
     * (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html).
     */
    private managed(group: Resource, cluster: Resource): NetworkLocation {
        const named = property(group, "launchTemplate");
        const launched = this.launchedBy(group);
        const [template] = launched;
        const subnets = this.network.places.subnets(group, "subnetIds");
        const name = `pods on the nodes of ${group.name}`;
        if (template === undefined) {
            const unknown = named !== undefined && named !== null;
            return { text: name, groups: unknown ? [] : [cluster.urn], subnets, resources: [group.urn] };
        }
        const own = this.groupsOf(template);
        const groups = own ?? [cluster.urn];
        return { text: name, groups, subnets, resources: [group.urn, template.urn] };
    }

    /** Nodes of an autoscaling group, which join by their user data. */
    private selfManaged(group: Resource): NetworkLocation {
        const launched = this.launchedBy(group);
        return {
            text: `pods on the nodes of ${group.name}`,
            groups: launched.flatMap((one) => this.groupsOf(one) ?? []),
            subnets: this.network.places.subnets(group, "vpcZoneIdentifiers"),
            resources: [group.urn, ...launched.map((one) => one.urn)],
        };
    }

    /** Nodes of a CloudFormation stack, whose template names a launch template or configuration among the resources. */
    private stacked(stack: Resource): readonly NetworkLocation[] {
        const input = "templateBody";
        const body = text(property(stack, input));
        const launched =
            body === undefined
                ? this.graph.suppliersOf(stack, input, [TEMPLATE, CONFIGURATION])
                : this.graph.ofType(TEMPLATE, CONFIGURATION).filter(({ id }) => id !== undefined && body.includes(id));
        return launched.map((one) => ({
            text: `pods on the nodes of ${stack.name}`,
            groups: this.groupsOf(one) ?? [],
            subnets: { known: [], elsewhere: true },
            resources: [stack.urn, one.urn],
        }));
    }

    /** Nodes that Karpenter starts: https://karpenter.sh/docs/concepts/nodeclasses/. Terms by tags match what only AWS knows. */
    private provisioned(nodes: Resource): NetworkLocation {
        const terms = list(at(property(nodes, "spec"), "securityGroupSelectorTerms"));
        const ids = terms.map((_, index) =>
            this.network.groups.named(nodes, "spec", "securityGroupSelectorTerms", index, "id"),
        );
        return {
            text: `pods on the nodes of ${nodes.name}`,
            groups: ids.every((one) => one.length > 0) ? ids.flat() : [],
            subnets: { known: [], elsewhere: true },
            resources: [nodes.urn],
        };
    }

    /** Pods on Fargate carry the cluster's security group: https://docs.aws.amazon.com/eks/latest/userguide/fargate.html. */
    private fargate(cluster: Resource, namespace: string): readonly NetworkLocation[] {
        const profiles = this.graph.ofType(FARGATE).filter((profile) => {
            const named = list(property(profile, "selectors")).map((selector) => at(selector, "namespace"));
            const runs = named.some((one) => hasUnknown(one) || wildcard(text(one) ?? "").test(namespace));
            return runs && this.isOf(profile, cluster);
        });
        return profiles.map((profile) => ({
            text: `pods of Fargate profile ${profile.name}`,
            groups: [cluster.urn],
            subnets: this.network.places.subnets(profile, "subnetIds"),
            resources: [profile.urn],
        }));
    }

    private isOf(group: Resource, cluster: Resource): boolean {
        return this.graph
            .follow(group, ["clusterName"], [cluster.type], ["name", "id"])
            .some((reference) => reference.resource === cluster);
    }

    /** Whether an input names the cluster, as the tag `kubernetes.io/cluster/NAME` does, or is supplied by it. */
    private mentions(group: Resource, cluster: Resource, inputs: readonly string[]): boolean {
        const name = text(property(cluster, "name"));
        return inputs.some((input) => {
            const value = property(group, input);
            const said = name !== undefined && JSON.stringify(value ?? null).includes(name);
            return (
                said || (hasUnknown(value) && this.graph.suppliersOf(group, input, [cluster.type]).includes(cluster))
            );
        });
    }

    private launchedBy(group: Resource): readonly Resource[] {
        const found = LAUNCHED_BY.flatMap(([path, type, keys]) => this.graph.follow(group, path, [type], keys));
        return [...new Set(found.flatMap(({ resource }) => resource ?? []))];
    }

    /** The groups that a launch template or configuration names; empty if they are unknown, undefined if it names none. */
    private groupsOf(launched: Resource): readonly GroupKey[] | undefined {
        const paths: readonly (readonly [string, ...(string | number)[]])[] = [
            ["vpcSecurityGroupIds"],
            ["securityGroups"],
            ...list(property(launched, "networkInterfaces")).map(
                (_, index) => ["networkInterfaces", index, "securityGroups"] as const,
            ),
        ];
        const groups = paths.flatMap((path) => this.network.groups.named(launched, ...path));
        const unknown = paths.some((path) => hasUnknown(property(launched, ...path)));
        return groups.length === 0 && !unknown ? undefined : groups;
    }
}

/** A selector's namespace may hold `*` and `?`: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html. */
function wildcard(pattern: string): RegExp {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
