import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** The Kubernetes service account of one service's pods. */
export interface ServiceAccountArgs {
    /** Name of the namespace, which must exist. */
    readonly namespace: pulumi.Input<string>;
    /** Name of the service account. */
    readonly serviceAccount: string;
    /**
     * Whether the service account is there already, and not this program's.
     * @default false
     */
    readonly existing?: boolean | undefined;
    /**
     * Labels of the service account.
     * @default - none
     */
    readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * Creates the service account. Its pods get no token for the Kubernetes API, because they do not need one; EKS mounts the
 * token that they need for AWS separately. One that exists gets the labels and annotations alone, by a server-side apply of their
 * own, whose end takes only them away; another's value of one is a conflict, and stays:
 * https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 *
 * @returns undefined if one that exists needs neither
 * @param annotations those that IRSA requires; Pod Identity needs none, and an annotation would precede it in the SDKs' credential chain
 */
export function makeServiceAccount(
    name: string,
    { namespace, serviceAccount, labels, existing }: ServiceAccountArgs,
    annotations: Readonly<Record<string, pulumi.Input<string>>> | undefined,
    opts: pulumi.CustomResourceOptions,
): kubernetes.core.v1.ServiceAccount | kubernetes.core.v1.ServiceAccountPatch | undefined {
    const metadata = { name: serviceAccount, namespace, labels, annotations };
    if (existing === true) {
        return labels === undefined && annotations === undefined
            ? undefined
            : new kubernetes.core.v1.ServiceAccountPatch(name, { metadata }, opts);
    }
    return new kubernetes.core.v1.ServiceAccount(name, { metadata, automountServiceAccountToken: false }, opts);
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
