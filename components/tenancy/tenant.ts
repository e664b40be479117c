import type * as aws from "@pulumi/aws";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { grantConnect, type ConnectGrantArgs } from "../identity/grantConnect";
import { createWorkloadIdentity, type Workload } from "../identity/createWorkloadIdentity";
import type { PodCredentials } from "../identity/identity";
import { givePodsSecurityGroups } from "../kubernetes/podSecurityGroups";
import { refuseForeignSchema } from "./foreignSchema";
import { databaseNames, type DatabaseNames } from "./names";
import type { Adoptable, TenantModel } from "./privileges";
import type { SessionSettings } from "./sessionSettings";

/** Resource limits of one tenant; a limit that is not set does not apply. */
export interface TenantLimits {
    /** Maximum number of concurrent sessions of the login; -1 means no limit. */
    readonly connections?: pulumi.Input<number> | undefined;
    /** Statement timeout, in seconds. */
    readonly statementSeconds?: number | undefined;
    /** Number of seconds after which an idle transaction ends its session. */
    readonly idleInTransactionSeconds?: number | undefined;
}

/** A role with schemas that the program does not manage. */
export interface ExistingOwner {
    /** The role, as the catalog shows it. */
    readonly owner: string;
    /** The schemas with the tenant's data; the first one is the tenant's output. */
    readonly schemas: readonly string[];
    /** Settings of the login besides those of {@link TenantArgs}. */
    readonly settings: Readonly<Record<string, string>>;
    readonly sessionSettings: SessionSettings;
    /** Creates what everything that makes the login act as the role depends on. */
    readonly check: (
        name: string,
        stated: Pick<TenantArgs, "searchPath"> & TenantLimits & Pick<ExistingOwner, "settings">,
        opts: pulumi.CustomResourceOptions,
    ) => pulumi.Resource;
}

export interface TenantArgs {
    /** The name that the schema and role names are derived from. */
    readonly tenant: string;
    /** Where the tenant's service runs, and its identity in AWS. */
    readonly workload: Workload;
    /**
     * The provider for the database's account, if it is not the cluster's.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
    readonly targets: ConnectGrantArgs["targets"];
    readonly proxy?: ConnectGrantArgs["proxy"];
    /** Name of the database that holds the tenant's schema. */
    readonly database: pulumi.Input<string>;
    /**
     * Groups whose rights the login has: the one whose members may connect to the database, and the groups of its
     * profiles.
     */
    readonly memberOf: readonly pulumi.Input<string>[];
    /**
     * The schema's owner: a role without a login, the application, or an existing role.
     * @default "split"
     */
    readonly model?: TenantModel | undefined;
    /**
     * The role that the login acts as, in the model `existing`.
     * @default - the program creates the schema and its owner
     */
    readonly existing?: ExistingOwner | undefined;
    /**
     * The login's search path.
     * @default - only the tenant's schema; in the model `existing`, the server's default
     */
    readonly searchPath?: readonly string[] | undefined;
    /** @default - none */
    readonly limits?: TenantLimits | undefined;
    /**
     * Other group roles with USAGE on the schema; their privileges on its objects are granted separately.
     * @default - none
     */
    readonly visitors?: readonly pulumi.Input<string>[] | undefined;
    /**
     * Existing objects to adopt as they are.
     * @default - none
     */
    readonly adopt?: readonly Adoptable[] | undefined;
    /**
     * Whether the tenant is being removed: its login is locked but stays as a role, because it has rights on existing
     * tables. `drop` allows the schema to be dropped with its data once the tenant is removed.
     * @default - it stays
     */
    readonly retire?: "keep" | "drop" | undefined;
    /**
     * Security groups for the tenant's pods, so that they can reach the database.
     * @default - none: the nodes have the required groups
     */
    readonly podSecurityGroupIds?: pulumi.Input<string[]> | undefined;
}

/**
 * One service's own schema. In the model `split`, the owner role creates its tables and cannot log in; the login reads
 * and writes their rows and owns nothing. In the model `owner`, the login owns the schema. In the model `existing`, the
 * schemas and their owner exist: the login is a member of that role and acts as it, and nothing else is created in the
 * database. Needs the providers `aws`, `kubernetes` and `postgresql`.
 */
export class Tenant extends pulumi.ComponentResource {
    readonly schema: pulumi.Output<string>;
    readonly owner: pulumi.Output<string>;
    /** Whether schema and owner exist and are not managed by this program. */
    readonly ownerExists: boolean;
    /** The login of the service; undefined for a tenant that is being removed. */
    readonly login: pulumi.Output<string> | undefined;
    readonly roleArn: pulumi.Output<string>;
    /** Name of the instance profile of a tenant that runs on EC2. */
    readonly instanceProfile: pulumi.Output<string> | undefined;
    /** How a pod of the service gets credentials; undefined outside Kubernetes. */
    readonly credentials: PodCredentials | undefined;
    /** What must exist before the service starts. */
    readonly ready: readonly pulumi.Resource[];

    constructor(name: string, args: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:tenancy:Tenant", name, {}, opts);
        const names = databaseNames(args.tenant, args.model);
        const { identity, grant, groups } = this.access(name, args, names);
        const login = grant.dbUser;
        const { schema, owner, made } =
            args.existing === undefined ? this.makeSchema(name, args, names, login) : this.nameSchema(args.existing);
        this.schema = schema;
        this.owner = owner;
        this.ownerExists = args.existing !== undefined;
        this.login = args.retire === undefined ? login : undefined;
        this.roleArn = identity.roleArn;
        this.instanceProfile = "instanceProfile" in identity ? identity.instanceProfile : undefined;
        this.credentials = identity.credentials;
        this.ready = [...identity.ready, ...groups, ...grant.permissions, ...made];
        this.registerOutputs({ schema: this.schema, login: this.login, roleArn: this.roleArn });
    }

    /** Creates the schema, its owner and the login's default privileges. */
    private makeSchema(
        name: string,
        args: TenantArgs,
        names: DatabaseNames,
        login: pulumi.Output<string>,
    ): { schema: pulumi.Output<string>; owner: pulumi.Output<string>; made: readonly pulumi.Resource[] } {
        const adopted = (what: Adoptable, id: string): pulumi.CustomResourceOptions =>
            args.adopt?.includes(what) ? { import: id } : {};
        const owns = args.model === "owner";
        const owner = owns
            ? login
            : new postgresql.Role(
                  `${name}-owner`,
                  { name: names.owner, login: false },
                  { parent: this, ...adopted("owner", names.owner) },
              ).name;
        // Before a schema exists to create a function in: PUBLIC may call every new function unless its owner's default
        // privileges say otherwise, and only default privileges for all schemas can.
        const functions = new postgresql.DefaultPrivileges(
            `${name}-functions`,
            { role: "public", database: args.database, owner, objectType: "function", privileges: [] },
            { parent: this },
        );
        // The grants on the schema are part of it rather than separate Grant resources: fewer resources, and no
        // concurrent grants on one schema. The list always names a role, at least the owner: the provider ignores an
        // empty one and would revoke nothing.
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
        return { schema: schema.name, owner, made: [schema] };
    }

    /** The schema and its owner exist, and stay when the tenant is removed. */
    private nameSchema({ owner, schemas }: ExistingOwner) {
        return { schema: pulumi.output(schemas[0] ?? ""), owner: pulumi.output(owner), made: [] };
    }

    /** How the service connects: with its IAM role, as the login. */
    private access(name: string, args: TenantArgs, { schema, login }: DatabaseNames) {
        const { workload: caller } = args;
        const identity = createWorkloadIdentity(name, caller, args.databaseAccount, { parent: this });
        // Looked at when a pod is created: https://github.com/aws/amazon-vpc-resource-controller-k8s
        const groups =
            args.podSecurityGroupIds !== undefined && "serviceAccount" in caller
                ? [givePodsSecurityGroups(name, caller, args.podSecurityGroupIds, { parent: this })]
                : [];
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
                ...(args.existing && this.actAs(name, args, args.existing)),
            },
            { parent: this },
        );
        return { identity, grant, groups };
    }

    /** The login is a member of the existing role, and its sessions begin as that role. */
    private actAs(
        name: string,
        { memberOf, searchPath, limits }: TenantArgs,
        { owner, settings, check, sessionSettings }: ExistingOwner,
    ): Pick<ConnectGrantArgs, "memberOf" | "settings" | "dependsOn" | "prepare"> {
        return {
            memberOf: [...memberOf, owner],
            settings: { searchPath, ...limits, actsAs: owner },
            dependsOn: [check(name, { searchPath, ...limits, settings }, { parent: this })],
            prepare: (login, opts) => sessionSettings.of(name, login, settings, opts),
        };
    }

    /**
     * Default privileges rather than grants: they apply to every table that the owner creates, and reading back a grant
     * on all tables would scan all tables of all tenants. They run one after another, because each temporarily makes
     * the provider a member of the owner.
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
