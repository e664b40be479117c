import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../../toolkit/arn";
import type { PodCredentials } from "../identity/identity";
import type { TenantNamespace } from "../kubernetes/tenantNamespace";
import { TenantService } from "../kubernetes/tenantService";
import type { PlatformContract } from "../platform/contract";
import type { ExistingRoles } from "../tenancy/migration/existingRole";
import type { ExistingUsers } from "../tenancy/migration/publicLosses";
import { migrationOf } from "../tenancy/migration/state";
import { kubernetesName, namesOf, schemasOf } from "../tenancy/names";
import type { Offboarding } from "../tenancy/offboarding/offboarding";
import type { SessionSettings } from "../tenancy/sessionSettings";
import { Tenant, type ExistingOwner } from "../tenancy/tenant";
import { workloadOf } from "./workloads";
import { connectionLimits } from "./connectionLimits";
import { testConnections, type ConnectionTestEntry, type Tried } from "./connectionTests";
import { AccessDatabases, type DatabasesArgs } from "./databases";
import { DeclarationWindow } from "./declarationWindow";
import type { PersonEntry, PodEntry, ProfileEntry, ServiceEntry, TenantEntry } from "./entries";
import { existingTenants } from "./groupDeclarations";
import { Profiles, type MadeTenant } from "./profiles";
import { rescuerOf } from "./rescue";
import { checkNamedTenants } from "./namedTenants";
import { tenantNamespaces } from "./namespaces";

export interface AccessArgs extends Omit<DatabasesArgs, "databaseHooks"> {
    readonly platform: PlatformContract;
    /** Names must be unique, and so must service accounts within a namespace. */
    readonly tenants: readonly TenantEntry[];
    /** @default - none */
    readonly profiles?: readonly ProfileEntry[] | undefined;
    /** @default - none */
    readonly people?: readonly PersonEntry[] | undefined;
    /**
     * The provider for the account and region in which Identity Center is administered, for people's permission sets.
     * @default - the program's own
     */
    readonly identityCenter?: aws.Provider | undefined;
    /** Steps in the database before a role is removed or suspended. */
    readonly offboarding: Offboarding;
    readonly sessionSettings: SessionSettings;
    /** Checks the roles that tenants of the model `existing` act as. */
    readonly existingRoles: ExistingRoles;
    /** The login that holds profiles with `breakGlass`, created by the bootstrap. */
    readonly breakGlass: string;
    /** The certificate authorities that services trust for the database, in PEM format. */
    readonly caBundle: pulumi.Input<string>;
    /**
     * Restricts services in Kubernetes to connections to the database, DNS and the source of their credentials.
     * @default false
     */
    readonly networkPolicy?: boolean;
    /**
     * The provider for the database's account, if it is not the cluster's. It contains the services' roles.
     * @default - both are in the program's own account
     */
    readonly databaseAccount?: aws.Provider | undefined;
    /**
     * Tests, as the services in Kubernetes, what they may access and what they must not.
     * @default - no test runs
     */
    readonly connectionTest?: ConnectionTestEntry | undefined;
}

/** A tenant as it appears in the stack's outputs. */
export type TenantOutput = ServiceEntry & {
    readonly database: pulumi.Output<string>;
    readonly schema: pulumi.Output<string>;
    /** All schemas of a tenant of the model `existing`. */
    readonly schemas?: readonly string[];
    readonly owner: pulumi.Output<string>;
    /** Undefined for a tenant that is being removed. */
    readonly login?: pulumi.Output<string> | undefined;
    readonly roleArn?: pulumi.Output<string> | undefined;
    /** Name of the instance profile of a service that runs on EC2. */
    readonly instanceProfile?: pulumi.Output<string> | undefined;
};

/** What tenants have in common. */
interface Shared {
    readonly databases: AccessDatabases;
    readonly profiles: Profiles;
    readonly spaceOf: ReturnType<typeof tenantNamespaces>;
    readonly connections: ReturnType<typeof connectionLimits>;
}

/**
 * Grants access to the data of a platform; the part of a stack that changes most often. Needs the providers `aws`,
 * `kubernetes` and `postgresql`.
 */
export class Access extends pulumi.ComponentResource {
    /**
     * Resolves when all of them are declared, and what depends on them. A program must await it or output it: otherwise an
     * inline program of the Automation API has succeeded for the engine when it rejects, and what was not declared is deleted
     * (https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/automation/server.ts).
     */
    readonly tenants: Promise<readonly TenantOutput[]>;
    /** Of each database that this stack limits access to, the group; undefined if another stack does. */
    readonly databaseGroups: pulumi.Output<Readonly<Record<string, string>>> | undefined;

    constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
        const window = new DeclarationWindow();
        const transformations = [...(opts?.transformations ?? []), args.offboarding.transformation, window.record];
        super("keyless:access:Access", name, {}, { ...opts, transformations });
        const { platform, tenants } = args;
        checkNamedTenants(tenants, args.profiles ?? []);
        const closing = args.existingRoles.closing(platform.database, existingUsers(tenants), args.breakGlass);
        const { databaseHooks } = args.offboarding;
        const limits = { ...args, databaseHooks, closing };
        const databases = new AccessDatabases(name, platform.database, limits, { parent: this });
        this.databaseGroups = databases.groups;
        // What may be wrong with the arguments fails here: a rejected promise fails only a program that awaits it.
        const profiles = this.profiles(name, args, databases, window);
        const spaceOf = tenantNamespaces(name, args, this);
        const connections = connectionLimits(tenants, platform);
        this.tenants = this.declare(name, args, { databases, profiles, spaceOf, connections }, window);
        args.offboarding.declaringLater(() => {
            window.open();
            return this.tenants;
        });
        this.registerOutputs({ tenants: this.tenants });
    }

    private async declare(
        name: string,
        args: AccessArgs,
        { databases, profiles, spaceOf, connections }: Shared,
        window: DeclarationWindow,
    ): Promise<readonly TenantOutput[]> {
        const { platform, tenants, databaseAccount } = args;
        await profiles.declareGroups();
        const made: Made[] = [];
        for (const entry of tenants) {
            await window.room();
            const space = spaceOf(entry);
            const place = databases.of(entry.database);
            const { model, searchPath, adopt, retire, formerly } = entry;
            const limits = { ...entry.limits, connections: connections(entry) };
            const existing = entry.model === "existing" ? existingOwner(entry, place.name, args) : undefined;
            const tenant = new Tenant(
                `${name}-${entry.name}`,
                {
                    ...{ model, searchPath, limits, adopt, retire, databaseAccount },
                    ...{ targets: platform.targets, proxy: platform.proxy },
                    tenant: formerly ?? entry.name,
                    workload: workloadOf(entry, space?.namespace, platform),
                    database: place.name,
                    memberOf: [...new Set([place.group, ...profiles.heldBy(entry.name)])],
                    visitors: profiles.visitors(entry.name),
                    existing,
                    podSecurityGroupIds: platform.appTier === "pods" ? platform.podSecurityGroupIds : undefined,
                },
                {
                    ...place.options,
                    parent: this,
                    aliases: formerly === undefined ? [] : [{ name: `${name}-${formerly}` }],
                },
            );
            const { ready, login, credentials } = tenant;
            const runs = login !== undefined && credentials !== undefined && space !== undefined;
            if (runs && "image" in entry && entry.image !== undefined) {
                this.service(
                    `${name}-${entry.name}`,
                    { ...entry, image: entry.image },
                    { ready, login, credentials, database: place.name },
                    space,
                    platform,
                );
            }
            made.push({ name: entry.name, entry, tenant, place, space, database: place.name });
        }
        if (args.connectionTest !== undefined) {
            await testConnections(name, args.connectionTest, made, platform, this, window);
        }
        await profiles.admit(made);
        return made.map(outputOf);
    }

    private profiles(name: string, args: AccessArgs, databases: AccessDatabases, window: DeclarationWindow): Profiles {
        const { tenants, databaseAccount } = args;
        const { targets, proxy, bastionPolicyArn, bastionShellPolicyArn } = args.platform;
        return new Profiles(
            name,
            args.profiles ?? [],
            {
                people: args.people ?? [],
                // The bastion's policies are in the cluster's account, and cannot be attached to roles of another.
                ...(databaseAccount === undefined && { bastionPolicyArn, bastionShellPolicyArn }),
                targets,
                proxy,
                breakGlass: args.breakGlass,
                sessionSettings: args.sessionSettings,
                databaseAccount,
                identityCenter: args.identityCenter,
                databases: databases.all,
                sharesDatabases: args.sharedDatabases !== undefined,
                places: new Map(tenants.map(({ name, database }) => [name, databases.of(database)])),
                existing: existingTenants(tenants, (database) => databases.of(database)),
                groupRights: args.offboarding.groupRights,
            },
            window,
            this,
        );
    }

    private service(
        name: string,
        entry: PodEntry & { readonly name: string; readonly image: string },
        tenant: Running,
        space: TenantNamespace,
        platform: PlatformContract,
    ): void {
        const { serviceEndpoint, port, clusterArn } = platform;
        new TenantService(
            name,
            {
                ...entry,
                tenant: kubernetesName(entry.name),
                namespace: space.namespace,
                certificates: space.certificates,
                credentials: tenant.credentials,
                address: {
                    host: serviceEndpoint,
                    port,
                    database: tenant.database,
                    user: tenant.login,
                    region: clusterArn.apply(regionOf),
                },
            },
            // A pod that starts before its credentials, network access or privileges exist fails at first, or permanently.
            { parent: this, dependsOn: [...tenant.ready, ...space.ready] },
        );
    }
}

/** The properties of a tenant that its service needs. */
interface Running {
    readonly database: pulumi.Input<string>;
    readonly login: pulumi.Output<string>;
    readonly credentials: PodCredentials;
    readonly ready: readonly pulumi.Resource[];
}

/** A tenant that has been declared. */
interface Made extends MadeTenant, Tried {}

function outputOf({ entry, tenant, place }: Made): TenantOutput {
    const { schema, owner, login, roleArn, instanceProfile } = tenant;
    return {
        ...serviceOf(entry),
        database: pulumi.output(place.name),
        schema,
        ...(entry.model === "existing" && { schemas: schemasOf(entry) }),
        owner,
        login,
        roleArn,
        ...(instanceProfile && { instanceProfile }),
    };
}

/** The existing roles that use the platform's database. */
function existingUsers(tenants: readonly TenantEntry[]): ExistingUsers {
    const entries = tenants.filter(({ model, database }) => model === "existing" && database === undefined);
    const migrations = entries.map(migrationOf).filter(({ state }) => state !== "finished");
    const logins = [...new Set(migrations.map(({ login }) => login))];
    return { logins, roles: [...new Set([...logins, ...entries.map((entry) => namesOf(entry).owner)])] };
}

/** The role that a tenant of the model `existing` acts as. */
function existingOwner(
    entry: TenantEntry,
    database: pulumi.Input<string>,
    { existingRoles, sessionSettings, profiles = [], breakGlass }: AccessArgs,
): ExistingOwner {
    const { owner } = namesOf(entry);
    const schemas = schemasOf(entry);
    const settings = Object.fromEntries((entry.settings ?? []).map(({ name, value }) => [name, value]));
    const check: ExistingOwner["check"] = (
        name,
        { searchPath, statementSeconds, idleInTransactionSeconds, settings },
        opts,
    ) => {
        const stated = { searchPath, statementSeconds, idleInTransactionSeconds, settings };
        const args = {
            ...{ role: owner, database, schemas, stated, migration: migrationOf(entry) },
            breakGlass: rescuerOf(entry.name, profiles, breakGlass),
        };
        return existingRoles.check(name, args, opts);
    };
    return { owner, schemas, settings, check, sessionSettings };
}

/** The tenant's resources outside the database. */
export function serviceOf(entry: TenantEntry): ServiceEntry {
    const { name } = entry;
    if (!("namespace" in entry)) {
        return { name, identity: entry.identity };
    }
    const { identity, namespace, serviceAccount, existing = [], image, replicas } = entry;
    const pods = {
        ...(existing.length > 0 && { existing }),
        ...(image !== undefined && { image }),
        ...(replicas !== undefined && { replicas }),
    };
    return { name, identity, namespace, serviceAccount, ...pods };
}
