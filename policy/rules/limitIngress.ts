import { databaseOf, databaseTypes } from "../database";
import { contains, isSingle } from "../cidr";
import { clip } from "../iam";
import { field, isUnknown, items } from "../plain";
import { referred } from "../references";
import type { Finding, Resource, Rule, Settings } from "../rule";

interface Parameters extends Settings {
    /** Networks that may reach databases, in CIDR notation: peered ones, say. */
    readonly cidrs?: readonly string[];
    /** Single addresses that may until the end of a day (UTC): a /32 or a /128, and a date as in 2026-12-31. */
    readonly temporary?: readonly { readonly cidr: string; readonly until: string }[];
    /** Prefix lists that may, by id. */
    readonly prefixLists?: readonly string[];
}

/** Where something comes from, as an ingress rule says it. */
interface Source {
    readonly rule: Resource;
    readonly kind: "cidr" | "prefix list";
    readonly value: unknown;
}

const groupTypes = new Set(["aws:ec2/securityGroup:SecurityGroup", "aws-native:ec2:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"]);

/** Rules that stand apart from their group: the argument that names the group, and those that hold sources. */
const ruleTypes: Readonly<Record<string, readonly [group: string, cidrs: readonly string[], prefixLists: readonly string[]]>> = {
    "aws:ec2/securityGroupRule:SecurityGroupRule": ["securityGroupId", ["cidrBlocks", "ipv6CidrBlocks"], ["prefixListIds"]],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId", ["cidrIpv4", "cidrIpv6"], ["prefixListId"]],
    "aws-native:ec2:SecurityGroupIngress": ["groupId", ["cidrIp", "cidrIpv6"], ["sourcePrefixListId"]],
};

/** The same for the rules that a group holds itself. */
const inline = { lists: ["ingress", "securityGroupIngress"], cidrs: ["cidrBlocks", "ipv6CidrBlocks", "cidrIp", "cidrIpv6"], prefixLists: ["prefixListIds", "sourcePrefixListId"] };

/** Only security groups may reach a database: an address says nothing of who is behind it. */
export const limitIngress: Rule<Parameters> = {
    name: "database-ingress",
    description: "Only security groups reach a database, no addresses",
    severity: "critical",
    remediation: "Let in the clients' security group instead of addresses; declare peered networks, temporary addresses and prefix lists as parameters.",
    parameters: {
        cidrs: { type: "array", items: { type: "string" }, default: [], description: "networks that may reach databases, as 10.40.0.0/16" },
        temporary: {
            type: "array",
            items: { type: "object", properties: { cidr: { type: "string" }, until: { type: "string" } }, required: ["cidr", "until"] },
            default: [],
            description: "single addresses (/32 or /128) that may until the end of a day, as 2026-12-31 (UTC)",
        },
        prefixLists: { type: "array", items: { type: "string" }, default: [], description: "prefix lists that may reach databases, by id" },
    },
    types: new Set([...databaseTypes, ...groupTypes, ...Object.keys(ruleTypes), "aws:rds/proxy:Proxy"]),
    judgeStack: (resources, parameters) => {
        const groups = resources.filter(({ type }) => groupTypes.has(type));
        const guarded = new Map<Resource, Resource>();
        for (const resource of resources) {
            referred(resource, databaseOf(resource)?.securityGroups.argument ?? (resource.type === "aws:rds/proxy:Proxy" ? "vpcSecurityGroupIds" : ""), groups).forEach((group) => guarded.set(group, resource));
        }
        return [...guarded].flatMap(([group, database]) =>
            sourcesOf(group, resources).flatMap((source) => judge(source, group, database, parameters)),
        );
    },
};

/** All addresses from which a group lets something in, in its own rules and in those that stand apart. */
function sourcesOf(group: Resource, resources: readonly Resource[]): Source[] {
    const own = inline.lists.flatMap((list) => items(group.props[list])).flatMap((entry) => sourcesIn(group, entry, inline.cidrs, inline.prefixLists));
    const apart = resources.flatMap((rule) => {
        const [argument, cidrs, prefixLists] = ruleTypes[rule.type] ?? [];
        const outward = rule.props["type"] === "egress";
        return argument === undefined || outward || referred(rule, argument, [group]).length === 0 ? [] : sourcesIn(rule, rule.props, cidrs ?? [], prefixLists ?? []);
    });
    return [...own, ...apart];
}

function sourcesIn(rule: Resource, entry: unknown, cidrs: readonly string[], prefixLists: readonly string[]): Source[] {
    if (isUnknown(entry)) {
        return [{ rule, kind: "cidr", value: entry }];
    }
    const of = (kind: Source["kind"], names: readonly string[]): Source[] =>
        names.flatMap((name) => values(field(entry, name))).map((value) => ({ rule, kind, value }));
    return [...of("cidr", cidrs), ...of("prefix list", prefixLists)];
}

function values(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? (value as unknown[]) : value === undefined || value === null || value === "" ? [] : [value];
}

function judge({ rule, kind, value }: Source, group: Resource, database: Resource, parameters: Parameters): Finding[] {
    const where = `${group.name}, the group of database ${database.name},`;
    const fix = "let in the clients' security group instead, or declare the exception in the parameters of database-ingress";
    if (typeof value !== "string" || isUnknown(value)) {
        return [{ resource: rule, fault: `${where} lets in a ${kind} that is not known yet`, fix, unproven: true }];
    }
    if (kind === "prefix list") {
        return parameters.prefixLists?.includes(value) === true ? [] : [{ resource: rule, fault: `${where} lets in the prefix list ${clip(value)}, whoever is on it`, fix }];
    }
    if ((parameters.cidrs ?? []).some((declared) => contains(declared, value))) {
        return [];
    }
    const declared = (parameters.temporary ?? []).find(({ cidr }) => cidr === value);
    if (declared === undefined) {
        return [{ resource: rule, fault: `${where} lets in ${clip(value)}, whoever has an address there`, fix }];
    }
    if (!isSingle(declared.cidr)) {
        return [{ resource: rule, fault: `${where} lets in ${clip(value)}, declared as temporary though it is no single address`, fix: "declare a /32 or a /128 under temporary" }];
    }
    return Date.parse(`${declared.until}T23:59:59Z`) >= Date.now()
        ? []
        : [{ resource: rule, fault: `${where} lets in ${clip(value)}, which was declared until ${clip(declared.until)}`, fix: "take the rule out, or give a later date (as 2026-12-31) under temporary" }];
}
