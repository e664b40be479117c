import type * as aws from "@pulumi/aws";
import * as mysql from "@pulumi/mysql";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../identity/grantConnect";
import { createWorkloadIdentity, type Workload } from "../identity/createWorkloadIdentity";
import { givePodsSecurityGroups } from "../kubernetes/podSecurityGroups";
import { mysqlNames } from "./mysqlNames";

export interface MysqlTenantArgs {
    /** The tenant's name, which its database and its user are named after. */
    readonly tenant: string;
    /** Where the tenant's service runs, and by what AWS knows it. */
    readonly caller: Workload;
    /**
     * For the account that the database is in, where it is not the cluster's.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
    readonly targets: ConnectGrantArgs["targets"];
    readonly proxy?: ConnectGrantArgs["proxy"];
    /**
     * Security groups that the tenant's pods are given, so that they reach the database.
     * @default - none: the nodes carry what is needed
     */
    readonly podSecurityGroupIds?: pulumi.Input<string[]> | undefined;
    /**
     * Refuse to drop the tenant's database, with all that is in it.
     * @default true
     */
    readonly protect?: boolean;
}

/** What a service does with its rows. Tables are the provisioner's to make. */
const privileges = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/**
 * A database of its own for one service, in MySQL. The service's user reads and writes the rows of whatever tables there
 * are and will be. Needs the providers `aws`, `kubernetes` and `mysql`.
 */
export class MysqlTenant extends pulumi.ComponentResource {
    readonly database: pulumi.Output<string>;
    /** What the service logs in as. */
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
            // Unlike a schema's in Postgres, its removal takes all its tables along.
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
                // Before MySQL 8 the provider says it with the grant too, and would take back what the user requires.
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
