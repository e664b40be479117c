import { all } from "@pulumi/pulumi/output";
import type { Input, Output } from "@pulumi/pulumi/output";
import type { ComponentResource } from "@pulumi/pulumi/resource";

import { Child } from "./child";

type Tags = Input<Record<string, Input<string>>> | undefined;
type SecurityGroup = Child<"aws:ec2/securityGroup:SecurityGroup">;
type SecurityGroupRule = Child<"aws:ec2/securityGroupRule:SecurityGroupRule">;

const everything = { fromPort: 0, toPort: 0, protocol: "-1" };
/** Open to the whole internet, as in the real component, so that a policy pack sees it. */
const internetEgress = {
    description: "Allow internet access.",
    type: "egress",
    ...everything,
    cidrBlocks: ["0.0.0.0/0"],
};

/** The control plane's security group, with egress to the internet. */
export function clusterGroup(
    name: string,
    vpcId: Input<string>,
    tags: Tags,
    groupTags: Tags,
    parent: ComponentResource,
): SecurityGroup {
    const group = new Child(
        "aws:ec2/securityGroup:SecurityGroup",
        `${name}-eksClusterSecurityGroup`,
        {
            vpcId,
            revokeRulesOnDelete: true,
            tags: allTags({ Name: `${name}-eksClusterSecurityGroup` }, groupTags, tags),
        },
        { parent },
    );
    rule(`${name}-eksClusterInternetEgressRule`, { ...internetEgress, securityGroupId: group.id }, parent);
    return group;
}

/** The nodes' security group with its rules, and the rule that lets nodes reach the API server. */
export function nodeGroups(
    name: string,
    { vpcId, clusterGroupId, clusterName, tags, groupTags }: NodeGroupArgs,
    parent: ComponentResource,
): { group: SecurityGroup; apiRule: SecurityGroupRule } {
    const owned = clusterName.apply((cluster) => ({
        Name: `${name}-nodeSecurityGroup`,
        [`kubernetes.io/cluster/${cluster}`]: "owned",
    }));
    const group = new Child(
        "aws:ec2/securityGroup:SecurityGroup",
        `${name}-nodeSecurityGroup`,
        { vpcId, revokeRulesOnDelete: true, tags: allTags(owned, groupTags, tags) },
        { parent },
    );
    const own = { securityGroupId: group.id };
    const fromCluster = { ...own, sourceSecurityGroupId: clusterGroupId };
    const among = {
        description: "Allow nodes to communicate with each other",
        type: "ingress",
        ...everything,
        self: true,
    };
    rule(`${name}-eksNodeIngressRule`, { ...among, ...own }, parent);
    const kubelets = "Allow worker Kubelets and pods to receive communication from the cluster control plane";
    rule(`${name}-eksNodeClusterIngressRule`, { ...tcp(1025, 65535, kubelets), ...fromCluster }, parent);
    const extensions =
        "Allow pods running extension API servers on port 443 to receive communication from cluster control plane";
    rule(`${name}-eksExtApiServerClusterIngressRule`, { ...tcp(443, 443, extensions), ...fromCluster }, parent);
    rule(`${name}-eksNodeInternetEgressRule`, { ...internetEgress, ...own }, parent);
    const pods = "Allow pods to communicate with the cluster API Server";
    const toCluster = { securityGroupId: clusterGroupId, sourceSecurityGroupId: group.id };
    return { group, apiRule: rule(`${name}-eksClusterIngressRule`, { ...tcp(443, 443, pods), ...toCluster }, parent) };
}

interface NodeGroupArgs {
    readonly vpcId: Input<string>;
    readonly clusterGroupId: Input<string>;
    readonly clusterName: Output<string>;
    readonly tags: Tags;
    readonly groupTags: Tags;
}

/** Tags in ascending order of precedence. */
export function allTags(...sources: readonly Tags[]): Output<Record<string, string>> {
    return all([...sources]).apply((known) => Object.assign({}, ...known) as Record<string, string>);
}

function tcp(fromPort: number, toPort: number, description: string): object {
    return { description, type: "ingress", fromPort, toPort, protocol: "tcp" };
}

function rule(name: string, args: object, parent: ComponentResource): SecurityGroupRule {
    return new Child("aws:ec2/securityGroupRule:SecurityGroupRule", name, { ...args }, { parent });
}
