import { now, uuid } from "../../protocol/chance";

import type { Declaration, Live } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { oneOf, pattern } from "../declaring/rules";
import { ADDON, EKS_CLUSTER, ROLE } from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";

/** AWS' add-ons, with the version for recent clusters. https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html */
export const addonVersions: Readonly<Record<string, string>> = {
    "vpc-cni": "v1.20.4-eksbuild.1",
    coredns: "v1.12.4-eksbuild.1",
    "kube-proxy": "v1.34.0-eksbuild.4",
    "eks-pod-identity-agent": "v1.3.9-eksbuild.3",
    "aws-ebs-csi-driver": "v1.52.1-eksbuild.1",
    "aws-efs-csi-driver": "v2.1.13-eksbuild.1",
    "aws-mountpoint-s3-csi-driver": "v2.1.0-eksbuild.1",
    "snapshot-controller": "v8.3.0-eksbuild.1",
    "eks-node-monitoring-agent": "v1.4.1-eksbuild.1",
    "amazon-cloudwatch-observability": "v4.5.0-eksbuild.1",
    adot: "v0.131.0-eksbuild.1",
    "aws-guardduty-agent": "v1.11.0-eksbuild.4",
    "metrics-server": "v0.8.0-eksbuild.2",
    "external-dns": "v0.19.0-eksbuild.2",
    "cert-manager": "v1.18.2-eksbuild.2",
};

/** The version of an add-on that EKS takes for a Kubernetes version: kube-proxy has the same minor version. */
export function addonVersionFor(name: string, kubernetes: string): string | undefined {
    return name === "kube-proxy" ? `v${kubernetes}.0-eksbuild.4` : addonVersions[name];
}

/**
 * kube-proxy is not newer than the control plane, and at most three minor versions older.
 * https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html
 */
function proxySkew({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const minor = (version: string | undefined) => Number(/^v?1\.(\d+)/.exec(version ?? "")?.[1]);
    const cluster = minor(text(cloud.state(EKS_CLUSTER, text(inputs, "clusterName")), "version"));
    const own = minor(text(inputs, "addonVersion"));
    return text(inputs, "addonName") === "kube-proxy" && (own > cluster || own < cluster - 3)
        ? "InvalidParameterException: Addon version specified is not supported"
        : undefined;
}

export const addon: Declaration = {
    type: ADDON,
    id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "addonName")}`,
    parent: "clusterName",
    allowed: {
        addonName: (value) =>
            String(value) in addonVersions
                ? undefined
                : `InvalidParameterException: Addon specified is not supported: ${String(value)}`,
        addonVersion: pattern(
            /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
            "InvalidParameterException: Addon version specified is not supported",
        ),
        resolveConflictsOnCreate: oneOf("NONE", "OVERWRITE"),
        resolveConflictsOnUpdate: oneOf("NONE", "OVERWRITE", "PRESERVE"),
    },
    references: {
        clusterName: to(EKS_CLUSTER),
        serviceAccountRoleArn: to(ROLE),
        "podIdentityAssociations.roleArn": to(ROLE),
    },
    conflicts: [proxySkew],
    replace: ["addonName", "clusterName"],
    serverDefaults: ({ inputs, cloud }) => ({
        addonVersion:
            addonVersionFor(
                must(inputs, "addonName"),
                must(cloud.state(EKS_CLUSTER, text(inputs, "clusterName")), "version"),
            ) ?? "",
    }),
    outputs: ({ inputs, cloud, keep }) => ({
        arn: keep("arn", () =>
            cloud.arn("eks", `addon/${text(inputs, "clusterName")}/${text(inputs, "addonName")}/${uuid()}`),
        ),
        createdAt: keep("createdAt", () => now().toISOString()),
        modifiedAt: keep("createdAt", () => now().toISOString()),
    }),
    missing: (id) =>
        `ResourceNotFoundException: No addon: ${id.replace(/^.*:/, "")} found in cluster: ${id.replace(/:.*$/, "")}`,
    exists: () => "ResourceInUseException: Addon already exists.",
};
