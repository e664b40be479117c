import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceAccountArgs } from "../identity/serviceAccount";

/**
 * Gives the pods of a service account network interfaces with these security groups. This is a custom resource of
 * the VPC CNI; it selects service accounts by labels only: https://docs.aws.amazon.com/eks/latest/userguide/sg-pods-example-deployment.html
 */
export function givePodsSecurityGroups(
    name: string,
    { namespace, serviceAccount, labels }: ServiceAccountArgs,
    groupIds: pulumi.Input<string[]>,
    opts: pulumi.CustomResourceOptions,
): kubernetes.apiextensions.CustomResource {
    return new kubernetes.apiextensions.CustomResource(
        name,
        {
            apiVersion: "vpcresources.k8s.aws/v1beta1",
            kind: "SecurityGroupPolicy",
            metadata: { name: serviceAccount, namespace },
            spec: { serviceAccountSelector: { matchLabels: labels }, securityGroups: { groupIds } },
        },
        opts,
    );
}
