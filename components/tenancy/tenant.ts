import type * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectTarget } from "../identity/grantConnect";
import { identify, type Caller } from "../identity/identify";
import { databaseNames } from "./names";

export interface TenantArgs {
    /** The tenant's name, which its schema, roles, namespace and service account are derived from. */
    readonly tenant: string;
    /** Where the tenant's service runs, and by what AWS knows it. */
    readonly caller: Caller;
    /**
     * For the account that the database is in, where it is not the cluster's.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
    readonly targets: readonly ConnectTarget[];
    /** Name of the database that holds the tenant's schema. */
    readonly database: pulumi.Input<string>;
    /** The group whose members may connect to the database. */
    readonly connectGroup: pulumi.Input<string>;
    /**
     * Security groups that the tenant's pods are given, so that they reach the database.
     * @default - none: the nodes carry what is needed
     */
    readonly podSecurityGroupIds?: pulumi.Input<string[]> | undefined;
}

/**
 * A schema of its own for one service. The owner role makes its tables and nobody logs in as it; the login role reads
 * and writes what is in them and owns nothing. Needs the providers `aws`, `kubernetes` and `postgresql`.
 */
export class Tenant extends pulumi.ComponentResource {
    readonly schema: pulumi.Output<string>;
    readonly owner: pulumi.Output<string>;
    /** What the service logs in as. */
    readonly login: pulumi.Output<string>;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a tenant that runs on EC2. */
    readonly instanceProfile: pulumi.Output<string> | undefined;
    /** What must exist before the service starts. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:Tenant", name, {}, opts);
        const names = databaseNames(args.tenant);
        const { database } = args;
        const { caller } = args;
        const identity = identify(name, caller, args.databaseAccount, { parent: this });
        if (args.podSecurityGroupIds !== undefined && "serviceAccount" in caller) {
            // A custom resource of EKS; a selector of service accounts takes labels only.
            new kubernetes.apiextensions.CustomResource(
                name,
                {
                    apiVersion: "vpcresources.k8s.aws/v1beta1",
                    kind: "SecurityGroupPolicy",
                    metadata: { name: caller.serviceAccount, namespace: caller.namespace },
                    spec: { serviceAccountSelector: { matchLabels: caller.labels }, securityGroups: { groupIds: args.podSecurityGroupIds } },
                },
                { parent: this },
            );
        }
        const grant = grantConnect(
            name,
            { identity, targets: args.targets, dbUser: names.login, memberOf: [args.connectGroup] },
            { parent: this },
        );
        const owner = new postgresql.Role(`${name}-owner`, { name: names.owner, login: false }, { parent: this });
        const schema = new postgresql.Schema(name, { name: names.schema, database, owner: owner.name }, { parent: this });
        const usage = new postgresql.Grant(
            `${name}-usage`,
            { role: grant.dbUser, database, schema: schema.name, objectType: "schema", privileges: ["USAGE"] },
            { parent: this },
        );
        // Default privileges rather than grants: they hold for every table that the owner will make, and a grant on all
        // tables would be read back by looking at all tables of all tenants. One after the other, because each makes the
        // provider a member of the owner for a moment.
        const defaults = { role: grant.dbUser, database, schema: schema.name, owner: owner.name };
        const tables = new postgresql.DefaultPrivileges(
            `${name}-tables`,
            { ...defaults, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
            { parent: this, dependsOn: [usage] },
        );
        new postgresql.DefaultPrivileges(
            `${name}-sequences`,
            { ...defaults, objectType: "sequence", privileges: ["SELECT", "USAGE"] },
            { parent: this, dependsOn: [tables] },
        );

        this.schema = schema.name;
        this.owner = owner.name;
        this.login = grant.dbUser;
        this.roleArn = identity.roleArn;
        this.instanceProfile = "instanceProfile" in identity ? identity.instanceProfile : undefined;
        this.ready = [...identity.ready, grant.permission, usage];
        this.registerOutputs({ schema: this.schema, login: this.login, roleArn: this.roleArn });
    }
}
