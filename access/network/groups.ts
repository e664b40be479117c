import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, list, text, texts, Unknown } from "../resources/value";
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
        graph
            .ofType(RULE)
            .forEach((rule) => this.add(this.standalone(rule, property(rule, "type") === "egress" ? "out" : "in")));
        graph.ofType(INGRESS).forEach((rule) => this.add(this.single(rule, "in")));
        graph.ofType(EGRESS).forEach((rule) => this.add(this.single(rule, "out")));
    }

    /** The rules of a group that concern a TCP port. */
    rulesOf(group: GroupKey, direction: "in" | "out", port: number): readonly SecurityGroupRule[] {
        return (this.rules.get(`${direction} ${group}`) ?? []).filter(
            ({ ports: [from, to] }) => from <= port && port <= to,
        );
    }

    /** Whether the group's rules are among the resources; an EKS cluster's own and other stacks' are not. */
    isDeclared(group: GroupKey): boolean {
        return this.graph.get(group)?.type === GROUP;
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

    private add(rule: SecurityGroupRule | undefined): void {
        if (rule !== undefined) {
            const key = `${rule.direction} ${rule.group}`;
            this.rules.set(key, [...(this.rules.get(key) ?? []), rule]);
        }
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

    private inline(
        group: Resource,
        rule: Value,
        direction: SecurityGroupRule["direction"],
    ): SecurityGroupRule | undefined {
        const ids = texts(at(rule, "securityGroups"));
        const suppliers =
            at(rule, "securityGroups") instanceof Unknown || list(at(rule, "securityGroups")).length > ids.length;
        const later = suppliers
            ? this.graph
                  .suppliersOf(group, direction === "in" ? "ingress" : "egress", [GROUP, EKS])
                  .map((one) => one.urn)
            : [];
        const named = ids.flatMap((id) => this.graph.find([GROUP], id)?.urn ?? this.ofName(id) ?? []);
        return {
            direction,
            group: group.urn,
            source: group,
            ports: portsOf(at(rule, "protocol"), at(rule, "fromPort"), at(rule, "toPort")),
            cidrs: [...texts(at(rule, "cidrBlocks")), ...texts(at(rule, "ipv6CidrBlocks"))],
            groups: [...named, ...later, ...(at(rule, "self") === true ? [group.urn] : [])],
            unknown: at(rule, "cidrBlocks") instanceof Unknown || texts(at(rule, "prefixListIds")).length > 0,
        };
    }

    private standalone(rule: Resource, direction: SecurityGroupRule["direction"]): SecurityGroupRule | undefined {
        const [group] = this.named(rule, "securityGroupId");
        if (group === undefined) {
            return undefined;
        }
        return {
            direction,
            group,
            source: rule,
            ports: portsOf(property(rule, "protocol"), property(rule, "fromPort"), property(rule, "toPort")),
            cidrs: [...texts(property(rule, "cidrBlocks")), ...texts(property(rule, "ipv6CidrBlocks"))],
            groups: [...this.named(rule, "sourceSecurityGroupId"), ...(property(rule, "self") === true ? [group] : [])],
            unknown:
                property(rule, "cidrBlocks") instanceof Unknown || texts(property(rule, "prefixListIds")).length > 0,
        };
    }

    private single(rule: Resource, direction: SecurityGroupRule["direction"]): SecurityGroupRule | undefined {
        const [group] = this.named(rule, "securityGroupId");
        if (group === undefined) {
            return undefined;
        }
        const cidrs = [property(rule, "cidrIpv4"), property(rule, "cidrIpv6")];
        return {
            direction,
            group,
            source: rule,
            ports: portsOf(property(rule, "ipProtocol"), property(rule, "fromPort"), property(rule, "toPort")),
            cidrs: cidrs.flatMap((cidr) => text(cidr) ?? []),
            groups: this.named(rule, "referencedSecurityGroupId"),
            unknown:
                cidrs.some((cidr) => cidr instanceof Unknown) || text(property(rule, "prefixListId")) !== undefined,
        };
    }
}

/** The security group that EKS creates for a cluster; aws-native has its id beside the network's settings. */
function ownGroupOf(cluster: Resource): Value | undefined {
    return at(property(cluster, "vpcConfig"), "clusterSecurityGroupId") ?? property(cluster, "clusterSecurityGroupId");
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
