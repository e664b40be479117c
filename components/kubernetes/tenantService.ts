import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PodCredentials } from "../identity/identity";
import { databasePod, type DatabasePodArgs } from "./databasePod";

export interface TenantServiceArgs extends Pick<
    DatabasePodArgs,
    "address" | "certificates" | "image" | "serviceAccount"
> {
    readonly namespace: pulumi.Input<string>;
    /** The tenant's name in Kubernetes. */
    readonly tenant: string;
    /** With other credentials, its pods are recreated. */
    readonly credentials: PodCredentials;
    /**
     * The number of pods.
     * @default 2
     */
    readonly replicas?: number;
}

/**
 * The tenant's own service, with everything that it needs to reach its data. Create it after the tenant's identity. Needs
 * the provider `kubernetes`.
 */
export class TenantService extends pulumi.ComponentResource {
    constructor(name: string, args: TenantServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:kubernetes:TenantService", name, {}, opts);
        const labels = { "app.kubernetes.io/name": args.tenant };
        const template = databasePod({
            ...args,
            container: "service",
            labels,
            restartPolicy: "Always",
            annotations: { "keyless/credentials": args.credentials.version },
        });
        new kubernetes.apps.v1.Deployment(
            name,
            {
                metadata: { name: args.tenant, namespace: args.namespace, labels },
                spec: { replicas: args.replicas ?? 2, selector: { matchLabels: labels }, template },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
