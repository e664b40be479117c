import { contains, isSingle } from "../resources/cidr";
import { clip } from "../iam";
import { isUnknown } from "../resources/unknownValues";
import { reachesPort, usualPorts } from "../resources/ports";
import { Links, nameOf } from "../resources/resourceReferences";
import type { Link } from "../resources/resourceReferences";
import { guardsOf, ingressTypes, sourcesOf } from "../resources/securityGroups";
import type { Guard, Source } from "../resources/securityGroups";
import type { Resource } from "../resources/resource";
import type { Finding, Rule, Settings } from "../resources/rule";

interface Parameters extends Settings {
    /** Networks that may reach databases, in CIDR notation, such as peered ones. */
    readonly cidrs?: readonly string[];
    /** Single addresses (/32 or /128) that may reach databases until the end of a day (UTC), such as 2026-12-31. */
    readonly temporary?: readonly { readonly cidr: string; readonly until: string }[];
    /** Prefix lists that may reach databases, by id. */
    readonly prefixLists?: readonly string[];
}

/** Only security groups may reach a database: an address does not identify the client behind it. */
export const limitIngress: Rule<Parameters> = {
    name: "database-ingress",
    description: "Only security groups may reach a database, not IP addresses",
    severity: "critical",
    remediation:
        "Allow the clients' security group instead of addresses; declare peered networks, temporary addresses and prefix lists as parameters.",
    parameters: {
        cidrs: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "networks that may reach databases, such as 10.40.0.0/16",
        },
        temporary: {
            type: "array",
            items: {
                type: "object",
                properties: { cidr: { type: "string" }, until: { type: "string" } },
                required: ["cidr", "until"],
            },
            default: [],
            description:
                "single addresses (/32 or /128) that may reach databases until the end of a day (UTC), such as 2026-12-31",
        },
        prefixLists: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "prefix lists that may reach databases, by id",
        },
    },
    types: ingressTypes,
    judgeStack: (resources, parameters) => {
        const guards = guardsOf(resources);
        const links = new Links(guards, ({ group }) => [group]);
        return [
            ...sourcesOf(resources).flatMap((source) => judge(source, links, parameters)),
            ...groupsElsewhere(guards),
        ];
    },
};

const fix = "allow the clients' security group instead, or declare the exception in the parameters of database-ingress";

function judge(source: Source, guards: Links<Guard>, parameters: Parameters): Finding[] {
    const ways = source.groups.flatMap((group) => guards.to(group).flatMap((link) => wayTo(link, source)));
    const way = ways.find(({ certain }) => certain) ?? ways[0];
    if (way === undefined) {
        return usedElsewhere(source, guards, parameters);
    }
    const problem = problemWith(source, parameters);
    if (problem === undefined) {
        return [];
    }
    const { guard, certain } = way;
    const where = `${nameOf(guard.group)}, ${way.uses ? "the security group" : "which may be the security group"} of database ${guard.database.name},`;
    const unproven = !certain || problem.unproven;
    return [
        {
            resource: source.rule,
            fault: `${where} allows ingress from ${problem.what}`,
            fix: problem.fix,
            ...(unproven && { unproven }),
        },
    ];
}

/** A path from a rule to a database, certain or possible. */
interface IngressPath {
    readonly guard: Guard;
    /** Whether the rule certainly belongs to a group of the database. */
    readonly uses: boolean;
    readonly certain: boolean;
}

function wayTo({ holder: guard, answer }: Link<Guard>, { entry }: Source): IngressPath[] {
    const reaches = reachesPort(entry, guard.port);
    const uses = answer === "yes";
    return reaches === "no" ? [] : [{ guard, uses, certain: uses && reaches === "yes" }];
}

interface Problem {
    readonly what: string;
    readonly fix: string;
    readonly unproven: boolean;
}

/** Why a source may not reach a database; undefined if the organisation declares it. */
function problemWith({ kind, value }: Source, { cidrs, temporary, prefixLists }: Parameters): Problem | undefined {
    const problem = (what: string, instead = fix): Problem => ({ what, fix: instead, unproven: false });
    if (typeof value !== "string" || isUnknown(value)) {
        return { ...problem(`a ${kind} that is not known yet`), unproven: true };
    }
    if (kind === "prefix list") {
        return prefixLists?.includes(value) === true ? undefined : problem(`any client in prefix list ${clip(value)}`);
    }
    if ((cidrs ?? []).some((declared) => contains(declared, value))) {
        return undefined;
    }
    const declared = (temporary ?? []).find(({ cidr }) => cidr === value);
    if (declared === undefined) {
        return problem(`any client in ${clip(value)}`);
    }
    if (!isSingle(declared.cidr)) {
        return problem(
            `${clip(value)}, which is declared as temporary but is not a single address`,
            "declare a /32 or a /128 under temporary",
        );
    }
    const over = !(Date.parse(`${declared.until}T23:59:59Z`) >= Date.now());
    return over
        ? problem(
              `${clip(value)}, which was allowed only until ${clip(declared.until)}`,
              "remove the rule, or set a later date (such as 2026-12-31) under temporary",
          )
        : undefined;
}

/**
 * A rule that opens a database port on a group that no database in this stack is known to use: another stack's, or one
 * that nothing in this stack uses.
 */
function usedElsewhere(source: Source, guards: Links<Guard>, parameters: Parameters): Finding[] {
    const [group] = source.groups.filter(({ resource }) => resource === undefined || !isUsed(resource));
    const guarded = source.groups.some((one) => guards.to(one).some(({ answer }) => answer === "yes"));
    const opens = usualPorts.some((port) => reachesPort(source.entry, port) === "yes");
    const problem = group === undefined || guarded || !opens ? undefined : problemWith(source, parameters);
    if (group === undefined || problem === undefined) {
        return [];
    }
    const which =
        group.resource !== undefined
            ? `security group ${group.resource.name}, which nothing in this stack uses,`
            : group.id === undefined
              ? "a security group that is not known yet"
              : `security group ${group.id}, which is not in this stack,`;
    const fault = `${which} allows ingress from ${problem.what}; this stack does not show whether a database uses the group`;
    return [{ resource: source.rule, fault, fix: problem.fix, unproven: true }];
}

/** Whether something other than a rule of the group depends on it: a server, a function, a load balancer. */
function isUsed({ usedBy }: Resource): boolean {
    return usedBy().some((type) => !/securityGroup/i.test(type));
}

/** Databases' groups that other stacks or AWS create: one finding each, on the first database that uses it. */
function groupsElsewhere(guards: readonly Guard[]): Finding[] {
    const first = new Map<string, Guard>();
    for (const guard of guards.filter(({ group }) => group.resource === undefined)) {
        const key = guard.group.id ?? guard.database.urn;
        first.set(key, first.get(key) ?? guard);
    }
    return [...first.values()].map(({ group, database, implicit }): Finding => {
        const which = implicit
            ? "the default security group of its VPC"
            : `security group ${group.id ?? "that is not known yet"}`;
        const instead = implicit
            ? `give ${database.name} its own security group`
            : "none, if the group, where it is created, allows ingress from security groups only";
        return {
            resource: database,
            fault: `${which} is not in this stack, so its ingress rules cannot be checked here`,
            fix: instead,
            unproven: true,
        };
    });
}
