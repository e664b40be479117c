import { all } from "@pulumi/pulumi/output";
import type { Input, Output } from "@pulumi/pulumi/output";

import type { Child } from "./child";
import { regionOf } from "../../../toolkit/arn";

/** The credentials for the token: a role to assume, a profile to read. */
export interface KubeconfigOptions {
    readonly roleArn?: Input<string>;
    readonly profileName?: Input<string>;
}

/**
 * A kubeconfig that gets its token from the AWS CLI.
 *
 * @param profile whether to include the profile: the component's own provider needs it, other users have other profiles
 */
export function kubeconfig(
    cluster: Child<"aws:eks/cluster:Cluster">,
    profile: boolean,
    options: Input<KubeconfigOptions | undefined>,
): Output<object> {
    const parts = {
        name: cluster.output<string>("name"),
        endpoint: cluster.output<string>("endpoint"),
        authority: cluster.output<{ data: string }>("certificateAuthority"),
        arn: cluster.output<string>("arn"),
        options,
    };
    return all([parts.name, parts.endpoint, parts.authority, parts.arn, parts.options]).apply(
        ([name, endpoint, authority, arn, given]) => {
            const region = regionOf(arn);
            const role = given?.roleArn === undefined ? [] : ["--role", given.roleArn];
            const named = given?.profileName === undefined || !profile ? [] : ["--profile", given.profileName];
            const args = [
                "--region",
                region,
                "eks",
                "get-token",
                "--cluster-name",
                name,
                "--output",
                "json",
                ...role,
                ...named,
            ];
            const env = [
                { name: "KUBERNETES_EXEC_INFO", value: '{"apiVersion": "client.authentication.k8s.io/v1beta1"}' },
            ];
            const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args, env };
            return {
                apiVersion: "v1",
                clusters: [
                    { cluster: { server: endpoint, "certificate-authority-data": authority.data }, name: "kubernetes" },
                ],
                contexts: [{ context: { cluster: "kubernetes", user: "aws" }, name: "aws" }],
                "current-context": "aws",
                kind: "Config",
                users: [{ name: "aws", user: { exec } }],
            };
        },
    );
}
