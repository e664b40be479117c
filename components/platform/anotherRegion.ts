import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoredPlace } from "../alarms/alarms";
import { LogKey } from "../alarms/logKey";
import type { Database } from "../database/database";
import { makeDatabase, type AnyDatabaseArgs } from "../database/makeDatabase";
import { accountLookups } from "../identity/accountLookups";
import { IsolatedNetwork } from "../network/isolatedNetwork";
import { Peering } from "../network/peering";
import { tierRange } from "../network/subnets";
import { securityGroup, tcp } from "../security/databaseTier";

export interface ReplicaArgs {
    /** Name of the other region. */
    readonly region: string;
    /** CIDR range of the network there, which must not overlap this network's. */
    readonly cidr: string;
    /**
     * The number of availability zones to use there.
     * @default 2
     */
    readonly zones?: number | undefined;
    /**
     * The number of standby instances there in addition to the first; Aurora only.
     * @default 0
     */
    readonly readers?: number | undefined;
}

export interface AnotherRegionArgs extends ReplicaArgs {
    /** The database to copy. */
    readonly source: Database & pulumi.Resource;
    /** Its properties, which the copy shares. */
    readonly database: Omit<
        AnyDatabaseArgs,
        "subnetIds" | "zones" | "securityGroupIds" | "readers" | "copyOf" | "sourceVersion" | "logs"
    >;
    /** The TCP port of the engine. */
    readonly port: number;
    /** The clients of the copy: the app tier here. */
    readonly app: {
        readonly vpcId: pulumi.Input<string>;
        readonly securityGroupId: pulumi.Input<string>;
        readonly routeTableIds: readonly pulumi.Input<string>[];
        /** CIDR range of its subnets. */
        readonly range: string;
    };
    /** Retention of logs, in days. */
    readonly logDays: number;
}

/**
 * A copy of a database in another region, encrypted with a separate key: an Aurora global database, or an instance's read
 * replica. Only the app tier here reaches it, through a peering and on the engine's port; nothing there can connect to this network.
 */
export class AnotherRegion extends pulumi.ComponentResource {
    /** Host name of the copy's instances. */
    readonly endpoint: pulumi.Output<string>;
    /** ARN of the copy, which contains its region. */
    readonly arn: pulumi.Output<string>;
    /** The copy's `cluster-…` or `db-…` id. */
    readonly resourceId: pulumi.Output<string>;
    /** CIDR ranges of the subnets that contain the copy. */
    readonly databaseCidrs: readonly string[];
    /** The copy, whose refused logins raise alarms there. */
    readonly monitored: MonitoredPlace;

    constructor(name: string, args: AnotherRegionArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:platform:AnotherRegion", name, {}, opts);
        const { source, app, port, region } = args;
        const provider = new aws.Provider(
            name,
            {
                region: region as aws.Region,
                // If the default provider's credentials come from the stack's config, so do these …
                profile: aws.config.profile,
                assumeRoles: aws.config.assumeRoles,
                defaultTags: aws.config.defaultTags,
                // … and no other account can be used by mistake.
                allowedAccountIds: [accountLookups(this).accountId],
            },
            { parent: this },
        );
        const there = { parent: this, providers: [provider] };
        const logKey = new LogKey(`${name}-logs`, there);
        const logs = { kmsKeyArn: logKey.arn, retentionInDays: args.logDays };
        const network = new IsolatedNetwork(
            `${name}-network`,
            { cidr: args.cidr, zones: args.zones ?? 2, flowLogs: logs },
            there,
        );
        const databaseRange = tierRange(args.cidr, "isolated");
        // A rule cannot reference a group of another region: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
        const groupId = securityGroup(
            `${name}-database`,
            network.vpcId,
            "database tier: reached by the peered app tier",
            network,
        );
        new aws.vpc.SecurityGroupIngressRule(
            `${name}-database-from-app`,
            { securityGroupId: groupId, cidrIpv4: app.range, ...tcp(port), description: "from the peered app tier" },
            { parent: this, provider },
        );
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-app-to-database`,
            {
                securityGroupId: app.securityGroupId,
                cidrIpv4: databaseRange,
                ...tcp(port),
                description: "to the peered database tier",
            },
            { parent: this },
        );
        const peering = new Peering(
            `${name}-peering`,
            {
                near: { vpcId: app.vpcId, routeTableIds: app.routeTableIds, range: app.range },
                far: {
                    vpcId: network.vpcId,
                    routeTableIds: [network.routeTableId],
                    range: databaseRange,
                    region,
                    provider,
                },
            },
            { parent: this },
        );
        const origin =
            args.database.kind === "instance"
                ? { copyOf: source.arn }
                : { copyOf: this.globalDatabase(name, source), sourceVersion: source.engineVersion };
        const copy = makeDatabase(
            `${name}-database`,
            {
                ...args.database,
                readers: args.readers ?? 0,
                subnetIds: network.isolatedSubnetIds,
                zones: network.isolatedZones,
                securityGroupIds: [groupId],
                logs,
                ...origin,
            },
            { ...there, dependsOn: [peering] },
        );
        this.databaseCidrs = network.isolatedCidrs;
        const { engine = "postgres" } = args.database;
        this.monitored = {
            place: region,
            provider,
            databases: [{ name: `${name}-database`, engine, logGroups: copy.logGroups }],
        };
        this.endpoint = copy.readerEndpoint;
        this.arn = copy.arn;
        this.resourceId = copy.resourceId;
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId });
    }

    /**
     * The id of a global database created from the existing source. A global database that is created first would replace
     * the source. Removing the global database leaves both clusters unchanged.
     */
    private globalDatabase(name: string, source: AnotherRegionArgs["source"]): pulumi.Output<string> {
        return new aws.rds.GlobalCluster(
            name,
            {
                globalClusterIdentifier: source.resourceId.apply((id) => globalName(name, id)),
                sourceDbClusterIdentifier: source.arn,
                forceDestroy: true,
            },
            { parent: this, dependsOn: [source] },
        ).id;
    }
}

/** A name that is unique among the account's global databases because it contains part of the source's id. */
export function globalName(name: string, resourceId: string): string {
    return `${name}-${resourceId.slice("cluster-".length, "cluster-".length + 8).toLowerCase()}`;
}
