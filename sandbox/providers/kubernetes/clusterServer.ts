import { EKS_CLUSTER } from "../../cloud/aws/tokens";
import { keyOf } from "../../cloud/clusters";
import type { CloudObject, Store } from "../../cloud/store";
import { ApiServer } from "./apiServer";
import { ClusterObjects } from "./clusterObjects";
import { mapOf } from "./validation/field";

/** The API server of a cluster of the stand-in cloud. */
export function serverOf(cluster: CloudObject, store: Store): ApiServer {
    const { region, account } = cluster;
    const server = new ApiServer(
        new ClusterObjects(store, {
            key: keyOf(cluster),
            region,
            account,
            certificateAuthority: certificateAuthorityOf(cluster),
        }),
    );
    server.initialize(store.list(EKS_CLUSTER).map(keyOf));
    return server;
}

/** EKS returns an object; the bridged provider has also returned a list with one. */
export function certificateAuthorityOf(cluster: CloudObject): string {
    const authority = cluster.state["certificateAuthority"];
    const data = mapOf(Array.isArray(authority) ? authority[0] : authority)["data"];
    return typeof data === "string" ? data : "";
}
