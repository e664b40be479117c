import type { Cloud } from "../../cloud/aws/cloud";
import { EKS_CLUSTER } from "../../cloud/aws/tokens";
import type { Props } from "../../cloud/props";
import type { CloudObject } from "../../cloud/store";
import { keyOf } from "../../cloud/clusters";
import { serverOf } from "./clusterServer";
import { kinds } from "./kinds";
import { mapOf } from "./validation/field";

/** Marks an object that was put. */
const PUT = "sandbox:kubernetes:Existing";

/** An object that was in a cluster before the stack. */
export interface ExistingInCluster {
    /** Pulumi's type token: `kubernetes:core/v1:Secret`. */
    readonly type: string;
    /** `NAMESPACE/NAME`, or the name of an object outside namespaces. */
    readonly id: string;
    /** The manifest without its kind, name and namespace. */
    readonly inputs: Props;
    /** The cluster's name; may be left out if there is one. */
    readonly cluster?: string;
}

/**
 * Creates the objects that a stack expects to find in a cluster that exists, in the given order, as the cluster's API server would.
 * Existing objects are not changed, and one that was put is not put again when a run has deleted it.
 *
 * @throws Error that lists all invalid objects
 */
export function putInClusters(cloud: Cloud, objects: readonly ExistingInCluster[]): void {
    const clusters = cloud.all(EKS_CLUSTER);
    const problems = objects.flatMap((object) => {
        try {
            put(object, clusters, cloud);
            return [];
        } catch (error) {
            return [`${object.type} ${object.id}: ${error instanceof Error ? error.message : String(error)}`];
        }
    });
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
}

function put(object: ExistingInCluster, clusters: readonly CloudObject[], { store }: Cloud): void {
    const kind = kinds.get(object.type);
    if (kind === undefined) {
        throw new Error("type: the stand-in for kubernetes does not support this type");
    }
    const { namespace, name } = placeOf(object.id, kind.namespaced);
    const given = mapOf(object.inputs["metadata"]);
    if (given["name"] !== undefined || given["namespace"] !== undefined) {
        throw new Error("metadata: name and namespace are those of the id; leave them out");
    }
    const cluster = clusterOf(object, clusters);
    const { region, account } = cluster;
    const mark = { type: PUT, id: `${keyOf(cluster)}/${object.type}/${object.id}`, region, account };
    if (store.get(PUT, mark.id, mark) !== undefined) {
        return;
    }
    const server = serverOf(cluster, store);
    if (server.get(kind, namespace, name) === undefined) {
        const metadata = { ...given, name, ...(kind.namespaced ? { namespace } : {}) };
        const { apiVersion } = kind;
        server.create(kind, { ...object.inputs, apiVersion, kind: kind.kind, metadata }, false);
    }
    store.put({ ...mark, inputs: {}, state: {} });
}

function placeOf(id: string, namespaced: boolean): { readonly namespace: string; readonly name: string } {
    const parts = id.split("/");
    if (parts.length !== (namespaced ? 2 : 1) || parts.includes("")) {
        throw new Error(`id: it is ${namespaced ? "NAMESPACE/NAME" : "the name alone"} for this type`);
    }
    const [first = "", second] = parts;
    return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

function clusterOf({ cluster }: ExistingInCluster, clusters: readonly CloudObject[]): CloudObject {
    const chosen = clusters.filter(({ id }) => cluster === undefined || id === cluster);
    const [only] = chosen;
    if (only === undefined || chosen.length > 1) {
        const names = clusters.map(({ id }) => id).join(", ");
        throw new Error(
            `cluster: ${cluster ?? "none is named"}, and the clusters that exist are ${names === "" ? "none" : names}; name one of them`,
        );
    }
    return only;
}
