import { createHash } from "node:crypto";

import { named } from "../kubernetes/clusters";
import type { Clusters } from "../kubernetes/clusters";
import { podOf } from "../kubernetes/workloads";
import type { Graph } from "../resources/graph";
import type { Resource } from "../resources/resource";
import { at, list, Unknown } from "../resources/value";
import type { Value } from "../resources/value";

const KINDS = {
    config: /^kubernetes:core\/v1:ConfigMap(?:Patch)?$/,
    secret: /^kubernetes:core\/v1:Secret(?:Patch)?$/,
} as const;
const CONTENT = ["data", "binaryData", "stringData"];

/** The names of ConfigMaps and Secrets at these paths: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
function referencesOf(spec: Value | undefined): readonly (readonly [keyof typeof KINDS, Value | undefined])[] {
    const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((kind) => list(at(spec, kind)));
    const volumes = list(at(spec, "volumes"));
    const sources = volumes.flatMap((volume) => list(at(volume, "projected", "sources")));
    return [
        ...containers
            .flatMap((one) => list(at(one, "envFrom")))
            .flatMap((from) => pair(at(from, "configMapRef", "name"), at(from, "secretRef", "name"))),
        ...containers
            .flatMap((one) => list(at(one, "env")))
            .flatMap((entry) =>
                pair(at(entry, "valueFrom", "configMapKeyRef", "name"), at(entry, "valueFrom", "secretKeyRef", "name")),
            ),
        ...volumes.flatMap((one) => pair(at(one, "configMap", "name"), at(one, "secret", "secretName"))),
        ...sources.flatMap((one) => pair(at(one, "configMap", "name"), at(one, "secret", "name"))),
    ];
}

function pair(config: Value | undefined, secret: Value | undefined): ReturnType<typeof referencesOf> {
    return [
        ["config", config],
        ["secret", secret],
    ];
}

/** A digest of the ConfigMaps and Secrets behind a pod's environment and files; their contents are never shown. */
export function referencedContent(graph: Graph, clusters: Clusters, workload: Resource): string {
    const { spec } = podOf(workload);
    const home = { cluster: clusters.clusterOf(workload), namespace: named(graph, workload).namespace };
    const wanted = referencesOf(spec).filter(([, name]) => name !== undefined && name !== null);
    const found = graph.resources.filter((one) =>
        wanted.some(([kind, name]) => {
            const supplies = name instanceof Unknown && (workload.suppliers["spec"] ?? []).includes(one.urn);
            return KINDS[kind].test(one.type) && (supplies || isNamed(graph, clusters, one, home, name));
        }),
    );
    const contents = found.map(({ urn, inputs }) => [urn, ...CONTENT.map((input) => inputs[input])]);
    return contents.length === 0 ? "" : createHash("sha256").update(JSON.stringify(contents)).digest("hex");
}

function isNamed(
    graph: Graph,
    clusters: Clusters,
    one: Resource,
    home: { readonly cluster: object; readonly namespace: string },
    name: Value | undefined,
): boolean {
    const own = named(graph, one);
    return own.name === name && own.namespace === home.namespace && clusters.clusterOf(one) === home.cluster;
}
