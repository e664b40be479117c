import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, text, Unknown } from "../resources/value";
import type { Value } from "../resources/value";

const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";

/** Kinds that run pods, in every version of their API. */
const WORKLOAD =
    /^kubernetes:(?:core\/v1:(?:Pod|ReplicationController)|apps\/\w+:(?:Deployment|StatefulSet|DaemonSet|ReplicaSet)|batch\/\w+:(?:Job|CronJob))$/;

export function isWorkload({ type }: Pick<Resource, "type">): boolean {
    return WORKLOAD.test(type);
}

/** The `spec` and `metadata` of the pods that a workload runs. */
export function podOf(workload: Resource): {
    readonly spec?: Value | undefined;
    readonly metadata?: Value | undefined;
} {
    const kind = workload.type.slice(workload.type.lastIndexOf(":") + 1);
    const path =
        kind === "Pod" ? [] : kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
    const read = (name: "spec" | "metadata"): Value | undefined => {
        const [first = name, ...rest] = [...path, name];
        return property(workload, first, ...rest);
    };
    return { spec: read("spec"), metadata: read("metadata") };
}

/** The service accounts that a workload's pods may run as: several only if the name is unknown. */
export function accountsOf(graph: Graph, workload: Resource): readonly string[] {
    const { spec } = podOf(workload);
    // The older field still works: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
    const name = at(spec, "serviceAccountName") ?? at(spec, "serviceAccount");
    const supplied = name instanceof Unknown ? graph.suppliersOf(workload, "spec", [SERVICE_ACCOUNT]) : [];
    return supplied.length > 0
        ? supplied.map((one) => text(property(one, "metadata", "name")) ?? one.name)
        : [text(name) ?? "default"];
}
