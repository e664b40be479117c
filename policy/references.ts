import { isUnknown, items } from "./plain";
import type { Resource } from "./rule";

/** Outputs by which one resource is named in another's arguments. */
const names = ["id", "name", "arn", "groupId", "dbClusterParameterGroupName", "dbParameterGroupName", "dbSubnetGroupName", "subnetId", "routeTableId"];

/**
 * The resources, of those given, that an argument refers to: those that it was made from, as the engine tells (so it works
 * before any id is known), and those whose id or name it holds.
 */
export function referred(resource: Resource, argument: string, candidates: readonly Resource[]): readonly Resource[] {
    const sources = new Set((resource.sources[argument] ?? []).map(({ urn }) => urn));
    const value = resource.props[argument];
    const held = new Set((Array.isArray(value) ? items(value) : [value]).filter((one) => typeof one === "string" && !isUnknown(one)));
    return candidates.filter((candidate) => sources.has(candidate.urn) || (held.size > 0 && identifiers(candidate).some((name) => held.has(name))));
}

function identifiers({ props }: Resource): string[] {
    const given = names.flatMap((name) => {
        const value = props[name];
        return typeof value === "string" && !isUnknown(value) ? [value] : [];
    });
    // An ARN ends in the id: arn:aws:ec2:…:security-group/sg-0123.
    return [...given, ...given.filter((name) => name.startsWith("arn:")).map((arn) => arn.slice(arn.lastIndexOf("/") + 1))];
}
