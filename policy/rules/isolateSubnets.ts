import { databaseOf, databaseTypes } from "../resources/database";
import { nameOf } from "../resources/resourceReferences";
import type { Reference } from "../resources/resourceReferences";
import { isStated } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { nat } from "../resources/routes";
import type { Finding, Rule, Settings } from "../resources/rule";
import { networkTypes, Subnets } from "../resources/subnets";
import type { Exit } from "../resources/subnets";

interface Parameters extends Settings {
    /** Whether a database's subnets may have a route out through a NAT gateway. */
    readonly allowNat?: boolean;
}

/** A database's subnets must have no route out of the network. */
export const isolateSubnets: Rule<Parameters> = {
    name: "database-subnets",
    description: "A database's subnets must have no route out of the network",
    severity: "high",
    remediation: "Give the database's subnets a separate route table without a route to a gateway.",
    parameters: {
        allowNat: {
            type: "boolean",
            default: false,
            description: "whether a database's subnets may have a route to a NAT gateway",
        },
    },
    types: new Set([...databaseTypes, ...networkTypes]),
    judgeStack: (resources, { allowNat }) => {
        const subnets = new Subnets(resources);
        const wanted = ({ to }: Exit): boolean => allowNat === true && to === nat.to;
        return [
            ...subnets.groups.flatMap((group) => [...exits(group, subnets, wanted), ...partsElsewhere(group, subnets)]),
            ...groupsElsewhere(resources, subnets),
            ...usedElsewhere(subnets, wanted),
        ];
    },
};

interface Found {
    readonly exit: Exit;
    /** Whether the subnets certainly belong to the group. */
    readonly ours: boolean;
    readonly certain: boolean;
    readonly names: readonly string[];
}

/**
 * The routes out of a group's subnets: one finding per route, and one for all possible routes to the same target.
 */
function exits(group: Resource, subnets: Subnets, wanted: (exit: Exit) => boolean): Finding[] {
    const found = new Map<string, Found>();
    for (const subnet of subnets.in(group)) {
        for (const exit of subnets
            .tablesOf(subnet)
            .flatMap((table) => subnets.exitsOf(table))
            .filter((one) => !wanted(one))) {
            const certain = subnet.certain && exit.certain;
            const key = `${exit.to} ${certain ? exit.holder.urn : subnet.certain}`;
            found.set(key, {
                exit,
                ours: subnet.certain,
                certain,
                names: [...(found.get(key)?.names ?? []), nameOf(subnet)],
            });
        }
    }
    return [...found.values()].map((one) => describe(one, group));
}

function describe({ exit, ours, certain, names }: Found, group: Resource): Finding {
    const who = [...new Set(names)].join(" and ");
    const [a, has] = names.length === 1 ? ["a subnet", "has"] : ["subnets", "have"];
    const which = `${who}, ${ours ? a : `which may be ${a}`} of DB subnet group ${group.name},`;
    const fault = `${which} ${certain || !ours ? has : "may have"} a route to ${exit.to}`;
    return {
        resource: exit.holder,
        fault,
        fix: `give ${who} a route table without that route`,
        ...(!certain && { unproven: true }),
    };
}

/** What decides a group's routes but is not in this stack: one finding per group. */
function partsElsewhere(group: Resource, subnets: Subnets): Finding[] {
    const parts = new Set(subnets.in(group).flatMap((subnet) => missing(subnet, subnets)));
    const fault = `the routes of DB subnet group ${group.name} depend on ${[...parts].join(", ")}, which ${parts.size === 1 ? "is" : "are"} not in this stack`;
    return parts.size === 0
        ? []
        : [
              {
                  resource: group,
                  fault,
                  fix: "none, if they have no route out of the network where they are created",
                  unproven: true,
              },
          ];
}

function missing(subnet: Reference, subnets: Subnets): string[] {
    const tables = subnets.tablesOf(subnet);
    if (tables.some((table) => subnets.isManaged(table))) {
        return [];
    }
    const table = tables.find(({ id }) => id !== undefined);
    if (table !== undefined) {
        return [`route table ${nameOf(table)}`];
    }
    if (subnet.resource !== undefined) {
        return [`the main route table of the VPC of ${nameOf(subnet)}`];
    }
    return [subnet.id === undefined ? "a subnet that is not known yet" : `subnet ${subnet.id}`];
}

/** Databases' subnet groups that other stacks create: one finding each. */
function groupsElsewhere(resources: readonly Resource[], subnets: Subnets): Finding[] {
    const findings = new Map<string, Finding>();
    for (const database of resources.flatMap((resource) => databaseOf(resource) ?? [])) {
        const { resource, kind, copy, subnetGroup } = database;
        const [group] = subnets.groupOf(database);
        if (kind === "member" || group?.resource !== undefined || (copy && !isStated(resource, subnetGroup.argument))) {
            continue;
        }
        // A group that an earlier version of the program named stays.
        const stated = isStated(resource, subnetGroup.argument) || (group?.id ?? "default") !== "default";
        const which = stated ? `subnet group ${group?.id ?? "that is not known yet"}` : "the default subnet group";
        const fix = stated
            ? "none, if the stack that creates the group runs this pack too"
            : `set ${subnetGroup.argument} of ${resource.name} to a subnet group of isolated subnets`;
        const finding = {
            resource,
            fault: `it is in ${which}, which is not in this stack, so its routes cannot be checked here`,
            fix,
            unproven: true,
        };
        findings.set(group?.id ?? resource.urn, findings.get(group?.id ?? resource.urn) ?? finding);
    }
    return [...findings.values()];
}

/** Routes out in other stacks' tables, which a database's subnets may use. */
function usedElsewhere(subnets: Subnets, wanted: (exit: Exit) => boolean): Finding[] {
    const judged = new Set(
        subnets.groups
            .flatMap((group) => subnets.in(group))
            .flatMap((subnet) => subnets.tablesOf(subnet))
            .map(nameOf),
    );
    return subnets
        .exitsElsewhere()
        .filter((exit) => !wanted(exit) && !judged.has(nameOf(exit.table)))
        .map(({ holder, to, table }) => {
            const which =
                table.id === undefined
                    ? "a route table that is not known yet"
                    : `route table ${table.id}, which is not in this stack,`;
            const fault = `${which} gets a route to ${to}; this stack does not show whether a database's subnets use it`;
            return { resource: holder, fault, fix: "none, if its subnets contain no database", unproven: true };
        });
}
