import type { CloudObject, Store } from "../cloud/store";
import { keyOf } from "../cloud/clusters";
import { EKS_CLUSTER } from "../cloud/aws/tokens";
import { must, text } from "../cloud/aws/values";

/** An EKS cluster of the stand-in cloud. */
export interface Cluster {
    readonly name: string;
    readonly arn: string;
    readonly region: string;
    readonly account: string;
    /** The issuer of its service accounts' tokens, with `https://`. */
    readonly issuer: string;
    /** The prefix of its objects' ids in the store. */
    readonly key: string;
}

/** A service account of a cluster. */
export interface ServiceAccount {
    readonly cluster: Cluster;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly annotations: Readonly<Record<string, string>>;
}

const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount";

export function clustersOf(store: Store): Cluster[] {
    return store.list(EKS_CLUSTER).map((object) => ({
        ...{ name: object.id, arn: must(object.state, "arn"), region: object.region, account: object.account },
        ...{ issuer: must(object.state, "identities.oidcs.issuer"), key: keyOf(object) },
    }));
}

/** The service account's current state; undefined if it does not exist. */
export function findServiceAccount(
    store: Store,
    cluster: Cluster,
    namespace: string,
    name: string,
): ServiceAccount | undefined {
    const object = store.get(SERVICE_ACCOUNT, `${cluster.key}/${namespace}/${name}`, cluster);
    return object && serviceAccountOf(object, cluster, namespace, name);
}

/** All service accounts of a cluster. */
export function serviceAccountsOf(store: Store, cluster: Cluster): ServiceAccount[] {
    return store
        .list(SERVICE_ACCOUNT, { region: cluster.region, account: cluster.account })
        .filter(({ id }) => id.startsWith(`${cluster.key}/`))
        .map((object) => {
            const [namespace = "", name = ""] = object.id.slice(cluster.key.length + 1).split("/");
            return serviceAccountOf(object, cluster, namespace, name);
        });
}

function serviceAccountOf({ state }: CloudObject, cluster: Cluster, namespace: string, name: string): ServiceAccount {
    const { metadata } = state as { metadata?: { annotations?: Record<string, string> } };
    return {
        ...{ cluster, namespace, name, annotations: metadata?.annotations ?? {} },
        uid: text(state, "metadata.uid") ?? "",
    };
}
