import { databaseOf, databaseTypes, proxyTypes } from "./database";
import { field, isUnknown, items } from "./unknownValues";
import { portOf, proxyPort } from "./ports";
import { Candidates, keyOf, Links } from "./resourceReferences";
import type { Reference } from "./resourceReferences";
import { isStated } from "./resource";
import type { Resource } from "./resource";

const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const groupTypes = new Set(["aws:ec2/securityGroup:SecurityGroup", "aws-native:ec2:SecurityGroup", defaultGroup]);

/** A rule's arguments that contain sources. */
interface Holds {
    readonly cidrs: readonly string[];
    readonly prefixLists: readonly string[];
}

/** Standalone rules, with the argument that names their group. */
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

/** The same for inline rules of a group. */
const inline: Holds & { readonly lists: readonly string[] } = {
    lists: ["ingress", "securityGroupIngress"],
    cidrs: ["cidrBlocks", "ipv6CidrBlocks", "cidrIp", "cidrIpv6"],
    prefixLists: ["prefixListIds", "sourcePrefixListId"],
};

export const ingressTypes: ReadonlySet<string> = new Set([
    ...databaseTypes,
    ...proxyTypes,
    ...groupTypes,
    ...Object.keys(ruleTypes),
]);

/** A security group of a database or proxy, with the port that it protects. */
export interface Guard {
    readonly group: Reference;
    readonly database: Resource;
    /** Undefined if it is not known. */
    readonly port: number | undefined;
    /** True for the VPC's default group, which a database gets if the program names none. */
    readonly implicit: boolean;
}

/** Addresses that a rule allows. */
export interface Source {
    readonly rule: Resource;
    /** The rule's values, including its protocol and ports. */
    readonly entry: unknown;
    readonly kind: "cidr" | "prefix list";
    readonly value: unknown;
    /** The rule's group, or all candidates if that is not known yet. */
    readonly groups: readonly Reference[];
}

/** The security groups of each database and proxy in a stack. */
export function guardsOf(resources: readonly Resource[]): readonly Guard[] {
    const groups = groupsOf(resources);
    const defaults = groups.all.filter(({ type }) => type === defaultGroup);
    return resources.flatMap((resource): Guard[] => {
        const database = databaseOf(resource);
        if ((database === undefined && !proxyTypes.has(resource.type)) || database?.kind === "member") {
            return [];
        }
        const argument = database?.securityGroups.argument ?? "vpcSecurityGroupIds";
        const port = database === undefined ? proxyPort(resource) : portOf(database);
        // An empty list also leaves the choice to AWS.
        const stated = resource.inputs[argument];
        const implicit = !isStated(resource, argument) || (Array.isArray(stated) && stated.length === 0);
        const named = groups.named(resource, argument);
        // What AWS chose is known once the database exists: also the groups that an earlier version of the program named.
        const chosen = implicit && !named.some((one) => keyOf(one) !== undefined);
        const references = chosen ? anyOf(defaults) : named;
        return references.map((group) => ({ group, database: resource, port, implicit }));
    });
}

function groupsOf(resources: readonly Resource[]): Candidates {
    return new Candidates(resources.filter(({ type }) => groupTypes.has(type)));
}

/** The default group of a VPC: any that the stack manages, until the created database shows which. */
function anyOf(defaults: readonly Resource[]): readonly Reference[] {
    return [...defaults.map((group): Reference => ({ resource: group, certain: false })), { certain: false }];
}

/** All addresses that a stack's standalone and inline rules allow. */
export function sourcesOf(resources: readonly Resource[]): readonly Source[] {
    const groups = groupsOf(resources);
    const apart = resources.flatMap((rule): Source[] => {
        const kind = rule.props["type"] === "egress" ? undefined : ruleTypes[rule.type];
        return kind === undefined ? [] : sourcesIn(rule, rule.props, groups.named(rule, kind.group), kind);
    });
    const links = new Links(apart, (source) => source.groups);
    return [...apart, ...groups.all.flatMap((group) => inlineSources(group, links))];
}

/** The addresses in a group's inline lists, without those of standalone rules, which AWS also lists there. */
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
