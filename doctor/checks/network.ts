import { contains, overlap, parseCidr } from "../../toolkit/cidr";
import type { Cluster, Facts, Node, Rule, SecurityGroup } from "../facts";
import { type Change, type Check, type Outcome, command, fine, judged, unchecked } from "../finding";

/** https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html and, for groups of single pods, security-groups-for-pods.html */
export const podsPath: Check = {
    id: "pods-path",
    group: "aws",
    what: "the database's security groups admit the pods",
    why: "otherwise connections time out",
    judge: (facts) =>
        judged([facts.aws.server, facts.aws.groups], ({ port }, groups) => admission(facts, groups, port)),
};

/** Whether groups, of the database or of a proxy, admit the pods to a port. */
export function admission(facts: Facts, groups: readonly SecurityGroup[], port: number): Outcome {
    const { cluster, nodes } = facts.aws;
    return judged([cluster, nodes], (eks, members) => pathOf(facts, groups, port, eks, members));
}

function pathOf(
    { aws: { ranges, lists }, kubernetes: { podGroups } }: Facts,
    groups: readonly SecurityGroup[],
    port: number,
    cluster: Cluster,
    nodes: readonly Node[],
): Outcome {
    const open = groups.flatMap(({ rules }) => rules).filter((rule) => covers(rule, port));
    const admitted = new Set(open.flatMap((rule) => rule.groups));
    if (nodes.length === 0 && cluster.securityGroup === "") {
        return unchecked("the cluster has no nodes, and EKS names no security group of it");
    }
    // Without nodes, pods run on Fargate, with the cluster's group, or nowhere yet.
    const carriers = nodes.length > 0 ? nodes : [{ id: "Fargate's pods", groups: [cluster.securityGroup] }];
    const outside = carriers.filter((one) => !one.groups.some((group) => admitted.has(group)));
    const policies = "value" in podGroups ? [...podGroups.value] : [];
    const byPolicy = policies.filter(([, own]) => own.some((group) => admitted.has(group))).map(([name]) => name);
    if (outside.length === 0) {
        return fine(`port ${port} from the nodes' groups`);
    }
    if (byPolicy.length > 0) {
        return unchecked(
            `port ${port} is open to pods that a SecurityGroupPolicy selects (${byPolicy.join(", ")}) and to no node; whether yours are among them is not known`,
        );
    }
    const known = "value" in lists ? lists.value : new Map<string, readonly string[]>();
    const named = open.flatMap((rule) => rule.lists);
    const others = [...open.flatMap((rule) => rule.ranges), ...named.flatMap((list) => known.get(list) ?? [list])];
    if (others.length > 0 && "unknown" in ranges) {
        return unchecked(ranges.unknown);
    }
    const vpc = "value" in ranges ? ranges.value : [];
    if (vpc.length > 0 && vpc.every((range) => others.some((one) => within(range, one)))) {
        return fine(`port ${port} from all of ${vpc.join(", ")}`);
    }
    const parts = others.filter((one) => one.startsWith("pl-") || vpc.some((range) => meets(range, one)));
    if (parts.length > 0) {
        return unchecked(
            `port ${port} is open to ${parts.join(", ")}; whether all pods' addresses are in it is not known`,
        );
    }
    const [{ id: target, vpc: home } = { id: "SECURITY_GROUP", vpc: cluster.vpc }] = groups;
    // A group of another VPC can be referenced only over some peerings: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
    const near = cluster.vpc === "" || home === cluster.vpc;
    const sources = near
        ? outside.map(({ groups: own }) => own.find((one) => one === cluster.securityGroup) ?? own[0] ?? "GROUP")
        : vpc;
    const from = near ? "--source-group" : "--cidr";
    return {
        state: "change",
        seen: [
            ...outside.map(({ id, groups: own }) => `${id} (${own.join(", ")}): no rule admits port ${port}`),
            ...("unknown" in podGroups
                ? [`whether a SecurityGroupPolicy helps is not known (${podGroups.unknown})`]
                : []),
        ],
        breaks: near
            ? "nothing; every pod on these nodes then reaches the port"
            : "nothing; everything in the cluster's VPC then reaches the port",
        change: [...new Set(sources)].map((source) => admit(target, port, from, source)),
    };
}

/** Admits a security group, or a range of addresses, to a port of another group. */
export function admit(group: string, port: number, from: "--source-group" | "--cidr", source: string): Change {
    return command`aws ec2 authorize-security-group-ingress --group-id ${group} --protocol tcp --port ${port} ${from} ${source}`;
}

/** Whether a rule is about a TCP port. */
export function covers({ protocol, ports }: Rule, port: number): boolean {
    return (
        ["tcp", "6", "-1"].includes(protocol) &&
        (protocol === "-1" || ports === undefined || (ports.from <= port && port <= ports.to))
    );
}

function within(inner: string, outer: string): boolean {
    const [a, b] = [parseCidr(inner), parseCidr(outer)];
    return a !== undefined && b !== undefined && contains(b, a);
}

function meets(one: string, other: string): boolean {
    const [a, b] = [parseCidr(one), parseCidr(other)];
    return a !== undefined && b !== undefined && overlap(a, b);
}

/** A prefix of fewer bits holds more addresses than a VPC may: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const VPC_BITS = { 4: 16, 6: 44 } as const;

export const openPath: Check = {
    id: "open-path",
    group: "aws",
    what: "only known sources reach the database's port",
    why: "anyone who reaches the port can try stolen tokens and passwords",
    judge: ({ aws }) =>
        judged([aws.server, aws.groups], ({ port, instances }, groups) => {
            const lists = "value" in aws.lists ? aws.lists.value : new Map<string, readonly string[]>();
            const rules = groups.flatMap(({ id, rules }) =>
                rules.filter((rule) => covers(rule, port)).map((rule) => ({ id, rule })),
            );
            const wide = rules.flatMap(({ id, rule }) => [
                ...rule.ranges.filter(isWide).map((range) => ({ id, rule, range, seen: range })),
                ...rule.lists
                    .filter((list) => (lists.get(list) ?? []).some(isWide))
                    .map((list) => ({
                        ...{ id, rule, range: list },
                        seen: `${(lists.get(list) ?? []).filter(isWide).join(", ")} by ${list}`,
                    })),
            ]);
            const open = instances.filter(({ publiclyAccessible }) => publiclyAccessible);
            if (wide.length === 0) {
                return "unknown" in aws.lists && rules.some(({ rule }) => rule.lists.length > 0)
                    ? unchecked(aws.lists.unknown)
                    : fine(
                          `no rule admits more than a VPC${open.length === 0 ? "" : `; publicly accessible: ${open.map(({ identifier }) => identifier).join(", ")}`}`,
                      );
            }
            return {
                state: "change",
                seen: wide.map(
                    ({ id, seen }) =>
                        `${id} admits ${seen} to port ${port}${open.length === 0 ? "" : ", and the database is publicly accessible"}`,
                ),
                breaks: "clients whose addresses no other rule admits; VPC flow logs name them",
                change: wide.map(({ id, rule, range }) => revoke(id, rule, range)),
            };
        }),
};

function isWide(range: string): boolean {
    const parsed = parseCidr(range);
    return parsed !== undefined && parsed.prefix < VPC_BITS[parsed.version];
}

/** https://docs.aws.amazon.com/cli/latest/reference/ec2/revoke-security-group-ingress.html */
function revoke(group: string, { protocol, ports }: Rule, range: string): Change {
    const span = ports === undefined || protocol === "-1" ? "" : `,FromPort=${ports.from},ToPort=${ports.to}`;
    const source = range.startsWith("pl-")
        ? `PrefixListIds=[{PrefixListId=${range}}]`
        : range.includes(":")
          ? `Ipv6Ranges=[{CidrIpv6=${range}}]`
          : `IpRanges=[{CidrIp=${range}}]`;
    return command`aws ec2 revoke-security-group-ingress --group-id ${group} --ip-permissions ${`IpProtocol=${protocol}${span},${source}`}`;
}
