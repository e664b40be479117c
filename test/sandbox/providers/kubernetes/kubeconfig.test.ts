import { deepEqual, rejects } from "node:assert/strict";
import { stringify } from "yaml";

import { readKubeconfig } from "../../../../sandbox/providers/kubernetes/kubeconfig";
import type { Props } from "../../../../sandbox/cloud/props";

const config: Props = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "aws",
    clusters: [
        { name: "other", cluster: { server: "https://other.example.com" } },
        {
            name: "kubernetes",
            cluster: { server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", "certificate-authority-data": "Y2E=" },
        },
    ],
    contexts: [
        { name: "aws", context: { cluster: "kubernetes", user: "aws" } },
        { name: "other", context: { cluster: "other", user: "aws" } },
    ],
    users: [{ name: "aws", user: { exec: { command: "aws" } } }],
};
const target = { server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", certificateAuthority: "Y2E=" };

describe("a kubeconfig", () => {
    it("is parsed from JSON, from YAML and from an object, with the same result", async () => {
        deepEqual(await readKubeconfig(JSON.stringify(config), undefined), target);
        deepEqual(await readKubeconfig(stringify(config), undefined), target);
        deepEqual(await readKubeconfig(config, undefined), target);
    });

    it("leads to the cluster of another context if one is given", async () => {
        deepEqual(await readKubeconfig(config, "other"), {
            server: "https://other.example.com",
            certificateAuthority: undefined,
        });
    });

    for (const [why, wrong, message] of [
        ["nothing", undefined, /^Error: no kubeconfig: give the provider the kubeconfig of an eks\.Cluster/],
        ["a path", "/home/me/.kube/config", /^Error: no kubeconfig/],
        [
            "no such context",
            { ...config, "current-context": "gcp" },
            /invalid configuration: context "gcp" does not exist/,
        ],
        [
            "no such cluster",
            { ...config, clusters: [] },
            /invalid configuration: no cluster "kubernetes" for context "aws"/,
        ],
        ["no such user", { ...config, users: [] }, /invalid configuration: no user "aws" for context "aws"/],
        [
            "a server without TLS",
            { ...config, clusters: [{ name: "kubernetes", cluster: { server: "http://a" } }] },
            /server "http:\/\/a" of cluster "kubernetes" is not an https address/,
        ],
    ] as const) {
        it(`is refused if it is or has ${why}`, async () => {
            await rejects(readKubeconfig(wrong as never, undefined), message);
        });
    }
});
