import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PodCredentials } from "../identity/identity";
import { declareCredentials } from "./declaredCredentials";

/** The database of a service, and the login that it uses. */
export interface DatabaseAddress {
    readonly host: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    readonly database: pulumi.Input<string>;
    readonly user: pulumi.Input<string>;
    /** The region that tokens are signed for. */
    readonly region: pulumi.Input<string>;
}

/** The certificate authorities that a pod trusts. */
export interface Certificates {
    /**
     * Name of the ConfigMap that contains them. A known name: of a pod that depends on the ConfigMap's own output, the engine cannot
     * tell whether it stays, so it would delete the service before it replaces the ConfigMap.
     */
    readonly configMap: string;
    /** Changes with their content, and with it the pods are recreated: most clients read the file at their start only. */
    readonly version: pulumi.Input<string>;
}

export interface DatabasePodArgs {
    /** The container's image, which must not run as root. */
    readonly image: string;
    readonly container: string;
    readonly serviceAccount: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly address: DatabaseAddress;
    readonly certificates: Certificates;
    readonly restartPolicy: "Always" | "Never";
    /**
     * The container's command.
     * @default - the image's command
     */
    readonly command?: readonly string[];
    /**
     * How the pod gets credentials.
     * @default - EKS adds them when the pod is created, if it knows the service account's identity by then
     */
    readonly credentials?: PodCredentials;
    /** @default - none */
    readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The ConfigMap's key, and the file's name. */
export const caFile = "rds-ca.pem";
const caDirectory = "/etc/keyless";

/**
 * A pod that connects to its database without a password, within the restricted Pod Security standard
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/). It is configured by the environment
 * variables of libpq and the AWS SDKs.
 */
export function databasePod(args: DatabasePodArgs): kubernetes.types.input.core.v1.PodTemplateSpec {
    const { host, port, database, user, region } = args.address;
    const declared = args.credentials && declareCredentials(args.credentials);
    const env = {
        PGHOST: host,
        PGPORT: pulumi.output(port).apply(String),
        PGDATABASE: database,
        PGUSER: user,
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: `${caDirectory}/${caFile}`,
        AWS_REGION: region,
        ...declared?.env,
    };
    return {
        metadata: {
            labels: { ...args.labels },
            annotations: { "keyless/certificates": args.certificates.version, ...args.annotations },
        },
        spec: {
            serviceAccountName: args.serviceAccount,
            automountServiceAccountToken: false,
            restartPolicy: args.restartPolicy,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: args.container,
                    image: args.image,
                    ...(args.command && { command: [...args.command] }),
                    env: Object.entries(env).map(([name, value]) => ({ name, value })),
                    securityContext: {
                        allowPrivilegeEscalation: false,
                        readOnlyRootFilesystem: true,
                        capabilities: { drop: ["ALL"] },
                    },
                    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
                    volumeMounts: [
                        { name: "rds-ca", mountPath: caDirectory, readOnly: true },
                        { name: "tmp", mountPath: "/tmp" },
                        ...(declared ? [declared.mount] : []),
                    ],
                },
            ],
            volumes: [
                { name: "rds-ca", configMap: { name: args.certificates.configMap } },
                { name: "tmp", emptyDir: {} },
                ...(declared ? [declared.volume] : []),
            ],
        },
    };
}
