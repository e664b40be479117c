import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { databasePod, type DatabasePodArgs } from "./databasePod";

export interface ConnectionTestArgs extends Pick<
    DatabasePodArgs,
    "address" | "certificates" | "image" | "serviceAccount"
> {
    readonly namespace: pulumi.Input<string>;
    /** The tenant's name in Kubernetes. */
    readonly tenant: string;
    /** A value whose change reruns the test, as changes of the address and the image do. */
    readonly occasion: pulumi.Input<string>;
    /**
     * Whether the program's run waits for the test, and fails if it fails.
     * @default true
     */
    readonly wait?: boolean | undefined;
}

/** Three pods of two minutes each, the time that the client waits for late resources; Pulumi waits ten. */
const deadlineSeconds = 540;
const restarts = 2;
/** The client's exit code for wrong access (examples/connection-test/README.md). */
const wrongAccess = 1;

/**
 * Tests, under a tenant's service account, what the service may do and what it must not: a Job that runs the client of
 * examples/connection-test. A Job is immutable, so each change of its pods or template replaces it and it runs
 * again; so does a run of the program after one that failed. Create it after the tenant's identity.
 * Needs the provider `kubernetes`.
 */
export class ConnectionTest extends pulumi.ComponentResource {
    constructor(name: string, args: ConnectionTestArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:kubernetes:ConnectionTest", name, {}, opts);
        // Not the service's own name: selectors of the service's pods must not match this one.
        const labels = { "app.kubernetes.io/name": "connection-test", "app.kubernetes.io/instance": args.tenant };
        const template = databasePod({
            ...args,
            container: "connection-test",
            command: ["node", "src/job.mjs"],
            labels,
            annotations: { "keyless/occasion": args.occasion },
            restartPolicy: "Never",
        });
        new kubernetes.batch.v1.Job(
            name,
            {
                metadata: {
                    // At most 63 bytes with the longest tenant's name: the pods carry it as a label.
                    name: `${args.tenant}-test`,
                    namespace: args.namespace,
                    labels,
                    // https://www.pulumi.com/registry/packages/kubernetes/api-docs/batch/v1/job/
                    annotations: {
                        "pulumi.com/replaceUnready": "true",
                        ...(args.wait === false && { "pulumi.com/skipAwait": "true" }),
                    },
                },
                spec: {
                    activeDeadlineSeconds: deadlineSeconds,
                    backoffLimit: restarts,
                    // A verdict is final. No connection may mean a pod older than its credentials: the next one has them.
                    podFailurePolicy: {
                        rules: [{ action: "FailJob", onExitCodes: { operator: "In", values: [wrongAccess] } }],
                    },
                    template,
                },
            },
            { parent: this },
        );
        this.registerOutputs({});
    }
}
