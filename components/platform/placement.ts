import * as pulumi from "@pulumi/pulumi";
import { DatabaseProxy } from "../database/databaseProxy";
import type { Database } from "../database/database";
import { makeDatabase, type AnyDatabaseArgs } from "../database/makeDatabase";
import type { MonitoredDatabase } from "../alarms/loginAlarms";
import type { ConnectTarget, ProxyGrant } from "../identity/grantConnect";
import { leastConnections } from "../database/capacity";
import type { DatabaseTier } from "../security/databaseTier";
import type { PlatformContract } from "./contract";

/** A database as described by a platform's config. */
export interface PlatformDatabaseArgs extends Omit<
    AnyDatabaseArgs,
    "subnetIds" | "zones" | "securityGroupIds" | "logs" | "copyOf" | "sourceVersion"
> {
    /**
     * Whether services connect through an RDS Proxy.
     * @default false
     */
    readonly proxy?: boolean | undefined;
}

export interface Surroundings {
    readonly subnetIds: pulumi.Input<string>[];
    /** Names of the subnets' zones, if the program makes them. */
    readonly zones?: pulumi.Input<string>[];
    readonly tier: DatabaseTier;
    readonly logs: AnyDatabaseArgs["logs"];
}

/** A database in its tier, and the values that services need. */
export interface PlacedDatabase {
    readonly database: Database & pulumi.ComponentResource;
    /** Host name that services connect to. */
    readonly serviceEndpoint: pulumi.Output<string>;
    readonly serviceReaderEndpoint: pulumi.Output<string>;
    /** The targets of the services' `rds-db:connect` permissions. */
    readonly target: ConnectTarget;
    /** What the proxy itself needs to sign in to the database, if there is a proxy. */
    readonly proxy: ProxyGrant | undefined;
    /** The databases whose refused logins raise alarms. */
    readonly monitored: MonitoredDatabase;
}

/** Creates a database in its tier, optionally behind a proxy. */
export function placeDatabase(
    name: string,
    args: PlatformDatabaseArgs,
    { subnetIds, zones, tier, logs }: Surroundings,
    opts: pulumi.ComponentResourceOptions,
): PlacedDatabase {
    const database = makeDatabase(
        name,
        { ...args, subnetIds, zones, securityGroupIds: [tier.databaseId, tier.temporaryId], logs },
        opts,
    );
    const { endpoint, readerEndpoint, arn, resourceId } = database;
    const monitored = { name, engine: args.engine ?? "postgres", logGroups: database.logGroups };
    if (tier.proxyId === undefined) {
        return {
            database,
            serviceEndpoint: endpoint,
            serviceReaderEndpoint: readerEndpoint,
            target: { arn, resourceId },
            proxy: undefined,
            monitored,
        };
    }
    const readers = (args.kind ?? "aurora") === "aurora" && (args.readers ?? 1) > 0;
    const proxy = new DatabaseProxy(
        `${name}-proxy`,
        { database, engine: args.engine, subnetIds, securityGroupIds: [tier.proxyId], readers, logs },
        opts,
    );
    return {
        database,
        serviceEndpoint: proxy.endpoint,
        serviceReaderEndpoint: proxy.readerEndpoint,
        target: { arn: proxy.arn, resourceId: proxy.resourceId },
        proxy: { roleName: proxy.roleName, target: { arn, resourceId } },
        monitored: { ...monitored, proxyLogGroup: proxy.logGroup },
    };
}

/** The outputs that a database alone determines. */
export type OfDatabase =
    | "endpoint"
    | "readerEndpoint"
    | "port"
    | "database"
    | "engineVersion"
    | "maxConnections"
    | "serviceEndpoint"
    | "serviceReaderEndpoint"
    | "clusterArn"
    | "clusterResourceId"
    | "proxy"
    | "temporarySecurityGroupId";

/** The outputs for a database that every platform has. */
export function contractOf(
    args: PlatformDatabaseArgs,
    placed: PlacedDatabase,
    temporarySecurityGroupId: pulumi.Output<string>,
): Pick<PlatformContract, OfDatabase> {
    const { database, serviceEndpoint, serviceReaderEndpoint, proxy } = placed;
    const { endpoint, readerEndpoint, port } = database;
    return {
        ...{ endpoint, readerEndpoint, port, serviceEndpoint, serviceReaderEndpoint, proxy, temporarySecurityGroupId },
        database: pulumi.output(args.databaseName),
        engineVersion: pulumi.output(args.engineVersion),
        maxConnections: pulumi.output(leastConnections(args) ?? 0),
        clusterArn: database.arn,
        clusterResourceId: database.resourceId,
    };
}
