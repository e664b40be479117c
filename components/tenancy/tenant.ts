import type * as aws from "@pulumi/aws";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../identity/grantConnect";
import { createWorkloadIdentity, type Workload } from "../identity/createWorkloadIdentity";
import { givePodsSecurityGroups } from "../kubernetes/podSecurityGroups";
import { refuseForeignSchema } from "./foreignSchema";
import { databaseNames } from "./names";
import type { Adoptable, TenantModel } from "./privileges";

/** What one tenant may use up; what is not said is not limited. */
export interface TenantLimits {
    /** The concurrent sessions of the login; -1 means no limit. */
    readonly connections?: pulumi.Input<number> | undefined;
    /** After so many seconds a statement is cancelled. */
    readonly statementSeconds?: number | undefined;
    /** After so many seconds an idle transaction ends its session. */
    readonly idleInTransactionSeconds?: number | undefined;
}

export interface TenantArgs {
    /** The name that schema and roles are made from. */
    readonly tenant: string;
    /** Where the tenant's service runs, and by what AWS knows it. */
    readonly workload: Workload;
    /**
     * For the account that the database is in, where it is not the cluster's.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
    readonly targets: ConnectGrantArgs["targets"];
    readonly proxy?: ConnectGrantArgs["proxy"];
    /** Name of the database that holds the tenant's schema. */
    readonly database: pulumi.Input<string>;
    /** Groups whose rights the login has: the one whose members may connect to the database, and those of its profiles. */
    readonly memberOf: readonly pulumi.Input<string>[];
    /**
     * Who owns the schema: a role without a login, or the application.
     * @default "split"
     */
    readonly model?: TenantModel | undefined;
    /**
     * The login's search path.
     * @default - the tenant's schema alone
     */
    readonly searchPath?: readonly string[] | undefined;
    /** @default - none */
    readonly limits?: TenantLimits | undefined;
    /**
     * Other group roles that may see into the schema; what they may do there is not said here.
     * @default - none
     */
    readonly visitors?: readonly pulumi.Input<string>[] | undefined;
    /**
     * What exists already and is taken over as it is.
     * @default - nothing
     */
    readonly adopt?: readonly Adoptable[] | undefined;
    /**
     * Whether the tenant leaves: its login is locked but stays as a role, because it has rights on existing
     * tables. `drop` lets the schema go with its data once the tenant is removed.
     * @default - it stays
     */
    readonly retire?: "keep" | "drop" | undefined;
    /**
     * Security groups that the tenant's pods are given, so that they reach the database.
     * @default - none: the nodes carry what is needed
     */
    readonly podSecurityGroupIds?: pulumi.Input<string[]> | undefined;
}

/**
 * One service's own schema. In the model `split`, the owner role creates its tables and cannot log in;
 * the login reads and writes their rows and owns nothing. In the model `owner`, the login owns the schema. Needs the
 * providers `aws`, `kubernetes` and `postgresql`.
 */
export class Tenant extends pulumi.ComponentResource {
    readonly schema: pulumi.Output<string>;
    readonly owner: pulumi.Output<string>;
    /** What the service logs in as; none for one that leaves. */
    readonly login: pulumi.Output<string> | undefined;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a tenant that runs on EC2. */
    readonly instanceProfile: pulumi.Output<string> | undefined;
    /** What must exist before the service starts. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:Tenant", name, {}, opts);
        const names = databaseNames(args.tenant, args.model);
        const adopted = (what: Adoptable, id: string): pulumi.CustomResourceOptions =>
            args.adopt?.includes(what) ? { import: id } : {};
        const owns = args.model === "owner";
        const { identity, grant } = this.access(name, args, names);
        const login = grant.dbUser;
        const owner = owns
            ? login
            : new postgresql.Role(
                  `${name}-owner`,
                  { name: names.owner, login: false },
                  { parent: this, ...adopted("owner", names.owner) },
              ).name;
        // Before there is a schema to make a function in: PUBLIC may call every new function, unless its owner's default
        // privileges say otherwise, which only those for all schemas can.
        const functions = new postgresql.DefaultPrivileges(
            `${name}-functions`,
            { role: "public", database: args.database, owner, objectType: "function", privileges: [] },
            { parent: this },
        );
        // The grants on the schema are made with it, not by a Grant each: fewer resources, and no two at once on one schema. The
        // list always names a role, at least the owner: the provider ignores an empty one and would revoke nothing.
        const guests = [login, ...(args.visitors ?? [])];
        const schema = new postgresql.Schema(
            name,
            {
                name: names.schema,
                database: args.database,
                owner,
                dropCascade: args.retire === "drop",
                policies: guests.map((role) => ({ role, usage: true })),
            },
            {
                parent: this,
                dependsOn: [functions],
                ...(args.adopt?.includes("schema") ? {} : { hooks: { beforeCreate: [refuseForeignSchema(this)] } }),
            },
        );
        if (!owns) {
            this.dataPrivileges(name, { role: login, database: args.database, schema: schema.name, owner });
        }
        this.schema = schema.name;
        this.owner = owner;
        this.login = args.retire === undefined ? login : undefined;
        this.roleArn = identity.roleArn;
        this.instanceProfile = "instanceProfile" in identity ? identity.instanceProfile : undefined;
        this.ready = [...identity.ready, ...grant.permissions, schema];
        this.registerOutputs({ schema: this.schema, login: this.login, roleArn: this.roleArn });
    }

    /** How the service comes in: by its IAM role, as the login. */
    private access(name: string, args: TenantArgs, { schema, login }: { schema: string; login: string }) {
        const { workload: caller } = args;
        const identity = createWorkloadIdentity(name, caller, args.databaseAccount, { parent: this });
        if (args.podSecurityGroupIds !== undefined && "serviceAccount" in caller) {
            givePodsSecurityGroups(name, caller, args.podSecurityGroupIds, { parent: this });
        }
        const grant = grantConnect(
            name,
            {
                identity,
                targets: args.targets,
                proxy: args.proxy,
                dbUser: login,
                memberOf: args.memberOf,
                settings: { searchPath: args.searchPath ?? [schema], ...args.limits },
                adopt: args.adopt?.includes("login"),
                suspended: args.retire !== undefined,
            },
            { parent: this },
        );
        return { identity, grant };
    }

    /**
     * Default privileges rather than grants: they hold for every table that the owner will make, and a grant on all
     * tables would be read back by looking at all tables of all tenants. One after the other, because each makes the
     * provider a member of the owner for a moment.
     */
    private dataPrivileges(
        name: string,
        args: Pick<postgresql.DefaultPrivilegesArgs, "role" | "database" | "schema" | "owner">,
    ): void {
        const tables = new postgresql.DefaultPrivileges(
            `${name}-tables`,
            { ...args, objectType: "table", privileges: ["SELECT", "INSERT", "UPDATE", "DELETE"] },
            { parent: this },
        );
        new postgresql.DefaultPrivileges(
            `${name}-sequences`,
            { ...args, objectType: "sequence", privileges: ["SELECT", "USAGE"] },
            { parent: this, dependsOn: [tables] },
        );
    }
}
