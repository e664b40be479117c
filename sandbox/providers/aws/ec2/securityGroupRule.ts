import type { Declaration } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { hex } from "../declaring/naming";
import { cidr, conflict, oneOf, someOf } from "../declaring/rules";
import { SECURITY_GROUP, SECURITY_GROUP_RULE } from "../../../cloud/aws/tokens";
import { must } from "../../../cloud/aws/values";
import { crowded, plainText, portFaults, protocol, sameNetwork } from "./permissions";

/** The older kind of rule: one resource can name many ranges. */
export const securityGroupRule: Declaration = {
    type: SECURITY_GROUP_RULE,
    id: () => `sgrule-${parseInt(hex(8), 16)}`,
    parent: "securityGroupId",
    defaults: { self: false },
    allowed: { type: oneOf("ingress", "egress"), protocol, cidrBlocks: cidr(), description: plainText },
    rules: [
        (inputs) => portFaults(inputs, "protocol"),
        conflict("sourceSecurityGroupId", "cidrBlocks", "ipv6CidrBlocks"),
        (inputs, cloud) =>
            inputs["self"] === true
                ? conflict("self", "cidrBlocks", "ipv6CidrBlocks", "sourceSecurityGroupId")(inputs, cloud)
                : undefined,
        (inputs, cloud) =>
            inputs["self"] === true
                ? undefined
                : someOf(
                      "cidrBlocks",
                      "ipv6CidrBlocks",
                      "prefixListIds",
                      "self",
                      "sourceSecurityGroupId",
                  )({ ...inputs, self: null }, cloud),
    ],
    references: { securityGroupId: to(SECURITY_GROUP), sourceSecurityGroupId: blocksDeletion(SECURITY_GROUP) },
    conflicts: [
        ({ inputs, cloud }) => sameNetwork(inputs, "sourceSecurityGroupId", cloud),
        ({ id, inputs, cloud }) => crowded(id, inputs, must(inputs, "type"), cloud),
    ],
    replace: [
        "type",
        "protocol",
        "fromPort",
        "toPort",
        "cidrBlocks",
        "ipv6CidrBlocks",
        "prefixListIds",
        "self",
        "securityGroupId",
        "sourceSecurityGroupId",
    ],
    deleteBeforeReplace: true,
    outputs: ({ keep }) => ({ securityGroupRuleId: keep("securityGroupRuleId", () => `sgr-0${hex(16)}`) }),
    missing: (id) => `InvalidSecurityGroupRuleId.NotFound: The security group rule ID '${id}' does not exist`,
};
