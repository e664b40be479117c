import {
    DescribeVpcsCommand,
    type EC2Client,
    type IpPermission,
    paginateDescribeInstances,
    paginateDescribeSecurityGroups,
} from "@aws-sdk/client-ec2";

import type { Node, Rule, SecurityGroup } from "../facts";

export async function readGroups(client: EC2Client, ids: readonly string[]): Promise<readonly SecurityGroup[]> {
    const found: SecurityGroup[] = [];
    // Without ids, the request is for all groups of the account.
    const pages = ids.length === 0 ? [] : paginateDescribeSecurityGroups({ client }, { GroupIds: [...ids] });
    for await (const { SecurityGroups = [] } of pages) {
        found.push(
            ...SecurityGroups.map(({ GroupId = "", VpcId = "", IpPermissions = [] }) => ({
                id: GroupId,
                vpc: VpcId,
                rules: IpPermissions.map(ruleOf),
            })),
        );
    }
    return found;
}

function ruleOf({ IpProtocol, FromPort, ToPort, ...sources }: IpPermission): Rule {
    return {
        protocol: IpProtocol ?? "-1",
        ...(FromPort !== undefined && ToPort !== undefined && { ports: { from: FromPort, to: ToPort } }),
        groups: (sources.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
        ranges: [
            ...(sources.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
            ...(sources.Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
        ],
        lists: (sources.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
    };
}

/** On the nodes of EKS Auto Mode: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html */
const AUTO_TAG = "eks:eks-cluster-name";

/**
 * How a cluster's nodes are tagged: self-managed and Karpenter's, managed node groups, EKS Auto Mode:
 * https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html,
 * https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
 */
const nodeFilters = (cluster: string) => [
    { Name: "tag-key", Values: [`kubernetes.io/cluster/${cluster}`] },
    { Name: "tag:eks:cluster-name", Values: [cluster] },
    { Name: `tag:${AUTO_TAG}`, Values: [cluster] },
];

/** The cluster's running nodes, and the groups of their first interfaces, which their pods carry. */
export async function readNodes(client: EC2Client, cluster: string): Promise<readonly Node[]> {
    const found = new Map<string, Node>();
    for (const filter of nodeFilters(cluster)) {
        const running = { Name: "instance-state-name", Values: ["pending", "running"] };
        for await (const { Reservations = [] } of paginateDescribeInstances(
            { client },
            { Filters: [filter, running] },
        )) {
            for (const one of Reservations.flatMap(({ Instances = [] }) => Instances)) {
                const { InstanceId: id = "", SecurityGroups = [], SubnetId: subnet = "", Tags = [] } = one;
                const groups = SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []);
                found.set(id, { id, groups, subnet, auto: Tags.some(({ Key }) => Key === AUTO_TAG) });
            }
        }
    }
    return [...found.values()];
}

/** All address ranges of a VPC, added ones included. */
export async function readRanges(client: EC2Client, vpc: string): Promise<readonly string[]> {
    const { Vpcs: [found] = [] } = await client.send(new DescribeVpcsCommand({ VpcIds: [vpc] }));
    const added = (found?.CidrBlockAssociationSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []);
    return [...new Set([...(found?.CidrBlock === undefined ? [] : [found.CidrBlock]), ...added])];
}
