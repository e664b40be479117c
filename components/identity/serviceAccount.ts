import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** A service account of Kubernetes, as which the pods of one service run. */
export interface ServiceAccountArgs {
    /** Name of the namespace, which must exist. */
    readonly namespace: pulumi.Input<string>;
    /** Name of the service account, which is made. */
    readonly serviceAccount: string;
    /**
     * Labels of the service account.
     * @default - none
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Makes the service account. Its pods get no token for the Kubernetes API, which they do not need; what they need for AWS
 * EKS gives them by itself.
 *
 * @param annotations what IRSA asks for; Pod Identity needs none, and an annotation would come before it in the SDKs' chain
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
 * Lets the service account stay when the service changes its kind of identity, for a component of another type with the
 * same name and parent: the provider creates no object that exists
 * (https://github.com/pulumi/pulumi-kubernetes/pull/4278), and deleting the old one would delete the new one.
 */
export function staysWith(
    otherType: string,
    name: string,
    parent: pulumi.Resource | undefined,
): Pick<pulumi.CustomResourceOptions, "aliases"> {
    return { aliases: [{ parent: pulumi.createUrn(name, otherType, parent) }] };
}
