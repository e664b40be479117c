import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, hasUnknown, list, text, texts } from "../resources/value";
import type { Value } from "../resources/value";

export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const EKS = "aws:eks/cluster:Cluster";
const RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

/**
 * A security group: the urn of the resource that creates it (an EKS cluster creates a separate one), or its id if none among
 * the resources does.
 */
export type GroupKey = string;

/** What one rule allows. */
export interface SecurityGroupRule {
    readonly direction: "in" | "out";
    readonly group: GroupKey;
    readonly source: Resource;
    readonly ports: readonly [number, number];
    readonly cidrs: readonly string[];
    readonly groups: readonly GroupKey[];
    /** True if part of the other side is unknown, or a prefix list. */
    readonly unknown: boolean;
}

const EVERY_PORT = [0, 65535] as const;

/** The security groups among the resources, and the TCP traffic that their rules allow. */
export class Groups {
    private readonly rules = new Map<string, SecurityGroupRule[]>();

    constructor(private readonly graph: Graph) {
        for (const group of graph.ofType(GROUP)) {
            for (const [input, direction] of [
                ["ingress", "in"],
                ["egress", "out"],
            ] as const) {
                list(property(group, input)).forEach((rule) => this.add(this.inline(group, rule, direction)));
            }
        }
        const blocks = ["cidrBlocks", "ipv6CidrBlocks"];
        for (const rule of graph.ofType(RULE)) {
            const direction = property(rule, "type") === "egress" ? "out" : "in";
            this.own(rule, direction, "protocol", blocks, "sourceSecurityGroupId").forEach((one) => this.add(one));
        }
        for (const [type, direction] of [
            [INGRESS, "in"],
            [EGRESS, "out"],
        ] as const) {
            for (const rule of graph.ofType(type)) {
                const cidrs = ["cidrIpv4", "cidrIpv6"];
                this.own(rule, direction, "ipProtocol", cidrs, "referencedSecurityGroupId").forEach((one) =>
                    this.add(one),
                );
            }
        }
    }

    /** The rules of a group that concern a TCP port. */
    rulesOf(group: GroupKey, direction: "in" | "out", port: number): readonly SecurityGroupRule[] {
        return (this.rules.get(`${direction} ${group}`) ?? []).filter(
            ({ ports: [from, to] }) => from <= port && port <= to,
        );
    }

    /** Whether the group is among the resources; an EKS cluster's own and other stacks' are not. */
    isDeclared(group: GroupKey): boolean {
        return this.graph.get(group)?.type === GROUP;
    }

    /**
     * Whether the resources list all rules of a group in one direction: those written in the group itself, since the provider
     * removes all others ("will overwrite rules", https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/).
     * Otherwise another stack may add rules. CloudFormation, and so aws-native, removes none.
     */
    isComplete(group: GroupKey, direction: SecurityGroupRule["direction"]): boolean {
        const resource = this.graph.get(group);
        const written = resource?.inputs[direction === "in" ? "ingress" : "egress"];
        return resource?.type === GROUP && resource.declared === undefined && Array.isArray(written);
    }

    /**
     * Whether a group that EKS makes lets everything out: it begins with that rule
     * (https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html), and rules add up.
     */
    letsAllOut(group: GroupKey): boolean {
        return this.graph.get(group)?.type === EKS;
    }

    /** Whether two keys may stand for one group: a cluster's own, while its id is unknown, may be any that is not declared. */
    maybeSame(one: GroupKey, other: GroupKey): boolean {
        const isNamed = (group: GroupKey): boolean => this.graph.get(group) === undefined;
        const isOwn = (group: GroupKey): boolean => {
            const cluster = this.graph.get(group);
            return cluster?.type === EKS && text(ownGroupOf(cluster)) === undefined;
        };
        return (isNamed(one) && isOwn(other)) || (isNamed(other) && isOwn(one));
    }

    /** The groups that a property names, and those that supply it if it is unknown. */
    named(from: Resource, ...path: readonly [string, ...(string | number)[]]): readonly GroupKey[] {
        return this.graph.follow(from, path, [GROUP, EKS]).flatMap(({ resource, value }) => {
            const group = resource?.urn ?? this.ofName(value);
            return group === undefined ? [] : [group];
        });
    }

    /** How a message names a group. */
    nameOf(group: GroupKey): string {
        const resource = this.graph.get(group);
        return resource === undefined
            ? group
            : resource.type === EKS
              ? `the cluster security group of ${resource.name}`
              : `security group ${resource.name}`;
    }

    private add(rule: SecurityGroupRule): void {
        const key = `${rule.direction} ${rule.group}`;
        this.rules.set(key, [...(this.rules.get(key) ?? []), rule]);
    }

    /** By an id, or by `ACCOUNT/ID`, as rules name a group of another account's peered network. */
    private ofName(name: string | undefined): GroupKey | undefined {
        const id = name?.split("/").at(-1);
        const declared = id === name || id === undefined ? undefined : this.graph.find([GROUP], id)?.urn;
        if (declared !== undefined) {
            return declared;
        }
        const own = id === undefined ? undefined : this.graph.ofType(EKS).find((one) => ownGroupOf(one) === id);
        return own?.urn ?? id;
    }

    private inline(group: Resource, rule: Value, direction: SecurityGroupRule["direction"]): SecurityGroupRule {
        const ids = texts(at(rule, "securityGroups"));
        const open = hasUnknown(at(rule, "securityGroups"));
        const later = open
            ? this.graph
                  .suppliersOf(group, direction === "in" ? "ingress" : "egress", [GROUP, EKS])
                  .map((one) => one.urn)
            : [];
        const named = ids.flatMap((id) => this.graph.find([GROUP], id)?.urn ?? this.ofName(id) ?? []);
        const traffic = trafficOf((name) => at(rule, name), "protocol", ["cidrBlocks", "ipv6CidrBlocks"]);
        return {
            ...traffic,
            direction,
            group: group.urn,
            source: group,
            groups: [...named, ...later, ...(at(rule, "self") === true ? [group.urn] : [])],
            unknown: traffic.unknown || (open && later.length === 0),
        };
    }

    /** A rule that is a resource of its own; one for each group that it may concern, as long as that is unknown. */
    private own(
        rule: Resource,
        direction: SecurityGroupRule["direction"],
        protocol: "protocol" | "ipProtocol",
        cidrs: readonly string[],
        peer: "sourceSecurityGroupId" | "referencedSecurityGroupId",
    ): readonly SecurityGroupRule[] {
        const traffic = trafficOf((name) => property(rule, name), protocol, cidrs);
        const peers = this.named(rule, peer);
        const open = hasUnknown(property(rule, peer)) && peers.length === 0;
        return this.named(rule, "securityGroupId").map((group) => ({
            ...traffic,
            direction,
            group,
            source: rule,
            groups: [...peers, ...(property(rule, "self") === true ? [group] : [])],
            unknown: traffic.unknown || open,
        }));
    }
}

/** The security group that EKS creates for a cluster; aws-native has its id beside the network's settings. */
function ownGroupOf(cluster: Resource): Value | undefined {
    return at(property(cluster, "vpcConfig"), "clusterSecurityGroupId") ?? property(cluster, "clusterSecurityGroupId");
}

/** The TCP ports and ranges of a rule; unknown ports count as all. */
function trafficOf(
    read: (name: string) => Value | undefined,
    protocol: "protocol" | "ipProtocol",
    cidrs: readonly string[],
): Pick<SecurityGroupRule, "ports" | "cidrs" | "unknown"> {
    const values = cidrs.map(read);
    const traffic = [protocol, "fromPort", "toPort"].map(read);
    const prefixes = ["prefixListIds", "prefixListId"].flatMap((name) => list(read(name)));
    return {
        ports: traffic.some(hasUnknown) ? EVERY_PORT : portsOf(traffic[0], traffic[1], traffic[2]),
        cidrs: values.flatMap((value) => texts(value)),
        unknown:
            [...values, ...traffic, read("prefixListIds"), read("prefixListId")].some(hasUnknown) ||
            prefixes.length > 0,
    };
}

/** The TCP ports of a rule; none for another protocol, all for `-1`. */
function portsOf(
    protocol: Value | undefined,
    from: Value | undefined,
    to: Value | undefined,
): readonly [number, number] {
    if (protocol === "-1" || protocol === -1 || protocol === "all") {
        return EVERY_PORT;
    }
    if (protocol !== "tcp" && protocol !== "6" && protocol !== 6) {
        return [-1, -1];
    }
    return [typeof from === "number" ? from : 0, typeof to === "number" ? to : typeof from === "number" ? from : 65535];
}
