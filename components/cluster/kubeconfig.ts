import { regionOf } from "../../toolkit/arn";

/** What a kubeconfig says of an EKS cluster. */
export interface ClusterAddress {
    readonly arn: string;
    readonly name: string;
    readonly endpoint: string;
    /** The certificate authority, in base64. */
    readonly authority: string;
}

/**
 * A kubeconfig that signs in with `aws eks get-token` and contains no secret; the same as that of a cluster that @pulumi/eks
 * creates: https://github.com/pulumi/pulumi-eks/blob/v4.3.0/nodejs/eks/cluster.ts (`generateKubeconfig`)
 */
export function kubeconfigOf({ arn, name, endpoint, authority }: ClusterAddress): string {
    const apiVersion = "client.authentication.k8s.io/v1beta1";
    const args = ["--region", regionOf(arn), "eks", "get-token", "--cluster-name", name, "--output", "json"];
    const env = [{ name: "KUBERNETES_EXEC_INFO", value: `{"apiVersion": "${apiVersion}"}` }];
    return JSON.stringify({
        apiVersion: "v1",
        clusters: [{ cluster: { server: endpoint, "certificate-authority-data": authority }, name: "kubernetes" }],
        contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
        "current-context": "aws",
        kind: "Config",
        users: [{ name: "aws", user: { exec: { apiVersion, command: "aws", args, env } } }],
    });
}
