import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Access, type TenantOutput } from "./components/access/access";
import { MysqlAccess, type MysqlTenantOutput } from "./components/access/mysqlAccess";
import { readSharedDatabases } from "./components/access/sharedDatabases";
import { Alarms } from "./components/alarms/alarms";
import { MonitoredResources } from "./components/alarms/monitoredResources";
import { deployersKubeconfig } from "./components/cluster/deployersKubeconfig";
import { accountProvider } from "./components/identity/accountProvider";
import { regionOf } from "./toolkit/arn";
import { deployer } from "./components/identity/deployer";
import { boundEverything } from "./components/identity/boundEverything";
import { type PlatformContract, readPlatform } from "./components/platform/contract";
import { deletedWithDatabase } from "./components/platform/deletedWithDatabase";
import { beforeEverything, deployedOutputs, outputsOf } from "./components/platform/deployed";
import { Platform } from "./components/platform/platform";
import { ServerPlatform } from "./components/platform/serverPlatform";
import { Developers } from "./components/security/developers";
import { tagEverything } from "./components/tags/tagEverything";
import { trustedRoots, writeCaBundle } from "./components/tenancy/caBundle";
import { databaseProvider } from "./components/tenancy/databaseProvider";
import { namingLockHolders } from "./components/tenancy/lockTimeouts";
import { Offboarding } from "./components/tenancy/offboarding/offboarding";
import { mysqlProvider } from "./components/tenancy/mysqlProvider";
import { cloudWatchLogs } from "./components/tenancy/migration/cloudWatchLog";
import { ExistingRoles } from "./components/tenancy/migration/existingRole";
import { clusterSecrets } from "./components/tenancy/migration/kubernetesSecrets";
import { deployedSecrets, NamedSecrets } from "./components/tenancy/migration/passwordSecrets";
import { provisionerSessions } from "./components/tenancy/provisionerSession";
import { mysqlLine, psqlLine } from "./components/tenancy/psql";
import { SessionSettings } from "./components/tenancy/sessionSettings";
import {
    databaseRoleOf,
    engineOf,
    existingDatabaseOf,
    ownTrail,
    readSettings,
    refuseLastingChanges,
    type AccessSettings,
    type Settings,
} from "./config";
import { PROVISIONER } from "./toolkit/serverNames";

const settings = readSettings();
const checked = checkLasting(settings);
beforeEverything(checked);
const { owner, costCentre } = settings.tags;
tagEverything({
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    ...(owner !== undefined && { owner }),
    ...(costCentre !== undefined && { "cost-centre": costCentre }),
});
if (settings.permissionsBoundary !== undefined) {
    boundEverything(settings.permissionsBoundary);
}
const watched = new MonitoredResources();
const watching = { transformations: [watched.record] };
const caBundle = settings.caBundle ?? writeCaBundle();
const [own, platform] = platformOf(settings.platform);
const region = platform.clusterArn.apply(regionOf);
const { databaseAccount } = platform;
const databaseRole = databaseRoleOf(settings);
const { profile, role: assumed } = deployer(databaseRole);
/** Engine of the database: `postgres` or `mysql`. */
export const engine = engineOf(settings);

const roots = trustedRoots(
    settings.caBundle,
    platform.targets.apply((targets) => targets.map(({ arn }) => regionOf(arn))),
);
const server = { ...platform, host: platform.endpoint, region, role: databaseRole ?? assumed, profile, caBundle };
/** Whether the database goes with the stack. */
const ownsDatabase = own !== undefined && existingDatabaseOf(settings) === undefined;
// Nothing else of a database that exists waits for the rules that admit this program.
const connecting = own !== undefined && !ownsDatabase ? { dependsOn: [own] } : {};
// Also when no access is left: a role that leaves the program needs its hooks.
const open = provisionerSessions(server);
const offboarding = new Offboarding({ open, database: platform.database, ownDatabase: ownsDatabase });
const connectionLogs = cloudWatchLogs(server);
const lockHolders = namingLockHolders(open, platform.database);
const access = settings.access && (engine === "mysql" ? mysqlAccess(settings.access) : postgresAccess(settings.access));

/** Fails if the config changes what cannot change. */
async function checkLasting(settings: Settings): Promise<void> {
    const { platform } = settings;
    const [deployed, another] = await Promise.all([
        deployedOutputs(),
        typeof platform === "string" ? outputsOf(platform) : undefined,
    ]);
    refuseLastingChanges(settings, deployed, another);
}

/** The platform that this stack makes, if it is not another stack's, and what access needs of it. */
function platformOf(
    given: Settings["platform"],
): readonly [own: Platform | ServerPlatform | undefined, contract: PlatformContract] {
    if (typeof given === "string") {
        return [undefined, readPlatform("platform", given, settings.access ?? {}, checked)];
    }
    const made =
        "server" in given
            ? new ServerPlatform("keyless", given, watching)
            : new Platform("keyless", { ...given, database: afterCheck(given.database) }, watching);
    return [made, made.contract];
}

/** Looks nothing up for a run that is refused: no transform holds lookups back, and theirs would be further errors. */
function afterCheck<T extends object>(database: T): T {
    if (!("existing" in database)) {
        return database;
    }
    const existing = database.existing as { readonly identifier: string };
    const identifier = checked.then(
        () => existing.identifier,
        () => new Promise<never>(() => undefined),
    );
    return { ...database, existing: { ...existing, identifier } };
}

function postgresAccess(entries: AccessSettings): Access {
    const connect = (name: string, database: pulumi.Input<string>) =>
        databaseProvider(name, { ...server, database }, connecting);
    const providers = { ...cluster(), postgresql: connect("database", platform.database) };
    const center = entries.identityCenter;
    const identityCenter = center && accountProvider("identity-center", center.role, center.region);
    const sessionSettings = new SessionSettings(open, platform.database);
    const { databaseStack, tenants } = entries;
    const sharedDatabases =
        databaseStack === undefined
            ? undefined
            : readSharedDatabases(
                  "databases",
                  {
                      stack: databaseStack,
                      further: [...new Set(tenants.flatMap((tenant) => tenant.database ?? []))],
                      clusterResourceId: platform.clusterResourceId,
                      database: platform.database,
                  },
                  checked,
              );
    return new Access(
        "keyless",
        {
            ...entries,
            platform,
            databaseAccount,
            identityCenter,
            offboarding,
            sharedDatabases,
            sessionSettings,
            existingRoles: new ExistingRoles(
                open,
                platform.database,
                connectionLogs,
                new NamedSecrets(
                    deployedSecrets(server.role, profile),
                    clusterSecrets({ ...platform, proxyUrl: settings.kubernetesProxy, role: assumed, profile }),
                ),
            ),
            provisioner: PROVISIONER,
            connect,
            caBundle: roots,
        },
        { providers, transformations: [watched.record, lockHolders, ...goingWithPlatform("postgresql")] },
    );
}

function mysqlAccess(entries: AccessSettings): MysqlAccess {
    const mysql = mysqlProvider("database", { host: platform.endpoint, port: platform.port }, connecting);
    const protect = typeof settings.platform === "string" || settings.platform.database.protect;
    return new MysqlAccess(
        "keyless",
        { ...entries, platform, databaseAccount, caBundle: roots, protect },
        { providers: { ...cluster(), mysql }, transformations: [watched.record, ...goingWithPlatform("mysql")] },
    );
}

function goingWithPlatform(packageName: string): pulumi.ResourceTransformation[] {
    return own !== undefined && ownsDatabase ? [deletedWithDatabase(own, packageName)] : [];
}

/** Ranges of the networks that a platform makes. */
function rangesOf(platform: Settings["platform"]): Readonly<Record<string, string>> | undefined {
    if (typeof platform === "string" || !("network" in platform)) {
        return undefined;
    }
    const { network, replica, databaseAccount } = platform;
    return {
        ...(!("existing" in network) && { network: network.cidr }),
        ...(replica && { replica: replica.cidr }),
        ...(databaseAccount && { databaseAccount: databaseAccount.cidr }),
    };
}

/** The provider of a platform that has Kubernetes. */
function cluster(): Record<string, kubernetes.Provider> {
    const way = { proxyUrl: settings.kubernetesProxy, profile, role: assumed };
    return own instanceof ServerPlatform
        ? {}
        : {
              kubernetes: new kubernetes.Provider(
                  "kubernetes",
                  {
                      kubeconfig: platform.kubeconfig.apply((text) => deployersKubeconfig(text, way)),
                      // Whatever else the kubeconfig says, the objects are in the same cluster: without it, another proxy
                      // would replace them all.
                      clusterIdentifier: platform.kubernetesArn,
                      // Or PULUMI_K8S_ENABLE_PATCH_FORCE would take another role's annotation from a service account that exists.
                      enablePatchForce: false,
                  },
                  // The API is reached by rules that the platform makes last, and until its objects are deleted.
                  { dependsOn: own === undefined ? [] : [own] },
              ),
          };
}

const temporary =
    settings.access &&
    settings.access.developers.length > 0 &&
    new Developers(
        "keyless-developers",
        {
            entries: settings.access.developers,
            securityGroupId: platform.temporarySecurityGroupId,
            port: platform.port,
            routedCidrs: platform.routedCidrs,
            output: "developers",
        },
        { ...watching, providers: databaseAccount ? [databaseAccount] : [] },
    );

/** Resolves when every tenant is declared. */
const declared: Promise<readonly (TenantOutput | MysqlTenantOutput)[]> = access?.tenants ?? Promise.resolve([]);

// After everything that it watches.
const alarms = declared.then(() => settings.alarms && makeAlarms(settings.alarms));

function makeAlarms({ trail, keepDays = 365, failedLogins = 1, ...rest }: NonNullable<Settings["alarms"]>): Alarms {
    const accounts = [
        { place: "" },
        ...(databaseAccount ? [{ place: "database-account", provider: databaseAccount }] : []),
    ];
    const places = own?.monitored ?? accounts.map((account) => ({ ...account, databases: [], account: {} }));
    return new Alarms("keyless-audit", {
        ...rest,
        trail: trail === ownTrail ? { keepDays } : trail,
        failedLogins,
        places,
        watched,
    });
}

// The platform's outputs: a contract that other stacks read (components/platform/contract.ts).

export const {
    endpoint,
    readerEndpoint,
    port,
    database,
    engineVersion,
    maxConnections,
    serviceEndpoint,
    serviceReaderEndpoint,
    replicaEndpoint,
    clusterArn,
    clusterResourceId,
    temporarySecurityGroupId,
    routedCidrs,
    databaseCidrs,
    endpointCidrs,
    kubeconfig,
    kubernetesArn,
    oidcProviderArn,
    oidcIssuer,
    podSecurityGroupIds,
    fargateNamespaces,
} = platform;
/** What `rds-db:connect` names for services: `arn` and `resourceId` of the proxy or the database, and of the copy. */
export const connectTargets = platform.targets;
/** Name of the role with which the proxy signs in; empty where there is no proxy. */
export const proxyRole = platform.proxy?.roleName ?? "";

// What cannot change: the next run compares its config with it.

/** Ranges of the stack's networks; a platform stack's only. */
export const networkCidrs = rangesOf(settings.platform);
/** Id of the network, if it was there before the stack. */
export const existingVpcId = own instanceof Platform ? own.existingVpcId : undefined;
/** ARN of the Kubernetes cluster, if it was there before the stack. */
export const existingClusterArn = own instanceof Platform ? own.existingClusterArn : undefined;
/** Name of the stack whose platform this one uses. */
export const platformStack = typeof settings.platform === "string" ? settings.platform : undefined;

/** Identifier of the platform's database, if it exists and is not the stack's. */
export const existingDatabase = existingDatabaseOf(settings)?.identifier;

// What people use.

/** ARN of the secret that `keyless bootstrap` reads once, empty if RDS manages none; a platform stack's only. */
export const masterSecretArn = own?.masterSecretArn;
/** The security group of whatever may reach the database, for services outside Kubernetes; a platform stack's only. */
export const appSecurityGroupId = own instanceof Platform ? own.appSecurityGroupId : undefined;
/** The security group of a host in the network that runs `pulumi up`; a platform stack's only. */
export const deployerSecurityGroupId = own instanceof Platform ? own.deployerSecurityGroupId : undefined;
/** The route table of the database's subnets, for a route to developers in another network; a platform stack's only. */
export const databaseRouteTableId = own instanceof Platform ? own.databaseRouteTableId : undefined;
const bastion = own instanceof Platform ? own.bastion : undefined;
/** The instance through which people and pipelines reach the database, if there is one. */
export const bastionInstanceId = bastion?.instanceId;
/** ARN of the policy that permits it. */
export const bastionPolicyArn = bastion?.sessions.policyArn;
/** ARN of the policy that permits a shell on it. */
export const bastionShellPolicyArn = bastion?.sessions.shellPolicyArn;
/** Documents of Systems Manager for `npm run tunnel`: a shell, a port that leads to the database, a SOCKS proxy. */
export const bastionDocuments = bastion && {
    shell: bastion.sessions.shellDocument,
    tunnel: bastion.sessions.tunnelDocument,
    socks: bastion.sessions.socksDocument,
};
/** Who may reach which schema as which user, through which role. */
export const tenants = declared;
/** The group whose members may connect, of each database; for stacks that name this one in `access.databaseStack`. */
export const databaseGroups = access instanceof Access ? access.databaseGroups : undefined;
/** Who reaches the database from an address of their own, and until when. */
export const developers = temporary ? temporary.entries : [];
/** ARNs of the topics to which alarms go, one for each region and account; the stack's own comes first. */
export const alarmTopicArns = alarms.then((made) => made?.topicArns ?? []);
/** Name of the log group of the trail whose events raise alarms. */
export const trailLogGroup = alarms.then((made) => made?.trailLogGroup);
/** A line for a shell that connects as the provisioner: psql's for PostgreSQL, mysql's for MySQL. */
export const psql = pulumi
    .all([platform.endpoint, platform.port, platform.database, region])
    .apply(([host, port, database, region]) =>
        (engine === "mysql" ? mysqlLine : psqlLine)({ host, port, database, region, caBundle }, PROVISIONER),
    );
