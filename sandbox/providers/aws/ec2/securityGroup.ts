import type { Declaration, Live, ArgumentCheck } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { cidr, conflict } from "../declaring/rules";
import { DEFAULT_SECURITY_GROUP, SECURITY_GROUP, VPC } from "../../../cloud/aws/tokens";
import { given, must, records, text } from "../../../cloud/aws/values";
import { groupNamed, plainText, portFaults, protocol } from "./permissions";

const inlineRules = {
    "ingress.protocol": protocol,
    "ingress.cidrBlocks": cidr(),
    "ingress.description": plainText,
    "egress.protocol": protocol,
    "egress.cidrBlocks": cidr(),
    "egress.description": plainText,
};

export const securityGroup: Declaration = {
    type: SECURITY_GROUP,
    id: "sg",
    defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
    allowed: { name: [plainText, ordinaryName], description: plainText, ...inlineRules },
    rules: [conflict("name", "namePrefix"), inlinePorts],
    references: {
        vpcId: blocksDeletion(VPC),
        "ingress.securityGroups": blocksDeletion(SECURITY_GROUP),
        "egress.securityGroups": blocksDeletion(SECURITY_GROUP),
    },
    conflicts: [needsNetwork, ownName],
    locate: groupNamed,
    replace: ["name", "namePrefix", "description", "vpcId"],
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("ec2", `security-group/${id}`), ownerId: cloud.account }),
    missing: (id) => `InvalidGroup.NotFound: The security group '${id}' does not exist`,
    inUse: (id) => `DependencyViolation: resource ${id} has a dependent object`,
    deletionProtection: ({ id, inputs }) =>
        inputs["name"] === "default"
            ? `CannotDelete: the specified group: "${id}" name: "default" cannot be deleted by a user`
            : undefined,
};

/** The default group of a VPC: the provider adopts it, sets its rules, and does not delete it. */
export const defaultSecurityGroup: Declaration = {
    type: DEFAULT_SECURITY_GROUP,
    id: ({ inputs, cloud }) => must(cloud.state(VPC, text(inputs, "vpcId")), "defaultSecurityGroupId"),
    overwrites: true,
    defaults: { revokeRulesOnDelete: false },
    allowed: inlineRules,
    rules: [inlinePorts],
    references: {
        vpcId: to(VPC),
        "ingress.securityGroups": to(SECURITY_GROUP),
        "egress.securityGroups": to(SECURITY_GROUP),
    },
    conflicts: [needsNetwork],
    replace: ["vpcId"],
    outputs: ({ id, cloud }) => ({
        arn: cloud.arn("ec2", `security-group/${id}`),
        ownerId: cloud.account,
        name: "default",
        description: "default VPC security group",
    }),
    effects: {
        made: ({ id, inputs, cloud }) => {
            const group = cloud.find(SECURITY_GROUP, id);
            if (group !== undefined) {
                const rules = { ingress: records(inputs, "ingress"), egress: records(inputs, "egress") };
                cloud.store.put({
                    ...group,
                    state: { ...group.state, ...(JSON.parse(JSON.stringify(rules)) as typeof group.state) },
                });
            }
        },
    },
    missing: (id) => `InvalidGroup.NotFound: The security group '${id}' does not exist`,
};

function ordinaryName(value: unknown, property: string): string | undefined {
    return /^(sg-|default$)/i.test(String(value))
        ? `invalid value for ${property} (cannot begin with sg- or be "default"): ${String(value)}`
        : undefined;
}

function inlinePorts(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    return ["ingress", "egress"].flatMap((direction) =>
        records(inputs, direction).flatMap((rule, i) => portFaults(rule, "protocol", `${direction}[${i}].`)),
    );
}

function needsNetwork({ inputs }: Parameters<Live>[0]): string | undefined {
    return given(inputs, "vpcId") ? undefined : "VPCIdNotSpecified: No default VPC for this user";
}

function ownName({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const [name, network] = [text(inputs, "name"), text(inputs, "vpcId")];
    return cloud
        .all(SECURITY_GROUP)
        .some((other) => other.id !== id && other.state["name"] === name && other.state["vpcId"] === network)
        ? `InvalidGroup.Duplicate: The security group '${name}' already exists for VPC '${network}'`
        : undefined;
}
