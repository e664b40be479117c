import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { digest } from "../digest";
import { caFile, type Certificates } from "./databasePod";
import { egressPolicy, type EgressArgs } from "./egressPolicy";

export interface TenantNamespaceArgs {
    /** Name of the namespace. */
    readonly namespace: string;
    /**
     * Whether the namespace is there already, and not this program's: it gets no label, and stays.
     * @default false
     */
    readonly existing?: boolean | undefined;
    /** The certificate authorities of the database, in PEM format. */
    readonly caBundle: pulumi.Input<string>;
    /**
     * The only destinations that pods of the namespace may connect to.
     * @default - no restriction
     */
    readonly egress?: pulumi.Input<EgressArgs> | undefined;
}

/**
 * A namespace for services. One that it creates refuses pods with more privileges than a service needs. It contains the certificate
 * authorities that each pod verifies the database with. Needs the provider `kubernetes`.
 */
export class TenantNamespace extends pulumi.ComponentResource {
    /** Its name, known once it exists. */
    readonly namespace: pulumi.Output<string>;
    readonly certificates: Certificates;
    /** What must exist before a pod starts. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: TenantNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:kubernetes:TenantNamespace", name, {}, opts);
        this.namespace =
            args.existing === true ? pulumi.output(args.namespace) : this.create(name, args.namespace, opts?.parent);
        const configMap = "rds-ca";
        const ca = new kubernetes.core.v1.ConfigMap(
            `${name}-rds-ca`,
            { metadata: { name: configMap, namespace: this.namespace }, data: { [caFile]: args.caBundle } },
            // The name is fixed: delete the old one before creating the new one.
            { parent: this, deleteBeforeReplace: true },
        );
        this.certificates = { configMap, version: pulumi.output(args.caBundle).apply(digest) };
        const policy =
            args.egress &&
            new kubernetes.networking.v1.NetworkPolicy(
                `${name}-egress`,
                {
                    metadata: { name: "egress", namespace: this.namespace },
                    spec: pulumi.output(args.egress).apply(egressPolicy),
                },
                { parent: this },
            );
        this.ready = [ca, ...(policy ? [policy] : [])];
        this.registerOutputs({ namespace: this.namespace });
    }

    private create(name: string, namespace: string, parent: pulumi.Resource | undefined): pulumi.Output<string> {
        // https://kubernetes.io/docs/concepts/security/pod-security-standards/
        const labels = {
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
        };
        const space = new kubernetes.core.v1.Namespace(
            name,
            { metadata: { name: namespace, labels } },
            // Earlier versions made it a child of our parent; replacing it would delete all pods in it. The parent's URN, not the
            // parent: Pulumi looks for unknown values in all that an alias leads to, which would be every resource.
            { parent: this, aliases: [{ parent: parent?.urn ?? pulumi.rootStackResource }] },
        );
        return space.metadata.name;
    }
}
