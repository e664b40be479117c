import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The Kubernetes service account of one service's pods. */
export interface ServiceAccountArgs {
    /** Name of the namespace, which must exist. */
    readonly namespace: pulumi.Input<string>;
    /** Name of the service account to create. */
    readonly serviceAccount: string;
    /**
     * Labels of the service account.
     * @default - none
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Creates the service account. Its pods get no token for the Kubernetes API, because they do not need one; EKS mounts the
 * token that they need for AWS separately.
 *
 * @param annotations those that IRSA requires; Pod Identity needs none, and an annotation would precede it in the SDKs' credential chain
 */
export function makeServiceAccount(
    name: string,
    { namespace, serviceAccount, labels }: ServiceAccountArgs,
    annotations: Readonly<Record<string, pulumi.Input<string>>> | undefined,
    opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.ServiceAccount {
    return new kubernetes.core.v1.ServiceAccount(
        name,
        { metadata: { name: serviceAccount, namespace, labels, annotations }, automountServiceAccountToken: false },
        opts,
    );
}

/**
 * Keeps the service account when the service changes its kind of identity, for a component of another type with the
 * same name and parent: the provider does not create an object that already exists
 * (https://github.com/pulumi/pulumi-kubernetes/pull/4278), and deleting the old one would delete the new one.
 */
export function staysWith(
    otherType: string,
    name: string,
    parent: pulumi.Resource | undefined,
): Pick<pulumi.CustomResourceOptions, "aliases"> {
    return { aliases: [{ parent: pulumi.createUrn(name, otherType, parent) }] };
}
