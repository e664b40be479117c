import { contains, overlap, parseCidr } from "../../toolkit/cidr";
import type { Cluster, Known, KubernetesFacts, Node, Rule, SecurityGroup, Server } from "../facts";
import { type Change, type Check, type Outcome, command, fine, judged, unchecked } from "../finding";

/** https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html and, for groups of single pods, security-groups-for-pods.html */
export const podsPath: Check = {
    id: "pods-path",
    group: "aws",
    what: "the database's security groups admit the pods",
    why: "otherwise connections time out",
    judge: ({ aws: { server, groups, cluster, nodes, ranges }, kubernetes }) =>
        judged([server, groups, cluster, nodes], (database, own, eks, members) => {
            const elsewhere = own.find(({ vpc }) => eks.vpc !== "" && vpc !== eks.vpc);
            return elsewhere === undefined
                ? pathOf(database, own, eks, members, ranges, kubernetes)
                : unchecked(
                      `the database is in ${elsewhere.vpc} and the cluster in ${eks.vpc}; routes and rules between VPCs are not read`,
                  );
        }),
};

function pathOf(
    server: Server,
    groups: readonly SecurityGroup[],
    cluster: Cluster,
    nodes: readonly Node[],
    ranges: Known<readonly string[]>,
    { podGroups }: KubernetesFacts,
): Outcome {
    const open = groups.flatMap(({ rules }) => rules).filter((rule) => covers(rule, server.port));
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
        return fine(`port ${server.port} from the nodes' groups`);
    }
    if (byPolicy.length > 0) {
        return unchecked(
            `port ${server.port} is open to pods that a SecurityGroupPolicy selects (${byPolicy.join(", ")}) and to no node; whether yours are among them is not known`,
        );
    }
    // Prefix lists are not read.
    const others = [...open.flatMap((rule) => rule.ranges), ...open.flatMap((rule) => rule.lists)];
    if (others.length > 0 && "unknown" in ranges) {
        return unchecked(ranges.unknown);
    }
    const vpc = "value" in ranges ? ranges.value : [];
    if (vpc.length > 0 && vpc.every((range) => others.some((one) => within(range, one)))) {
        return fine(`port ${server.port} from all of ${vpc.join(", ")}`);
    }
    const parts = others.filter((one) => one.startsWith("pl-") || vpc.some((range) => meets(range, one)));
    if (parts.length > 0) {
        return unchecked(
            `port ${server.port} is open to ${parts.join(", ")}; whether all pods' addresses are in it is not known`,
        );
    }
    const [database = "SECURITY_GROUP"] = server.securityGroups;
    const sources = new Set(
        outside.map(({ groups: own }) => own.find((one) => one === cluster.securityGroup) ?? own[0] ?? "GROUP"),
    );
    return {
        state: "change",
        seen: [
            ...outside.map(({ id, groups: own }) => `${id} (${own.join(", ")}): no rule admits port ${server.port}`),
            ...("unknown" in podGroups
                ? [`whether a SecurityGroupPolicy helps is not known (${podGroups.unknown})`]
                : []),
        ],
        breaks: "nothing; every pod on these nodes then reaches the port",
        change: [...sources].map(
            (source) =>
                command`aws ec2 authorize-security-group-ingress --group-id ${database} --protocol tcp --port ${server.port} --source-group ${source}`,
        ),
    };
}

/** Whether a rule is about a TCP port. */
function covers({ protocol, ports }: Rule, port: number): boolean {
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
            const wide = groups.flatMap(({ id, rules }) =>
                rules
                    .filter((rule) => covers(rule, port))
                    .flatMap((rule) => rule.ranges.filter(isWide).map((range) => ({ id, rule, range }))),
            );
            const open = instances.filter(({ publiclyAccessible }) => publiclyAccessible);
            if (wide.length === 0) {
                return fine(
                    `no rule admits more than a VPC${open.length === 0 ? "" : `; publicly accessible: ${open.map(({ identifier }) => identifier).join(", ")}`}`,
                );
            }
            return {
                state: "change",
                seen: wide.map(
                    ({ id, range }) =>
                        `${id} admits ${range} to port ${port}${open.length === 0 ? "" : ", and the database is publicly accessible"}`,
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
    const source = range.includes(":") ? `Ipv6Ranges=[{CidrIpv6=${range}}]` : `IpRanges=[{CidrIp=${range}}]`;
    return command`aws ec2 revoke-security-group-ingress --group-id ${group} --ip-permissions ${`IpProtocol=${protocol}${span},${source}`}`;
}
