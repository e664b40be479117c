import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../identity/arn";
import type { ComputeKind, PodKind } from "../identity/vocabulary";
import { TenantNamespace } from "../kubernetes/tenantNamespace";
import { TenantService } from "../kubernetes/tenantService";
import type { PlatformContract } from "../platform/contract";
import { DatabaseAccess } from "../tenancy/databaseAccess";
import { kubernetesName } from "../tenancy/names";
import { Tenant } from "../tenancy/tenant";
import { Callers } from "./callers";

/** A service, by what it is called in the database and by what AWS knows it. */
export type TenantEntry = { readonly name: string } & (PodEntry | { readonly identity: ComputeKind });

/** A service in Kubernetes. */
export interface PodEntry {
    readonly identity: PodKind;
    readonly namespace: string;
    readonly serviceAccount: string;
    /**
     * The container image of the service.
     * @default - the service is deployed by other means
     */
    readonly image?: string | undefined;
    /**
     * How many pods run.
     * @default 2
     */
    readonly replicas?: number | undefined;
}

export interface AccessArgs {
    readonly platform: PlatformContract;
    /** No two of one name, nor of one service account in one namespace. */
    readonly tenants: readonly TenantEntry[];
    /** The certificate authorities by which services know the database, in PEM format. */
    readonly caBundle: pulumi.Input<string>;
    /**
     * Lets services in Kubernetes connect to the database, to DNS and to what gives them credentials, and no further.
     * @default false
     */
    readonly networkPolicy?: boolean;
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

    constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:access:Access", name, {}, opts);
        const { platform, tenants, databaseAccount } = args;
        const { database } = platform;
        const databaseAccess = new DatabaseAccess(`${name}-database`, { database }, { parent: this });
        // Tenants may share a namespace, each with a service account of its own.
        const pods = tenants.filter((entry) => "namespace" in entry);
        const spaces = new Map([...new Set(pods.map(({ namespace }) => namespace))].map((space) => [space, this.space(name, space, pods, args)]));
        const callers = new Callers(name, platform, databaseAccount, this);
        this.tenants = tenants.map((entry) => {
            const space = "namespace" in entry ? spaces.get(entry.namespace) : undefined;
            const tenant = new Tenant(
                `${name}-${entry.name}`,
                {
                    tenant: entry.name,
                    caller: callers.of(entry, space?.namespace),
                    databaseAccount,
                    targets: [{ arn: platform.clusterArn, resourceId: platform.clusterResourceId }],
                    database,
                    connectGroup: databaseAccess.group,
                    podSecurityGroupIds: platform.appTier === "pods" ? platform.podSecurityGroupIds : undefined,
                },
                { parent: this },
            );
            if ("image" in entry && entry.image !== undefined && space !== undefined) {
                this.service(`${name}-${entry.name}`, { ...entry, image: entry.image }, tenant, space, platform);
            }
            const { schema, owner, login, roleArn, instanceProfile } = tenant;
            return { ...entry, schema, owner, login, roleArn, ...(instanceProfile && { instanceProfile }) };
        });
        this.registerOutputs({ tenants: this.tenants });
    }

    private space(name: string, namespace: string, pods: readonly PodEntry[], { platform, caBundle, networkPolicy }: AccessArgs): TenantNamespace {
        const identities = pods.filter((entry) => entry.namespace === namespace).map(({ identity }) => identity);
        const { databaseCidrs, endpointCidrs, port } = platform;
        const egress = networkPolicy === true ? pulumi.output({ databaseCidrs, endpointCidrs, port, identities }) : undefined;
        return new TenantNamespace(`${name}-${namespace}`, { namespace, caBundle, egress }, { parent: this });
    }

    private service(name: string, entry: PodEntry & { readonly name: string; readonly image: string }, tenant: Tenant, space: TenantNamespace, platform: PlatformContract): void {
        const { endpoint, port, database, clusterArn } = platform;
        new TenantService(
            name,
            {
                ...entry,
                tenant: kubernetesName(entry.name),
                namespace: space.namespace,
                caConfigMap: space.caConfigMap,
                address: { host: endpoint, port, database, user: tenant.login, region: clusterArn.apply(regionOf) },
            },
            // A pod that starts before its credentials, its way or its rights are there fails at first, or for good.
            { parent: this, dependsOn: [...tenant.ready, ...space.ready] },
        );
    }
}
