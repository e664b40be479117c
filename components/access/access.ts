import type * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ComputeKind, PodKind } from "../identity/vocabulary";
import { Callers } from "./callers";
import type { PlatformContract } from "../platform/contract";
import { DatabaseAccess } from "../tenancy/databaseAccess";
import { Tenant } from "../tenancy/tenant";

/** A service, by what it is called in the database and by what AWS knows it. */
export type TenantEntry = { readonly name: string } & (PodEntry | { readonly identity: ComputeKind });

/** A service in Kubernetes. */
export interface PodEntry {
    readonly identity: PodKind;
    readonly namespace: string;
    readonly serviceAccount: string;
}

export interface AccessArgs {
    readonly platform: PlatformContract;
    /** No two of one name, nor of one service account in one namespace. */
    readonly tenants: readonly TenantEntry[];
    /**
     * For the account that the database is in, where it is not the cluster's: services get their roles there.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
}

/** A tenant as others get to know it: part of the stack's outputs. */
export type TenantOutput = TenantEntry & {
    readonly schema: pulumi.Output<string>;
    readonly owner: pulumi.Output<string>;
    readonly login: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a service that runs on EC2. */
    readonly instanceProfile?: pulumi.Output<string> | undefined;
};

/**
 * What changes every week: who may reach which data of a platform. Needs the providers `aws`, `kubernetes` and
 * `postgresql`.
 */
export class Access extends pulumi.ComponentResource {
    readonly tenants: readonly TenantOutput[];

    constructor(name: string, { platform, tenants, databaseAccount }: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:access:Access", name, {}, opts);
        const { database } = platform;
        const databaseAccess = new DatabaseAccess(`${name}-database`, { database }, { parent: this });
        // Tenants may share a namespace, each with a service account of its own.
        const spaces = tenants.flatMap((tenant) => ("namespace" in tenant ? [tenant.namespace] : []));
        const namespaces = new Map([...new Set(spaces)].map((namespace) => [namespace, this.namespace(name, namespace)]));
        const callers = new Callers(name, platform, databaseAccount, this);
        this.tenants = tenants.map((entry) => {
            const tenant = new Tenant(
                `${name}-${entry.name}`,
                {
                    tenant: entry.name,
                    caller: callers.of(entry, "namespace" in entry ? namespaces.get(entry.namespace) : undefined),
                    databaseAccount,
                    targets: [{ arn: platform.clusterArn, resourceId: platform.clusterResourceId }],
                    database,
                    connectGroup: databaseAccess.group,
                    podSecurityGroupIds: platform.appTier === "pods" ? platform.podSecurityGroupIds : undefined,
                },
                { parent: this },
            );
            const { schema, owner, login, roleArn, instanceProfile } = tenant;
            return { ...entry, schema, owner, login, roleArn, ...(instanceProfile && { instanceProfile }) };
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
