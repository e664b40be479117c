import { databaseOf, databaseTypes } from "./database";
import { field, isUnknown, items } from "./plain";
import { portOf, proxyPort } from "./ports";
import { Candidates, keyOf, Links } from "./references";
import type { Reference } from "./references";
import { isStated } from "./resource";
import type { Resource } from "./resource";

const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const groupTypes = new Set(["aws:ec2/securityGroup:SecurityGroup", "aws-native:ec2:SecurityGroup", defaultGroup]);
const proxyType = "aws:rds/proxy:Proxy";

/** The arguments of a rule that hold sources. */
interface Holds {
    readonly cidrs: readonly string[];
    readonly prefixLists: readonly string[];
}

/** Rules that stand apart from their group, with the argument that names the group. */
const ruleTypes: Readonly<Record<string, Holds & { readonly group: string }>> = {
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        group: "securityGroupId",
        cidrs: ["cidrBlocks", "ipv6CidrBlocks"],
        prefixLists: ["prefixListIds"],
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        group: "securityGroupId",
        cidrs: ["cidrIpv4", "cidrIpv6"],
        prefixLists: ["prefixListId"],
    },
    "aws-native:ec2:SecurityGroupIngress": {
        group: "groupId",
        cidrs: ["cidrIp", "cidrIpv6"],
        prefixLists: ["sourcePrefixListId"],
    },
};

/** The same for the rules that a group holds itself. */
const inline: Holds & { readonly lists: readonly string[] } = {
    lists: ["ingress", "securityGroupIngress"],
    cidrs: ["cidrBlocks", "ipv6CidrBlocks", "cidrIp", "cidrIpv6"],
    prefixLists: ["prefixListIds", "sourcePrefixListId"],
};

export const ingressTypes: ReadonlySet<string> = new Set([
    ...databaseTypes,
    proxyType,
    ...groupTypes,
    ...Object.keys(ruleTypes),
]);

/** A security group in use: which group, before which database or proxy, and at which port. */
export interface Guard {
    readonly group: Reference;
    readonly database: Resource;
    /** Undefined where it is not known. */
    readonly port: number | undefined;
    /** True for the VPC's default group, which a database gets where the program names none. */
    readonly implicit: boolean;
}

/** Addresses that a rule lets in. */
export interface Source {
    readonly rule: Resource;
    /** The rule's values: its protocol and ports are among them. */
    readonly entry: unknown;
    readonly kind: "cidr" | "prefix list";
    readonly value: unknown;
    /** The group that the rule is on; all that it may be, where that is not known yet. */
    readonly groups: readonly Reference[];
}

/** The security groups before each database and each proxy of a stack. */
export function guardsOf(resources: readonly Resource[]): readonly Guard[] {
    const groups = groupsOf(resources);
    const defaults = new Candidates(groups.all.filter(({ type }) => type === defaultGroup));
    return resources.flatMap((resource): Guard[] => {
        const database = databaseOf(resource);
        if ((database === undefined && resource.type !== proxyType) || database?.kind === "member") {
            return [];
        }
        const argument = database?.securityGroups.argument ?? "vpcSecurityGroupIds";
        const port = database === undefined ? proxyPort(resource) : portOf(database);
        const implicit = !isStated(resource, argument);
        const references = implicit ? defaultOf(resource, argument, defaults) : groups.named(resource, argument);
        return references.map((group) => ({ group, database: resource, port, implicit }));
    });
}

function groupsOf(resources: readonly Resource[]): Candidates {
    return new Candidates(resources.filter(({ type }) => groupTypes.has(type)));
}

/** The default group of a VPC: known once the database is there, and until then any that the stack manages. */
function defaultOf(resource: Resource, argument: string, defaults: Candidates): readonly Reference[] {
    const chosen = defaults.named(resource, argument).filter((one) => keyOf(one) !== undefined);
    const any = defaults.all.map((group): Reference => ({ resource: group, certain: false }));
    return chosen.length > 0 ? chosen : [...any, { certain: false }];
}

/** All addresses that the rules of a stack let in: those that stand apart, and those that a group holds itself. */
export function sourcesOf(resources: readonly Resource[]): readonly Source[] {
    const groups = groupsOf(resources);
    const apart = resources.flatMap((rule): Source[] => {
        const kind = rule.props["type"] === "egress" ? undefined : ruleTypes[rule.type];
        return kind === undefined ? [] : sourcesIn(rule, rule.props, groups.named(rule, kind.group), kind);
    });
    const links = new Links(apart, (source) => source.groups);
    return [...apart, ...groups.all.flatMap((group) => inlineSources(group, links))];
}

/** The addresses in a group's own lists; what AWS lists there of rules that stand apart is not told twice. */
function inlineSources(group: Resource, apart: Links<Source>): readonly Source[] {
    const own: Reference = { resource: group, certain: true };
    return inline.lists.flatMap((list) => {
        const stated = isStated(group, list);
        const listed = stated || !isUnknown(group.props[list]) ? items(group.props[list]) : [];
        const sources = listed.flatMap((entry) => sourcesIn(group, entry, [own], inline));
        const again = ({ value }: Source): boolean => apart.to(own).some(({ holder }) => holder.value === value);
        return stated ? sources : sources.filter((source) => !again(source));
    });
}

function sourcesIn(
    rule: Resource,
    entry: unknown,
    groups: readonly Reference[],
    { cidrs, prefixLists }: Holds,
): Source[] {
    if (isUnknown(entry)) {
        return [{ rule, entry, kind: "cidr", value: entry, groups }];
    }
    const of = (kind: Source["kind"], names: readonly string[]): Source[] =>
        names.flatMap((name) => values(field(entry, name))).map((value) => ({ rule, entry, kind, value, groups }));
    return [...of("cidr", cidrs), ...of("prefix list", prefixLists)];
}

function values(value: unknown): readonly unknown[] {
    return Array.isArray(value)
        ? (value as unknown[])
        : value === undefined || value === null || value === ""
          ? []
          : [value];
}
