import type { Declaration } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { crowded, plainText, portFaults, protocol, sameNetwork } from "../ec2/permissions";
import { cidr, exactlyOne } from "../declaring/rules";
import { EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP } from "../../../cloud/aws/tokens";

const sources = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** The newer kind of rule: one resource, one peer. */
function rule(type: string, direction: "ingress" | "egress"): Declaration {
    return {
        type,
        id: "sgr",
        parent: "securityGroupId",
        allowed: { ipProtocol: protocol, cidrIpv4: cidr(), description: plainText },
        rules: [(inputs) => portFaults(inputs, "ipProtocol"), exactlyOne(...sources)],
        references: { securityGroupId: to(SECURITY_GROUP), referencedSecurityGroupId: blocksDeletion(SECURITY_GROUP) },
        conflicts: [
            ({ inputs, cloud }) => sameNetwork(inputs, "referencedSecurityGroupId", cloud),
            ({ id, inputs, cloud }) => crowded(id, inputs, direction, cloud),
        ],
        replace: ["securityGroupId"],
        outputs: ({ id, cloud }) => ({ securityGroupRuleId: id, arn: cloud.arn("ec2", `security-group-rule/${id}`) }),
        missing: (id) => `InvalidSecurityGroupRuleId.NotFound: The security group rule ID '${id}' does not exist`,
    };
}

export const vpc = [rule(INGRESS_RULE, "ingress"), rule(EGRESS_RULE, "egress")];
