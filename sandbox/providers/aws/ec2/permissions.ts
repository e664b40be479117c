import type { Props } from "../../../cloud/props";
import type { CloudObject } from "../../../cloud/store";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Fault, ValueRule } from "../declaring/declaration";
import { EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE } from "../../../cloud/aws/tokens";
import { reachable } from "./peering";
import { flag, given, must, number, records, text, texts } from "../../../cloud/aws/values";

/** One permission of a security group: a direction, a protocol, ports and one peer. */
interface Permission {
    readonly rule: string;
    readonly direction: string;
    readonly protocol: string;
    readonly from: number;
    readonly to: number;
    readonly peer: string;
}

/** The limit of rules per group and direction. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const RULES_PER_GROUP = 60;

const protocols: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", all: "-1" };

function protocolOf(value: string | undefined): string {
    const name = (value ?? "").toLowerCase();
    return protocols[name] ?? name;
}

export const protocol: ValueRule = (value) => {
    const name = protocolOf(String(value));
    const known =
        ["tcp", "udp", "icmp", "icmpv6", "-1"].includes(name) || (/^\d{1,3}$/.test(name) && Number(name) <= 255);
    return known
        ? undefined
        : `InvalidParameterValue: Invalid value '${String(value)}' for protocol. VPC security group rules must specify protocols explicitly.`;
};

/** AWS allows few characters in names and descriptions of groups and rules. */
export const plainText: ValueRule = (value, property) =>
    /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{0,255}$/.test(String(value))
        ? undefined
        : `${JSON.stringify(property)} must consist of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, at most 255 characters: ${JSON.stringify(value)}`;

/** The errors in a rule's ports, given its protocol. */
export function portFaults(rule: Props, protocolProperty: string, prefix = ""): Fault[] {
    const name = protocolOf(text(rule, protocolProperty));
    const [from, to] = [number(rule, "fromPort"), number(rule, "toPort")];
    if (name !== "tcp" && name !== "udp") {
        return [];
    }
    if (!given(rule, "fromPort") || !given(rule, "toPort")) {
        return [
            [
                `${prefix}fromPort`,
                "InvalidParameterValue: Invalid value for portRange. Must specify both from and to ports with TCP/UDP.",
            ],
        ];
    }
    const outside = (
        [
            ["fromPort", from],
            ["toPort", to],
        ] as const
    ).filter(([, port]) => port !== undefined && (port < 0 || port > 65535 || !Number.isInteger(port)));
    if (outside.length > 0) {
        return outside.map(([property, port]) => [
            prefix + property,
            `InvalidParameterValue: TCP/UDP port (${port}) out of range`,
        ]);
    }
    return from !== undefined && to !== undefined && from > to
        ? [[`${prefix}toPort`, `InvalidParameterValue: Invalid TCP/UDP port range (${from}:${to})`]]
        : [];
}

/** The permissions of one declared rule; `group` is the group that it belongs to. */
function permissionsOf(rule: string, props: Props, direction: string, group: string): Permission[] {
    const protocol = protocolOf(text(props, "protocol") ?? text(props, "ipProtocol"));
    const ports =
        protocol === "-1"
            ? { from: 0, to: 0 }
            : { from: number(props, "fromPort") ?? -1, to: number(props, "toPort") ?? -1 };
    const peers = [
        "cidrBlocks",
        "ipv6CidrBlocks",
        "prefixListIds",
        "securityGroups",
        "sourceSecurityGroupId",
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
    ];
    const named = peers.flatMap((property) => texts(props, property));
    return [...named, ...(flag(props, "self") ? [group] : [])].map((peer) => ({
        rule,
        direction,
        protocol,
        ...ports,
        peer,
    }));
}

/** All permissions of a group, from every kind of resource. */
function permissionsIn(group: string, cloud: Cloud): Permission[] {
    const inline = cloud.state(SECURITY_GROUP, group);
    const ofGroup = (type: string) => cloud.all(type).filter(({ state }) => state["securityGroupId"] === group);
    return [
        ...["ingress", "egress"].flatMap((direction) =>
            records(inline, direction).flatMap((each) => permissionsOf(group, each, direction, group)),
        ),
        ...ofGroup(SECURITY_GROUP_RULE).flatMap(({ id, state }) =>
            permissionsOf(id, state, must(state, "type"), group),
        ),
        ...ofGroup(INGRESS_RULE).flatMap(({ id, state }) => permissionsOf(id, state, "ingress", group)),
        ...ofGroup(EGRESS_RULE).flatMap(({ id, state }) => permissionsOf(id, state, "egress", group)),
    ];
}

/** The group with an id, or with `ACCOUNT/ID`, as a rule names a group of a peered VPC in another account. */
export function groupNamed(value: string, cloud: Cloud): CloudObject | undefined {
    const [id = "", account = cloud.account] = value.split("/").reverse();
    return cloud.store.get(SECURITY_GROUP, id, { region: cloud.region, account });
}

/** A rule can name only groups of its own VPC or of one that is peered with it in the same region. */
export function sameNetwork(inputs: Props, property: string, cloud: Cloud): string | undefined {
    const [own, other] = [text(inputs, "securityGroupId"), text(inputs, property)].map((value) =>
        text(groupNamed(value ?? "", cloud)?.state ?? {}, "vpcId"),
    );
    return own === undefined || other === undefined || reachable(own, other, cloud)
        ? undefined
        : "InvalidGroup.NotFound: You have specified two resources that belong to different networks.";
}

/** Why a rule cannot be added to its group: the permission already exists, or the limit is reached. */
export function crowded(id: string | undefined, inputs: Props, direction: string, cloud: Cloud): string | undefined {
    const group = must(inputs, "securityGroupId");
    const others = permissionsIn(group, cloud).filter((each) => each.rule !== id && each.direction === direction);
    const wanted = permissionsOf(id ?? "", inputs, direction, group);
    const again = wanted.find((each) => others.some((other) => describe(other) === describe(each)));
    if (again !== undefined) {
        return `InvalidPermission.Duplicate: the specified rule "${describe(again)}" already exists`;
    }
    return others.length + wanted.length > RULES_PER_GROUP
        ? "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached."
        : undefined;
}

function describe({ protocol, from, to, peer }: Permission): string {
    return protocol === "-1"
        ? `peer: ${peer}, ALL, ALLOW`
        : `peer: ${peer}, ${protocol.toUpperCase()}, from port: ${from}, to port: ${to}, ALLOW`;
}
