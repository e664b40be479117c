/** What a kubeconfig is made from. */
export interface Access {
    readonly name: string;
    readonly endpoint: string;
    /** Base64 of the cluster's certificate authority. */
    readonly authority: string;
    readonly region: string;
}

/** A kubeconfig as @pulumi/eks writes it: it holds no secret, `aws eks get-token` signs in. */
export function kubeconfigFor({ name, endpoint, authority, region }: Access) {
    return {
        apiVersion: "v1",
        clusters: [{ cluster: { server: endpoint, "certificate-authority-data": authority }, name: "kubernetes" }],
        contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
        "current-context": "aws",
        kind: "Config",
        users: [
            {
                name: "aws",
                user: {
                    exec: {
                        apiVersion: "client.authentication.k8s.io/v1beta1",
                        command: "aws",
                        args: ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"],
                        env: [{ name: "KUBERNETES_EXEC_INFO", value: '{"apiVersion": "client.authentication.k8s.io/v1beta1"}' }],
                    },
                },
            },
        ],
    };
}
