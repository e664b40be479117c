import { deepEqual } from "node:assert/strict";

import type { Props } from "../../../../../sandbox/cloud/props";
import { POD_IDENTITY_ASSOCIATION } from "../../../../../sandbox/cloud/aws/tokens";
import { kindOf, TestCluster } from "../cluster";
import { container, deployment, job } from "../refusals/refusal";

const late = "they are created before the association a-1 takes effect, and restart without credentials";
const mountPath = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
const declared: Props = {
    ...container,
    env: [
        { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
        { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: `${mountPath}/token` },
    ],
    volumeMounts: [{ name: "agent", mountPath }],
};
const volumes = (audience: string) => [
    { name: "agent", projected: { sources: [{ serviceAccountToken: { audience, path: "token" } }] } },
];

describe("the pods of a service account with a new Pod Identity association", () => {
    let cluster: TestCluster;

    beforeEach(() => {
        cluster = new TestCluster();
        const state = { clusterName: "demo", namespace: "shop", serviceAccount: "default" };
        const place = { region: "eu-central-1", account: "111122223333" };
        cluster.store.put({ type: POD_IDENTITY_ASSOCIATION, id: "a-1", ...place, inputs: state, state });
    });
    afterEach(() => cluster.remove());

    const problems = (object: Props, live?: Props) => cluster.server.startProblems(kindOf(object), object, false, live);

    it("never get credentials if they are created right after it, and their containers alone restart", () => {
        deepEqual(problems(deployment({})), [late]);
    });

    it("get them if they are created again, by a Job's retry or for a second workload", () => {
        deepEqual(problems(job({})), []);
        cluster.make(job({}));
        deepEqual(problems(deployment({})), []);
    });

    it("get them from EKS's agent if they declare its address, and a token for it", () => {
        const pods = (audience: string) => {
            const spec = { containers: [declared], volumes: volumes(audience) };
            return deployment({ template: { metadata: { labels: { app: "web" } }, spec } });
        };
        deepEqual(problems(pods("pods.eks.amazonaws.com")), []);
        deepEqual(problems(pods("sts.amazonaws.com")), [late]);
    });

    it("are not created by a change that leaves them as they are", () => {
        deepEqual(problems(deployment({ replicas: 3 }), deployment({})), []);
    });
});
