import type * as aws from "@pulumi/aws";
import * as mysql from "@pulumi/mysql";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../identity/grantConnect";
import { createWorkloadIdentity, type Workload } from "../identity/createWorkloadIdentity";
import { givePodsSecurityGroups } from "../kubernetes/podSecurityGroups";
import { mysqlNames } from "./mysqlNames";

export interface MysqlTenantArgs {
    /** The tenant's name, from which its database and user names are derived. */
    readonly tenant: string;
    /** Where the tenant's service runs, and its identity in AWS. */
    readonly caller: Workload;
    /**
     * The provider for the database's account, if it is not the cluster's.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
    readonly targets: ConnectGrantArgs["targets"];
    readonly proxy?: ConnectGrantArgs["proxy"];
    /**
     * Security groups for the tenant's pods, so that they can reach the database.
     * @default - none: the nodes have the required groups
     */
    readonly podSecurityGroupIds?: pulumi.Input<string[]> | undefined;
    /**
     * Refuse to drop the tenant's database, with everything in it.
     * @default true
     */
    readonly protect?: boolean;
}

/** The service's privileges on its rows. Only the provisioner creates tables. */
const privileges = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/**
 * A separate MySQL database for one service. The service's user reads and writes the rows of all existing and future
 * tables. Needs the providers `aws`, `kubernetes` and `mysql`.
 */
export class MysqlTenant extends pulumi.ComponentResource {
    readonly database: pulumi.Output<string>;
    /** The login of the service. */
    readonly login: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a tenant that runs on EC2. */
    readonly instanceProfile: pulumi.Output<string> | undefined;

    constructor(name: string, args: MysqlTenantArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:MysqlTenant", name, {}, opts);
        const names = mysqlNames(args.tenant);
        const identity = createWorkloadIdentity(name, args.caller, args.databaseAccount, { parent: this });
        if (args.podSecurityGroupIds !== undefined && "serviceAccount" in args.caller) {
            givePodsSecurityGroups(name, args.caller, args.podSecurityGroupIds, { parent: this });
        }
        const database = new mysql.Database(
            name,
            { name: names.database, defaultCharacterSet: "utf8mb4", defaultCollation: "utf8mb4_0900_ai_ci" },
            // Unlike a Postgres schema, dropping it also drops all its tables.
            { parent: this, protect: args.protect ?? true },
        );
        const grant = grantConnect(
            name,
            { identity, targets: args.targets, proxy: args.proxy, dbUser: names.login, engine: "mysql" },
            { parent: this },
        );
        new mysql.Grant(
            name,
            {
                user: grant.dbUser,
                host: "%",
                database: database.name,
                privileges,
                // Before MySQL 8 the provider also sends this option with GRANT; without it, the grant would reset
                // the user's TLS requirement.
                tlsOption: "SSL",
            },
            { parent: this },
        );
        this.database = database.name;
        this.login = grant.dbUser;
        this.roleArn = identity.roleArn;
        this.instanceProfile = "instanceProfile" in identity ? identity.instanceProfile : undefined;
        this.registerOutputs({ database: this.database, login: this.login, roleArn: this.roleArn });
    }
}
