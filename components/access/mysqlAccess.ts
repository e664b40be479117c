import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TenantNamespace } from "../kubernetes/tenantNamespace";
import type { PlatformContract } from "../platform/contract";
import { MysqlTenant } from "../tenancy/mysqlTenant";
import { serviceOf, type ServiceEntry, type TenantEntry } from "./access";
import { Callers } from "./callers";

export interface MysqlAccessArgs {
    /** With a database whose engine is MySQL. */
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
     * Refuse to drop a tenant's database.
     * @default true
     */
    readonly protect?: boolean;
    /**
     * For the account that the database is in, where it is not the cluster's: services get their roles there.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
}

/** A tenant as others get to know it: part of the stack's outputs. */
export type MysqlTenantOutput = ServiceEntry & {
    readonly database: pulumi.Output<string>;
    readonly login: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a service that runs on EC2. */
    readonly instanceProfile?: pulumi.Output<string> | undefined;
};

/** Who may reach which data of a platform with MySQL. Needs the providers `aws`, `kubernetes` and `mysql`. */
export class MysqlAccess extends pulumi.ComponentResource {
    readonly tenants: readonly MysqlTenantOutput[];

    constructor(name: string, args: MysqlAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:access:MysqlAccess", name, {}, opts);
        const { platform, tenants, databaseAccount } = args;
        const spaces = new Map<string, TenantNamespace>();
        const callers = new Callers(name, platform, databaseAccount, this);
        this.tenants = tenants.map((entry) => {
            if ("namespace" in entry && !spaces.has(entry.namespace)) {
                spaces.set(entry.namespace, this.space(name, entry.namespace, args));
            }
            const tenant = new MysqlTenant(
                `${name}-${entry.name}`,
                {
                    tenant: entry.name,
                    caller: callers.of(entry, "namespace" in entry ? spaces.get(entry.namespace)?.namespace : undefined),
                    databaseAccount,
                    targets: platform.targets,
                    proxy: platform.proxy,
                    podSecurityGroupIds: platform.appTier === "pods" ? platform.podSecurityGroupIds : undefined,
                    protect: args.protect ?? true,
                },
                { parent: this },
            );
            const { database, login, roleArn, instanceProfile } = tenant;
            return { ...serviceOf(entry), database, login, roleArn, ...(instanceProfile && { instanceProfile }) };
        });
        this.registerOutputs({ tenants: this.tenants });
    }

    private space(name: string, namespace: string, { platform, tenants, caBundle, networkPolicy }: MysqlAccessArgs): TenantNamespace {
        const identities = tenants.flatMap((entry) => ("namespace" in entry && entry.namespace === namespace ? [entry.identity] : []));
        const { databaseCidrs, endpointCidrs, port } = platform;
        const egress = networkPolicy === true ? pulumi.output({ databaseCidrs, endpointCidrs, port, identities }) : undefined;
        return new TenantNamespace(`${name}-${namespace}`, { namespace, caBundle, egress }, { parent: this });
    }
}
