import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Store } from "../../../../sandbox/cloud/store";
import { ApiServer } from "../../../../sandbox/providers/kubernetes/apiServer";
import { ClusterObjects } from "../../../../sandbox/providers/kubernetes/clusterObjects";
import { kinds } from "../../../../sandbox/providers/kubernetes/kinds";
import type { ApiKind } from "../../../../sandbox/providers/kubernetes/kinds/kind";
import type { Props } from "../../../../sandbox/cloud/props";

/** A cluster for each test, with a namespace `shop` that enforces the restricted Pod Security level. */
export class TestCluster {
    readonly store: Store;
    readonly server: ApiServer;
    private readonly folder = mkdtempSync(join(tmpdir(), "keyless-"));

    constructor() {
        this.store = new Store(this.folder);
        this.server = this.open("demo:ABC", ["demo:ABC"]);
        const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
        this.make({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } });
    }

    /** The API server of another cluster in the same cloud; `living` are the clusters that still exist. */
    open(key: string, living: readonly string[]): ApiServer {
        const identity = { key, region: "eu-central-1", account: "111122223333", certificateAuthority: "Y2E=" };
        const server = new ApiServer(new ClusterObjects(this.store, identity));
        server.initialize(living);
        return server;
    }

    make(object: Props, dryRun = false): Props {
        return this.server.create(kindOf(object), object, dryRun);
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

export function kindOf(object: Props): ApiKind {
    const kind = [...kinds.values()].find(
        (each) => each.apiVersion === object["apiVersion"] && each.kind === object["kind"],
    );
    if (kind === undefined) {
        throw new Error(`no kind for ${JSON.stringify(object)}`);
    }
    return kind;
}
