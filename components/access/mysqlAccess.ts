import * as pulumi from "@pulumi/pulumi";
import { MysqlTenant } from "../tenancy/mysqlTenant";
import { serviceOf, type AccessArgs } from "./access";
import { DeclarationWindow } from "./declarationWindow";
import type { ServiceEntry } from "./entries";
import { workloadOf } from "./workloads";
import { tenantNamespaces } from "./namespaces";

/** Properties for access to a platform with a MySQL database. */
export interface MysqlAccessArgs extends Pick<
    AccessArgs,
    "platform" | "tenants" | "caBundle" | "networkPolicy" | "databaseAccount"
> {
    /**
     * Refuse to drop a tenant's database.
     * @default true
     */
    readonly protect?: boolean;
}

/** A tenant as it appears in the stack's outputs. */
export type MysqlTenantOutput = ServiceEntry & {
    readonly database: pulumi.Output<string>;
    readonly login: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a service that runs on EC2. */
    readonly instanceProfile?: pulumi.Output<string> | undefined;
};

/** Grants access to the data of a platform with MySQL. Needs the providers `aws`, `kubernetes` and `mysql`. */
export class MysqlAccess extends pulumi.ComponentResource {
    /** Resolves when all of them are declared. A program must await it or output it, as those of `Access`. */
    readonly tenants: Promise<readonly MysqlTenantOutput[]>;

    constructor(name: string, args: MysqlAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        const window = new DeclarationWindow();
        const transformations = [...(opts?.transformations ?? []), window.record];
        super("keyless:access:MysqlAccess", name, {}, { ...opts, transformations });
        this.tenants = this.declare(name, args, window);
        this.registerOutputs({ tenants: this.tenants });
    }

    private async declare(
        name: string,
        args: MysqlAccessArgs,
        window: DeclarationWindow,
    ): Promise<readonly MysqlTenantOutput[]> {
        const { platform, databaseAccount } = args;
        const spaceOf = tenantNamespaces(name, args, this);
        const made: MysqlTenantOutput[] = [];
        for (const entry of args.tenants) {
            await window.room();
            const tenant = new MysqlTenant(
                `${name}-${entry.name}`,
                {
                    tenant: entry.name,
                    caller: workloadOf(entry, spaceOf(entry)?.namespace, platform),
                    databaseAccount,
                    targets: platform.targets,
                    proxy: platform.proxy,
                    podSecurityGroupIds: platform.appTier === "pods" ? platform.podSecurityGroupIds : undefined,
                    protect: args.protect ?? true,
                },
                { parent: this },
            );
            const { database, login, roleArn, instanceProfile } = tenant;
            made.push({ ...serviceOf(entry), database, login, roleArn, ...(instanceProfile && { instanceProfile }) });
        }
        return made;
    }
}
