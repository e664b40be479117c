import { equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { refusals } from "./refusals";
import { Store } from "../../../../sandbox/cloud/store";
import { ApiError, ApiServer } from "../../../../sandbox/providers/kubernetes/apiServer";
import { ClusterObjects } from "../../../../sandbox/providers/kubernetes/clusterObjects";
import { kinds } from "../../../../sandbox/providers/kubernetes/kinds";
import type { ApiKind } from "../../../../sandbox/providers/kubernetes/kinds/kind";
import type { Props } from "../../../../sandbox/providers/protocol/types";

function kindOf(object: Props): ApiKind {
    const kind = [...kinds.values()].find((each) => each.apiVersion === object["apiVersion"] && each.kind === object["kind"]);
    if (kind === undefined) {
        throw new Error(`no kind for ${JSON.stringify(object)}`);
    }
    return kind;
}

describe("a cluster's API server", () => {
    let folder: string;
    let server: ApiServer;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "keyless-"));
        const cluster = { key: "demo:ABC", region: "eu-central-1", account: "111122223333", certificateAuthority: "Y2E=" };
        server = new ApiServer(new ClusterObjects(new Store(folder), cluster));
        server.initialize(["demo:ABC"]);
        const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
        const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } };
        server.create(kindOf(namespace), namespace, false);
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    for (const { why, object, message } of refusals) {
        it(`refuses ${why}`, () => {
            let refusal: unknown;
            try {
                server.create(kindOf(object), object, false);
            } catch (error) {
                refusal = error;
            }
            equal(refusal instanceof ApiError ? refusal.message : refusal, message);
        });
    }
});
