import { PodIdentityWebhook } from "./admission/podIdentity";
import { kinds } from "./kinds";
import { typeToken } from "./kinds/kind";
import type { ApiKind } from "./kinds/kind";
import type { CloudObject, JsonProps, Store } from "../../cloud/store";
import type { Props } from "../../cloud/props";

/** A cluster of the stand-in cloud; `key` differs for a cluster that was recreated under the same name. */
export interface ClusterIdentity {
    readonly key: string;
    readonly region: string;
    readonly account: string;
    /** Base64 of the PEM. */
    readonly certificateAuthority: string;
}

/** One cluster's objects in the cloud's store, by type and the id `cluster/namespace/name`. */
export class ClusterObjects {
    readonly podIdentity: PodIdentityWebhook;

    constructor(
        private readonly store: Store,
        readonly cluster: ClusterIdentity,
    ) {
        this.podIdentity = new PodIdentityWebhook(store, cluster);
    }

    get(kind: ApiKind, namespace: string, name: string): CloudObject | undefined {
        return this.store.get(typeToken(kind), this.id(kind, namespace, name), this.cluster);
    }

    /** False if an object with that name exists. `inputs` is the requested configuration, `state` the stored object. */
    add(kind: ApiKind, namespace: string, name: string, inputs: Props, state: Props): boolean {
        return this.store.add(this.object(kind, namespace, name, inputs, state));
    }

    put(kind: ApiKind, namespace: string, name: string, inputs: Props, state: Props): void {
        this.store.put(this.object(kind, namespace, name, inputs, state));
    }

    remove(kind: ApiKind, namespace: string, name: string): void {
        this.store.remove(typeToken(kind), this.id(kind, namespace, name), this.cluster);
    }

    /** Deletes all objects in a namespace. */
    removeNamespaced(namespace: string): void {
        this.removeAll((id) => id.startsWith(`${this.cluster.key}/${namespace}/`));
    }

    /** Removes the objects of all other clusters. */
    keepClusters(keys: readonly string[]): void {
        this.removeAll((id) => !keys.some((key) => id.startsWith(`${key}/`)));
    }

    private removeAll(chosen: (id: string) => boolean): void {
        for (const type of kinds.keys()) {
            for (const object of this.store.list(type).filter(({ id }) => chosen(id))) {
                this.store.remove(type, object.id, object);
            }
        }
    }

    private id(kind: ApiKind, namespace: string, name: string): string {
        return kind.namespaced ? `${this.cluster.key}/${namespace}/${name}` : `${this.cluster.key}/${name}`;
    }

    private object(kind: ApiKind, namespace: string, name: string, inputs: Props, state: Props): CloudObject {
        const { region, account } = this.cluster;
        const id = this.id(kind, namespace, name);
        return { type: typeToken(kind), id, region, account, inputs: inputs as JsonProps, state: state as JsonProps };
    }
}
