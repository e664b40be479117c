import * as pulumi from "@pulumi/pulumi";
import { readVersion } from "../engines";
import { lookUpDatabase, type ExistingDatabase } from "../database/existingDatabase";
import type { FoundDatabase } from "../database/foundDatabase";
import { accountLookups } from "../identity/accountLookups";
import { accountProvider } from "../identity/accountProvider";
import { DeployerGroup } from "../security/deployerGroup";
import { reachExisting, type AdmittingGroup, type ExistingTarget } from "../security/existingTarget";
import { ServiceTiers } from "../security/threeTiers";
import type { DatabasePart, DatabaseSurroundings } from "./databasePart";
import type { ExistingPlatformDatabaseArgs, PlatformArgs } from "./platformArgs";

/**
 * A database that exists: it is looked up, and only what the arguments name is added to it, each addition a resource of its own. The
 * clients' groups let out traffic to its addresses.
 */
export function existingDatabasePart(
    name: string,
    { network: { webFrom } }: Pick<PlatformArgs, "network">,
    args: ExistingPlatformDatabaseArgs,
    { network: { vpcId }, existingClients, logs }: DatabaseSurroundings,
    parent: pulumi.Resource,
): DatabasePart {
    const { kind, engine, databaseName, existing } = args;
    const { region } = accountLookups(parent);
    const provider =
        existing.role === undefined
            ? undefined
            : accountProvider(`${name}-database-account`, existing.role, region, { parent });
    const database = lookUpDatabase({ ...existing, kind, engine }, { parent, provider });
    const { found, proxy, replicas } = database;
    const elsewhere = provider && {
        provider,
        clientsAccount: accountLookups(parent).accountId,
    };
    const admittedBy = (group: string | undefined): AdmittingGroup | undefined =>
        group === undefined ? undefined : { securityGroupId: group, elsewhere };
    const own: ExistingTarget = {
        tier: "database",
        cidrs: database.cidrs,
        admittedBy: admittedBy(existing.addRulesTo),
    };
    const front: readonly ExistingTarget[] = proxy
        ? [{ tier: "proxy", cidrs: proxy.cidrs, admittedBy: admittedBy(existing.addProxyRulesTo) }]
        : [];
    const copies = replicas.map(({ replica: { region }, cidrs }) => ({ tier: "copy", region, cidrs }));
    const reach = (...targets: readonly ExistingTarget[]) => reachExisting(targets, found.port);
    const [first = own] = front;
    const tiers = new ServiceTiers(
        `${name}-tiers`,
        { vpcId, webFrom, existingClients, reach: reach(first, ...copies) },
        { parent },
    );
    const deployers = new DeployerGroup(`${name}-deployers`, { vpcId, reach: reach(own, ...front) }, { parent });
    // What reads the resources alone knows no lookup.
    new pulumi.Stash(`${name}-database`, { input: { existingDatabase: recordOf(args, database) } }, { parent });
    const { arn, resourceId, port } = found;
    const target = { arn, resourceId };
    const { endpoint, readerEndpoint } = found;
    return {
        appId: tiers.appId,
        deployers,
        bastion: { reach: reach(own), databasePort: port, endpoint },
        contract: {
            endpoint,
            readerEndpoint,
            port,
            serviceEndpoint: proxy?.endpoint ?? endpoint,
            // A proxy's further endpoints are not looked up.
            serviceReaderEndpoint: proxy?.endpoint ?? readerEndpoint,
            replicaEndpoint: replicas[0]?.found.readerEndpoint ?? pulumi.output(""),
            database: pulumi.output(databaseName),
            engineVersion: found.engineVersion.apply((version) => readVersion(engine, version).major),
            maxConnections: pulumi.output(0),
            clusterArn: arn,
            clusterResourceId: resourceId,
            targets: pulumi.output([
                proxy === undefined ? target : { arn: proxy.arn, resourceId: proxy.resourceId },
                ...replicas.map(({ found: copy }) => ({ arn: copy.arn, resourceId: copy.resourceId })),
            ]),
            proxy: proxy && args.proxy ? { roleName: proxy.roleName, target } : undefined,
            temporarySecurityGroupId: pulumi.output(""),
            databaseAccount: provider,
            routedCidrs: pulumi.output<string[]>([]),
            databaseCidrs: pulumi
                .all([database, ...(proxy ? [proxy] : []), ...replicas].map(({ cidrs }) => cidrs))
                .apply((cidrs) => [...new Set(cidrs.flat())]),
        },
        masterSecretArn: found.masterSecretArn,
        routeTableId: undefined,
        // The logs of a database that exists are not filtered for refused logins.
        monitored: [
            { place: "", databases: [], account: { logs } },
            ...(provider ? [{ place: "database-account", provider, databases: [], account: {} }] : []),
        ],
    };
}

/** What access/databases/existing.ts reads. */
function recordOf(
    { kind, engine, databaseName }: ExistingPlatformDatabaseArgs,
    { found, replicas, proxy }: ExistingDatabase,
): pulumi.Output<unknown> {
    const common = ({ identifier, arn, resourceId, endpoint, readerEndpoint, securityGroupIds }: FoundDatabase) => ({
        ...{ identifier, arn, resourceId, endpoint, readerEndpoint },
        securityGroupIds: [...securityGroupIds].sort(),
    });
    return pulumi
        .all([found, pulumi.all(replicas.map((replica) => replica.found)), proxy?.found])
        .apply(([database, copies, front]) => ({
            ...common(database),
            ...{ kind, database: databaseName, engine: database.engine, port: database.port, iam: database.iam },
            // AWS applies minor versions.
            engineVersion: readVersion(engine, database.engineVersion).major,
            masterUsername: database.masterUsername,
            replicas: copies.map(common),
            ...(front && {
                proxy: {
                    ...{ name: front.name, arn: front.arn, endpoint: front.endpoint, roleArn: front.roleArn },
                    ...{ requireTls: front.requireTls, securityGroupIds: [...front.vpcSecurityGroupIds].sort() },
                },
            }),
        }));
}
