import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { PodCredentials } from "../identity/identity";

/** The parts of a pod by which the AWS SDKs find credentials. */
export interface DeclaredCredentials {
    readonly env: Readonly<Record<string, pulumi.Input<string>>>;
    readonly mount: kubernetes.types.input.core.v1.VolumeMount;
    readonly volume: kubernetes.types.input.core.v1.Volume;
}

/**
 * What EKS' webhook adds to a pod, as part of the pod. The webhook knows an identity only some seconds after it was created
 * (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html), and a pod that it admits before has no
 * credentials, however often its containers restart. With its own declaration, a pod that starts too early is refused by EKS'
 * agent or by STS, tries again, and gets its credentials. The webhook leaves alone what has these variables and volume names:
 * https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/pkg/handler/handler.go (addEnvToContainer)
 */
export function declareCredentials(credentials: PodCredentials): DeclaredCredentials {
    if (credentials.kind === "irsa") {
        const path = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
        return {
            env: {
                AWS_STS_REGIONAL_ENDPOINTS: "regional",
                AWS_ROLE_ARN: credentials.roleArn,
                AWS_WEB_IDENTITY_TOKEN_FILE: `${path}/token`,
            },
            ...tokenAt(path, "aws-iam-token", "token", "sts.amazonaws.com"),
        };
    }
    const path = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
    return {
        env: {
            AWS_STS_REGIONAL_ENDPOINTS: "regional",
            // EKS' agent on each node: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
            AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${path}/eks-pod-identity-token`,
        },
        ...tokenAt(path, "eks-pod-identity-token", "eks-pod-identity-token", "pods.eks.amazonaws.com"),
    };
}

/** A token of the pod's service account for one audience, which the kubelet renews. */
function tokenAt(mountPath: string, name: string, path: string, audience: string) {
    const serviceAccountToken = { audience, expirationSeconds: 86_400, path };
    return {
        mount: { name, mountPath, readOnly: true },
        volume: { name, projected: { sources: [{ serviceAccountToken }] } },
    };
}
