import { parse } from "yaml";

import type { Clusters } from "../kubernetes/clusters";
import { named } from "../kubernetes/clusters";
import { EKS } from "../network/groups";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, text } from "../resources/value";
import type { Value } from "../resources/value";
import type { Opening } from "./opening";

const NODES = "aws:eks/nodeGroup:NodeGroup";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const ENTRY = "aws:eks/accessEntry:AccessEntry";
const ROLE = "aws:iam/role:Role";
const JOINING = new Set(["system:nodes", "system:bootstrappers"]);
const WHY = "and code on a node has the credentials of its pods";

/** Inputs that decide which code runs on nodes, or which users sign in there: https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html */
const CODE = ["imageId", "userData", "keyName", "blockDeviceMappings"];

/** Code that runs on a cluster's nodes, and machines that join as nodes without a node group. */
export function nodes(graph: Graph, clusters: Clusters): readonly Opening[] {
    return [
        ...graph.ofType(NODES).flatMap((group) => programsOf(graph, group)),
        ...graph.ofType(ENTRY).flatMap((entry) => joining(graph, clusters, entry)),
        ...graph.resources.flatMap((map) => mapped(graph, clusters, map)),
    ];
}

function programsOf(graph: Graph, group: Resource): readonly Opening[] {
    const [comesWith] = graph
        .follow(group, ["clusterName"], [EKS], ["name", "id"])
        .flatMap((one) => one.resource?.urn ?? []);
    const template =
        graph.follow(group, ["launchTemplate", "id"], [TEMPLATE])[0]?.resource ??
        graph.follow(group, ["launchTemplate", "name"], [TEMPLATE], ["name"])[0]?.resource;
    const own = (name: string): Value | undefined => property(group, ...(["launchTemplate", name] as const));
    const said: readonly (readonly [string, Value | undefined])[] = [
        ["remoteAccess.ec2SshKey", at(property(group, "remoteAccess"), "ec2SshKey")],
        ...(template === undefined
            ? [["launchTemplate", own("id") ?? own("name")] as const]
            : CODE.map((input) => [input, property(template, input)] as const)),
    ];
    const given = said.filter(([, value]) => value !== undefined && value !== null && value !== "");
    return given.map(([input, value]) => ({
        key: `${group.urn} nodes ${input} ${JSON.stringify(value)}`,
        text: `${input} of ${label(group)} decides what runs on its nodes, ${WHY}`,
        ...(comesWith !== undefined && { comesWith }),
    }));
}

/** https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html: every type except STANDARD is for nodes. */
function joining(graph: Graph, clusters: Clusters, entry: Resource): readonly Opening[] {
    const type = text(property(entry, "type")) ?? "STANDARD";
    if (type === "STANDARD") {
        return [];
    }
    const roles = graph.follow(entry, ["principalArn"], [ROLE], ["arn"]);
    const strangers = roles.filter(({ resource, value }) => !isOfNodes(graph, resource, value));
    const [cluster] = clusters.named(entry);
    return strangers.map(({ resource, value }) => {
        const who = resource === undefined ? (value ?? "a role that is not known yet") : label(resource);
        return joins(entry, `${label(entry)} (${type})`, who, cluster?.resource?.urn);
    });
}

function mapped(graph: Graph, clusters: Clusters, map: Resource): readonly Opening[] {
    const said = /^kubernetes:core\/v1:ConfigMap(?:Patch)?$/.test(map.type)
        ? text(property(map, "data", "mapRoles"))
        : undefined;
    const { name, namespace } = said === undefined ? { name: "", namespace: "" } : named(graph, map);
    if (said === undefined || name !== "aws-auth" || namespace !== "kube-system") {
        return [];
    }
    const roles = [...said.matchAll(/arn:[^\s"',}]+:role\/[^\s"',}]+/g)].map(([arn]) => arn);
    const groups = listed(said);
    return [...new Set(roles)]
        .filter((arn) => groups.get(arn)?.some((one) => JOINING.has(one)) === true)
        .filter((arn) => !isOfNodes(graph, graph.find([ROLE], arn, ["arn"]), arn))
        .map((arn) => joins(map, `${label(map)} (aws-auth)`, arn, clusters.clusterOf(map).resource?.urn));
}

/** The groups of each role in an aws-auth entry. */
function listed(said: string): ReadonlyMap<string, readonly string[]> {
    try {
        const value = parse(said) as Value;
        const entries = Array.isArray(value) ? value : [];
        return new Map(
            entries.flatMap((one) => {
                const arn = text(at(one, "rolearn"));
                const groups = at(one, "groups");
                const names = Array.isArray(groups) ? groups.flatMap((group) => text(group) ?? []) : [];
                return arn === undefined ? [] : [[arn, names] as const];
            }),
        );
    } catch {
        return new Map();
    }
}

function joins(by: Resource, what: string, who: string, comesWith: string | undefined): Opening {
    return {
        key: `${by.urn} joins ${who}`,
        text: `${what} lets ${who}, of which there is no node group, join as a node, ${WHY}`,
        ...(comesWith !== undefined && { comesWith }),
    };
}

/** Whether EKS itself starts machines with the role: managed nodes, Fargate, Auto Mode. */
function isOfNodes(graph: Graph, role: Resource | undefined, arn: string | undefined): boolean {
    const places = [
        ...graph.ofType(NODES).map((one) => [one, ["nodeRoleArn"]] as const),
        ...graph.ofType("aws:eks/fargateProfile:FargateProfile").map((one) => [one, ["podExecutionRoleArn"]] as const),
        ...graph.ofType(EKS).map((one) => [one, ["computeConfig", "nodeRoleArn"]] as const),
    ];
    return places.some(([one, path]) =>
        graph
            .follow(one, path, [ROLE], ["arn"])
            .some(
                (found) =>
                    (found.resource !== undefined && found.resource === role) ||
                    (arn !== undefined && found.value === arn),
            ),
    );
}
