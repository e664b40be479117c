import type { CloudObject } from "./store";

/** The cluster's name and the unique part of its endpoint, which changes if the cluster is recreated. */
export function keyOf(cluster: CloudObject): string {
    const { name, endpoint } = cluster.state;
    const label = /^https:\/\/([^.]+)\./.exec(typeof endpoint === "string" ? endpoint : "")?.[1];
    return `${typeof name === "string" ? name : cluster.id}:${label ?? cluster.id}`;
}
