import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Workload } from "../identity/createWorkloadIdentity";
import type { OidcProvider } from "../identity/serviceAccountIdentity";
import type { PlatformContract } from "../platform/contract";
import type { TenantEntry } from "./entries";

/** Describes where each tenant runs and how it authenticates to AWS. */
export class Workloads {
    private foreign: OidcProvider | undefined;

    constructor(
        private readonly name: string,
        private readonly platform: PlatformContract,
        private readonly databaseAccount: aws.Provider | undefined,
        private readonly parent: pulumi.Resource,
    ) {}

    /** @param namespace the tenant's namespace in Kubernetes */
    of(entry: TenantEntry, namespace: pulumi.Output<string> | undefined): Workload {
        if (!("namespace" in entry)) {
            return { kind: entry.identity };
        }
        const { serviceAccount, identity } = entry;
        const pod = {
            namespace: namespace ?? entry.namespace,
            serviceAccount,
            labels: { "keyless/tenant": entry.name },
        };
        return identity === "irsa"
            ? { ...pod, kind: identity, oidcProvider: this.oidcProvider() }
            : { ...pod, kind: identity, clusterArn: this.platform.kubernetesArn };
    }

    /**
     * The OIDC provider for the cluster's issuer in the roles' account. IAM allows one for each issuer and account:
     * https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html
     */
    private oidcProvider(): OidcProvider {
        const { name, platform, databaseAccount, parent } = this;
        if (databaseAccount === undefined) {
            return { arn: platform.oidcProviderArn, issuer: platform.oidcIssuer };
        }
        if (this.foreign === undefined) {
            const provider = new aws.iam.OpenIdConnectProvider(
                `${name}-cluster`,
                { url: pulumi.interpolate`https://${platform.oidcIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
                { parent, provider: databaseAccount },
            );
            this.foreign = { arn: provider.arn, issuer: platform.oidcIssuer };
        }
        return this.foreign;
    }
}
