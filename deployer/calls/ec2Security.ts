import type { Row, Rows } from "./row";

const tags = ["ec2:CreateTags", "ec2:DeleteTags"] as const;
const inline = ["ingress", "egress"] as const;

/** Rules that a group declares itself. */
const authorizeInline = inline.map(
    (rules) => [`ec2:AuthorizeSecurityGroup${capital(rules)}`, "self", { given: rules }] as const,
);
const changeInline = inline.map(
    (rules) =>
        [
            `ec2:AuthorizeSecurityGroup${capital(rules)} ec2:RevokeSecurityGroup${capital(rules)}`,
            "self",
            { given: rules, changed: rules },
        ] as const,
);

/** Security groups and their rules. */
export const ec2Security: Rows = {
    "aws:ec2/securityGroup:SecurityGroup": {
        source: "ec2/vpc_security_group.go",
        self: "ec2 security-group/{id}",
        tags,
        create: [["ec2:CreateSecurityGroup", ["self", "ec2 vpc/{vpcId}"]]],
        // AWS creates a group with a rule that lets everything out.
        then: [["ec2:RevokeSecurityGroupEgress"], ...authorizeInline],
        read: [["ec2:DescribeSecurityGroups", "*"]],
        update: changeInline,
        delete: [
            ["ec2:DescribeNetworkInterfaces", "*"],
            ["ec2:DescribeSecurityGroupRules", "*", { given: "revokeRulesOnDelete" }],
            ["ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress", "self", { given: "revokeRulesOnDelete" }],
            ["ec2:DeleteSecurityGroup"],
            ["ec2:DescribeSecurityGroups", "*"],
        ],
    },
    // The provider first tags the group that AWS created with the network, then revokes its rules.
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
        source: "ec2/vpc_default_security_group.go",
        self: "ec2 security-group/{id}",
        tags,
        adopts: true,
        create: [["ec2:DescribeSecurityGroups", "*"]],
        then: [
            ["ec2:DescribeSecurityGroupRules", "*"],
            ["ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress"],
            ...authorizeInline,
        ],
        read: [["ec2:DescribeSecurityGroups", "*"]],
        update: changeInline,
        delete: [],
    },
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        source: "ec2/vpc_security_group_rule.go",
        self: "ec2 security-group/{securityGroupId}",
        create: [["ec2:AuthorizeSecurityGroupIngress ec2:AuthorizeSecurityGroupEgress"]],
        read: [["ec2:DescribeSecurityGroups", "*"]],
        update: [["ec2:UpdateSecurityGroupRuleDescriptionsIngress ec2:UpdateSecurityGroupRuleDescriptionsEgress"]],
        delete: [["ec2:RevokeSecurityGroupIngress ec2:RevokeSecurityGroupEgress"], ["ec2:DescribeSecurityGroups", "*"]],
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress", "ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress", "egress"),
};

function rule(direction: "Ingress" | "Egress", file: string): Row {
    const group = "ec2 security-group/{securityGroupId}";
    return {
        source: `ec2/vpc_security_group_${file}_rule.go`,
        self: "ec2 security-group-rule/{id}",
        tags,
        create: [[`ec2:AuthorizeSecurityGroup${direction}`, ["self", group]]],
        read: [["ec2:DescribeSecurityGroupRules", "*"]],
        update: [["ec2:ModifySecurityGroupRules", ["self", group]]],
        delete: [[`ec2:RevokeSecurityGroup${direction}`, group]],
    };
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
