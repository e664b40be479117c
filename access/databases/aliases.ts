import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, list, text } from "../resources/value";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE, PROXY, PROXY_ENDPOINT } from "./types";

const CLUSTER_ENDPOINT = "aws:rds/clusterEndpoint:ClusterEndpoint";
const RECORD = "aws:route53/record:Record";
const ZONE = "aws:route53/zone:Zone";

/** Types whose host names lead to a database that other resources are. */
export const ALIAS_TYPES: readonly string[] = [CLUSTER_ENDPOINT, PROXY_ENDPOINT, RECORD];

/** Another name of a database: a custom endpoint, a proxy's further endpoint, a DNS record. */
export interface Alias {
    readonly resource: Resource;
    /** As clients write them; empty until they exist. */
    readonly hosts: readonly string[];
    /** What it leads to: resources, or host names that may themselves be aliases. */
    readonly targets: readonly (Resource | string)[];
    readonly readOnly: boolean;
}

export function aliasesOf(graph: Graph): readonly Alias[] {
    return [
        ...graph.ofType(CLUSTER_ENDPOINT).map((endpoint) => ({
            ...endpointOf(endpoint),
            targets: leading(graph, endpoint, ["clusterIdentifier"], [CLUSTER], ["id", "clusterIdentifier"]),
            // A custom endpoint of the type ANY also has the writer.
            readOnly: text(property(endpoint, "customEndpointType")) === "READER",
        })),
        ...graph.ofType(PROXY_ENDPOINT).map((endpoint) => ({
            ...endpointOf(endpoint),
            targets: leading(graph, endpoint, ["dbProxyName"], [PROXY], ["id", "name"]),
            readOnly: text(property(endpoint, "targetRole")) === "READ_ONLY",
        })),
        ...graph.ofType(RECORD).flatMap((record) => recordOf(graph, record)),
    ];
}

function endpointOf(resource: Resource): Pick<Alias, "resource" | "hosts"> {
    const host = text(property(resource, "endpoint"));
    return { resource, hosts: host === undefined ? [] : [host] };
}

/** A record that names another host, or an alias of Route 53; addresses name none. */
function recordOf(graph: Graph, record: Resource): readonly Alias[] {
    const type = text(property(record, "type")) ?? "";
    const aliases = list(property(record, "aliases"));
    const paths: readonly (readonly [string, ...(string | number)[]])[] = [
        ...(type === "CNAME" ? [["records"] as const] : []),
        ...aliases.map((_, index) => ["aliases", index, "name"] as const),
        ...(at(property(record, "aliasTarget"), "dnsName") === undefined ? [] : [["aliasTarget", "dnsName"] as const]),
    ];
    const types = [CLUSTER, CLUSTER_INSTANCE, INSTANCE, PROXY, ...ALIAS_TYPES];
    const keys = ["endpoint", "readerEndpoint", "address", "fqdn"];
    const targets = paths.flatMap((path) => leading(graph, record, path, types, keys));
    return targets.length === 0 ? [] : [{ resource: record, hosts: namesOf(graph, record), targets, readOnly: false }];
}

/** A record's name may be relative to its zone: https://www.pulumi.com/registry/packages/aws/api-docs/route53/record/. */
function namesOf(graph: Graph, record: Resource): readonly string[] {
    const name = text(property(record, "name"));
    const [zone] = graph.follow(record, ["zoneId"], [ZONE], ["id", "zoneId"]);
    const within = zone?.resource === undefined ? undefined : text(property(zone.resource, "name"));
    const names = [
        text(property(record, "fqdn")),
        name,
        ...(within === undefined || !name ? [] : [`${name}.${within}`]),
    ];
    return names.flatMap((one) => (one === undefined || one === "" ? [] : [one.replace(/\.$/, "").toLowerCase()]));
}

function leading(
    graph: Graph,
    from: Resource,
    path: readonly [string, ...(string | number)[]],
    types: readonly string[],
    keys: readonly string[],
): readonly (Resource | string)[] {
    return graph
        .follow(from, path, types, keys)
        .flatMap(
            ({ resource, value }) => resource ?? (value === undefined ? [] : value.replace(/\.$/, "").toLowerCase()),
        );
}
