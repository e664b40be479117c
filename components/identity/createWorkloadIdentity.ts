import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { ComputeIdentity } from "./computeIdentity";
import { PodIdentity } from "./podIdentity";
import { ServiceAccountIdentity, type OidcProvider } from "./serviceAccountIdentity";
import type { ServiceAccountArgs } from "./serviceAccount";
import type { ComputeKind } from "./kinds";

/** A service that runs in Kubernetes. */
export type PodWorkload = ServiceAccountArgs &
    (
        | { readonly kind: "irsa"; readonly oidcProvider: OidcProvider }
        | { readonly kind: "podIdentity"; readonly clusterArn: pulumi.Input<string> }
    );

/** A service: where it runs, and how it authenticates to AWS. */
export type Workload = PodWorkload | { readonly kind: ComputeKind };

/** Creates a service's identity. `databaseAccount` is set if the database is in a different account than the cluster. */
export function createWorkloadIdentity(
    name: string,
    caller: Workload,
    databaseAccount: aws.Provider | undefined,
    opts: pulumi.ComponentResourceOptions,
): ServiceAccountIdentity | PodIdentity | ComputeIdentity {
    switch (caller.kind) {
        case "irsa":
            return new ServiceAccountIdentity(name, { ...caller, roleProvider: databaseAccount }, opts);
        case "podIdentity":
            return new PodIdentity(name, { ...caller, databaseAccount }, opts);
        default:
            return new ComputeIdentity(name, { kind: caller.kind, provider: databaseAccount }, opts);
    }
}
