import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupRule } from "@pulumi/aws/ec2/securityGroupRule";
import type * as pulumi from "@pulumi/pulumi";

/** The groups that the real component makes unless it is told not to: both may reach all of the internet. */
export function openedGroups(name: string, vpcId: pulumi.Output<string>, parent: pulumi.ComponentResource) {
    const cluster = new SecurityGroup(`${name}-eksClusterSecurityGroup`, { vpcId, revokeRulesOnDelete: true }, { parent });
    new SecurityGroupRule(
        `${name}-eksClusterInternetEgressRule`,
        {
            description: "Allow internet access.",
            type: "egress",
            fromPort: 0,
            toPort: 0,
            protocol: "-1",
            cidrBlocks: ["0.0.0.0/0"],
            securityGroupId: cluster.id,
        },
        { parent },
    );
    const nodes = new SecurityGroup(`${name}-nodeSecurityGroup`, { vpcId, revokeRulesOnDelete: true }, { parent });
    const rule = (suffix: string, args: Omit<ConstructorParameters<typeof SecurityGroupRule>[1], "protocol"> & { protocol: string }) =>
        new SecurityGroupRule(`${name}-${suffix}`, args, { parent });
    rule("eksNodeIngressRule", {
        description: "Allow nodes to communicate with each other", type: "ingress", fromPort: 0, toPort: 0, protocol: "-1", securityGroupId: nodes.id, self: true,
    }); // prettier-ignore
    rule("eksNodeClusterIngressRule", {
        description: "Allow worker Kubelets and pods to receive communication from the cluster control plane", type: "ingress",
        fromPort: 1025, toPort: 65535, protocol: "tcp", securityGroupId: nodes.id, sourceSecurityGroupId: cluster.id,
    }); // prettier-ignore
    rule("eksExtApiServerClusterIngressRule", {
        description: "Allow pods running extension API servers on port 443 to receive communication from cluster control plane", type: "ingress",
        fromPort: 443, toPort: 443, protocol: "tcp", securityGroupId: nodes.id, sourceSecurityGroupId: cluster.id,
    }); // prettier-ignore
    rule("eksNodeInternetEgressRule", {
        description: "Allow internet access.", type: "egress", fromPort: 0, toPort: 0, protocol: "-1", securityGroupId: nodes.id, cidrBlocks: ["0.0.0.0/0"],
    }); // prettier-ignore
    const fromNodes = rule("eksClusterIngressRule", {
        description: "Allow pods to communicate with the cluster API Server", type: "ingress",
        fromPort: 443, toPort: 443, protocol: "tcp", securityGroupId: cluster.id, sourceSecurityGroupId: nodes.id,
    }); // prettier-ignore
    return { cluster, nodes, fromNodes };
}
