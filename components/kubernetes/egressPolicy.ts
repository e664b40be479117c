import type * as kubernetes from "@pulumi/kubernetes";
import type { PodKind } from "../identity/kinds";

type NetworkPolicySpec = kubernetes.types.input.networking.v1.NetworkPolicySpec;
type EgressRule = kubernetes.types.input.networking.v1.NetworkPolicyEgressRule;

export interface EgressArgs {
    /** CIDR ranges of the subnets that contain databases. */
    readonly databaseCidrs: readonly string[];
    /** The port of the database's engine. */
    readonly port: number;
    /** The pods' kind of identity, which determines the source of their credentials. */
    readonly identities: readonly PodKind[];
    /** CIDR ranges of the subnets that contain endpoints of AWS' services; empty if these are reached over the internet. */
    readonly endpointCidrs: readonly string[];
}

/**
 * Limits the pods' connections to the database, DNS and the source of their credentials.
 *
 * @throws when pods get their credentials over the internet, because no address range describes that
 */
export function egressPolicy({ databaseCidrs, port, identities, endpointCidrs }: EgressArgs): NetworkPolicySpec {
    const credentials: EgressRule[] = [];
    if (identities.includes("irsa")) {
        if (endpointCidrs.length === 0) {
            throw new Error(
                "access.networkPolicy would cut services with an identity of irsa off from STS, which they reach over the internet: " +
                    "write platform.network.endpoints: true, or give them an identity of podIdentity",
            );
        }
        credentials.push({ to: blocks(endpointCidrs), ports: [tcp(443)] });
    }
    if (identities.includes("podIdentity")) {
        // The address of EKS' agent on each node: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
        credentials.push({ to: blocks(["169.254.170.23/32"]), ports: [tcp(80)] });
    }
    return {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [{ to: blocks(databaseCidrs), ports: [tcp(port)] }, dns, ...credentials],
    };
}

const dns: EgressRule = {
    to: [
        {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
    ],
    ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
};

function tcp(port: number) {
    return { protocol: "TCP", port };
}

function blocks(cidrs: readonly string[]) {
    return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}
