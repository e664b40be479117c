import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformContract } from "../platform/contract";
import { DatabaseAccess } from "../tenancy/databaseAccess";
import { Tenant } from "../tenancy/tenant";

export interface TenantEntry {
    readonly name: string;
    readonly namespace: string;
    readonly serviceAccount: string;
}

export interface AccessArgs {
    readonly platform: PlatformContract;
    /** No two of one name, nor of one service account in one namespace. */
    readonly tenants: readonly TenantEntry[];
}

/** A tenant as others get to know it: part of the stack's outputs. */
export interface TenantOutput extends TenantEntry {
    readonly schema: pulumi.Output<string>;
    readonly owner: pulumi.Output<string>;
    readonly login: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
}

/**
 * What changes every week: who may reach which data of a platform. Needs the providers `aws`, `kubernetes` and
 * `postgresql`.
 */
export class Access extends pulumi.ComponentResource {
    readonly tenants: readonly TenantOutput[];

    constructor(name: string, { platform, tenants }: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:access:Access", name, {}, opts);
        const { database } = platform;
        const databaseAccess = new DatabaseAccess(`${name}-database`, { database }, { parent: this });
        // Tenants may share a namespace, each with a service account of its own.
        const namespaces = new Map(
            [...new Set(tenants.map(({ namespace }) => namespace))].map((namespace) => [namespace, this.namespace(name, namespace)]),
        );
        this.tenants = tenants.map(({ name: tenantName, namespace, serviceAccount }) => {
            const tenant = new Tenant(
                `${name}-${tenantName}`,
                {
                    tenant: tenantName,
                    namespace: namespaces.get(namespace) ?? namespace,
                    serviceAccount,
                    oidcProvider: { arn: platform.oidcProviderArn, issuer: platform.oidcIssuer },
                    targets: [{ arn: platform.clusterArn, resourceId: platform.clusterResourceId }],
                    database,
                    connectGroup: databaseAccess.group,
                    podSecurityGroupIds: platform.appTier === "pods" ? platform.podSecurityGroupIds : undefined,
                },
                { parent: this },
            );
            const { schema, owner, login, roleArn } = tenant;
            return { name: tenantName, namespace, serviceAccount, schema, owner, login, roleArn };
        });
        this.registerOutputs({ tenants: this.tenants });
    }

    /** Refuses pods that could do more than a service needs: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
    private namespace(name: string, namespace: string): pulumi.Output<string> {
        const labels = {
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
        };
        return new kubernetes.core.v1.Namespace(`${name}-${namespace}`, { metadata: { name: namespace, labels } }, { parent: this })
            .metadata.name;
    }
}
