import * as pulumi from "@pulumi/pulumi";
import type { MonitoredPlace } from "../alarms/alarms";
import { enginePorts } from "../engines";
import { bastionReach, type BastionArgs } from "../people/bastion";
import { DeployerGroup, reachTier } from "../security/deployerGroup";
import { routedCidrs } from "../security/developerRoutes";
import type { Tier } from "../security/databaseTier";
import { ThreeTiers } from "../security/threeTiers";
import { AnotherAccount } from "./anotherAccount";
import { AnotherRegion } from "./anotherRegion";
import type { PlatformContract } from "./contract";
import { contractOf, placeDatabase, type OfDatabase, type PlatformDatabaseArgs, type Surroundings } from "./placement";
import type { NetworkPart } from "./networkPart";
import type { PlatformArgs } from "./platformArgs";

/** The database of a platform, and the groups of its clients. */
export interface DatabasePart {
    /** The security group of clients of the database. */
    readonly appId: pulumi.Output<string>;
    readonly deployers: DeployerGroup;
    /** How a bastion reaches the database. */
    readonly bastion: Pick<BastionArgs, "reach" | "databasePort" | "endpoint">;
    readonly contract: Pick<
        PlatformContract,
        OfDatabase | "replicaEndpoint" | "targets" | "databaseAccount" | "routedCidrs" | "databaseCidrs"
    >;
    /** ARN of the secret that contains the password of the database's master; empty if RDS does not manage it. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** The route table of the database's subnets, if the program creates it. */
    readonly routeTableId: pulumi.Output<string> | undefined;
    /** What the alarms monitor. */
    readonly monitored: readonly MonitoredPlace[];
}

/** Where a platform's database is, and who reaches it. */
export interface DatabaseSurroundings {
    readonly network: NetworkPart;
    /** Groups that exist and whose members reach the database. */
    readonly existingClients: readonly Tier[];
    readonly logs: NonNullable<Surroundings["logs"]>;
}

/** Creates a platform's database in its tier, here or in another account, with its copy in another region. */
export function makeDatabasePart(
    name: string,
    args: PlatformArgs & { readonly database: PlatformDatabaseArgs },
    { network, existingClients, logs }: DatabaseSurroundings,
    parent: pulumi.Resource,
): DatabasePart {
    const databasePort = enginePorts[args.database.engine ?? "postgres"];
    const peered = () => ({ vpcId: network.vpcId, ...peerable(network) });
    const other =
        args.databaseAccount &&
        new AnotherAccount(
            `${name}-database-account`,
            { ...args.databaseAccount, app: peered(), logDays: args.logDays },
            { parent },
        );
    const elsewhere = other?.place;
    const tiers = new ThreeTiers(
        `${name}-tiers`,
        {
            vpcId: network.vpcId,
            webFrom: args.network.webFrom,
            databasePort,
            proxy: args.database.proxy,
            elsewhere,
            existingClients,
        },
        { parent },
    );
    const deployers = new DeployerGroup(
        `${name}-deployers`,
        { vpcId: network.vpcId, reach: reachTier(tiers, databasePort, elsewhere) },
        { parent },
    );
    const placed = placeDatabase(
        `${name}-database`,
        { ...args.database, replicated: args.replica !== undefined },
        {
            subnetIds: other?.subnetIds ?? network.isolatedSubnetIds,
            zones: other?.zones ?? network.isolatedZones,
            tier: tiers,
            logs: other?.logs ?? logs,
        },
        // Waiting for the endpoint includes waiting for the rules that admit the client.
        { parent, dependsOn: [tiers, deployers], ...(other && { providers: [other.provider] }) },
    );
    const { database } = placed;
    const replica =
        args.replica &&
        new AnotherRegion(
            `${name}-replica`,
            {
                ...args.replica,
                source: database,
                database: args.database,
                port: databasePort,
                app: { ...peered(), securityGroupId: tiers.appId },
                logDays: args.logDays,
            },
            { parent },
        );
    const { masterSecretArn } = database;
    const databases = [placed.monitored];
    return {
        appId: tiers.appId,
        deployers,
        bastion: {
            reach: bastionReach({ securityGroupId: tiers.databaseId, owner: elsewhere }, databasePort),
            databasePort,
            endpoint: database.endpoint,
        },
        contract: {
            ...contractOf(args.database, placed, tiers.temporaryId),
            replicaEndpoint: replica?.endpoint ?? pulumi.output(""),
            targets: pulumi.output([
                placed.target,
                ...(replica ? [{ arn: replica.arn, resourceId: replica.resourceId }] : []),
            ]),
            databaseAccount: other?.provider,
            routedCidrs: pulumi.output([
                ...(network.ranges === undefined
                    ? []
                    : routedCidrs(args.databaseAccount?.cidr ?? network.ranges.own, network.ranges.routed)),
            ]),
            databaseCidrs: network.isolatedCidrs.apply((own) => [
                ...(other?.databaseCidrs ?? own),
                ...(replica?.databaseCidrs ?? []),
            ]),
        },
        masterSecretArn,
        routeTableId: other?.routeTableId ?? network.isolatedRouteTableId,
        monitored: [
            ...(other === undefined
                ? [{ place: "", databases, account: { logs, masterSecretArn } }]
                : [
                      { place: "", databases: [], account: { logs } },
                      {
                          place: "database-account",
                          provider: other.provider,
                          databases,
                          account: { logs: other.logs, masterSecretArn },
                      },
                  ]),
            ...(replica === undefined ? [] : [replica.monitored]),
        ],
    };
}

/** @throws when the network exists already: its route tables are not changed */
function peerable({ app }: NetworkPart): NonNullable<NetworkPart["app"]> {
    if (app === undefined) {
        throw new pulumi.InputPropertyError({
            propertyPath: "network",
            reason: "a peering needs routes in a network that the program creates",
        });
    }
    return app;
}
