import * as pulumi from "@pulumi/pulumi";
import type { MonitoredPlace } from "../alarms/alarms";
import { LogKey } from "../alarms/logKey";
import { EksCluster, type EksClusterArgs } from "../cluster/eksCluster";
import { enginePorts } from "../engines";
import { Network, type NetworkArgs } from "../network/network";
import { tierRange } from "../network/subnets";
import { Bastion } from "../people/bastion";
import { DeployerGroup } from "../security/deployerGroup";
import { routedCidrs } from "../security/developerRoutes";
import { ThreeTiers, type ThreeTiersArgs } from "../security/threeTiers";
import { AnotherAccount, type DatabaseAccountArgs } from "./anotherAccount";
import { AnotherRegion, type ReplicaArgs } from "./anotherRegion";
import type { PlatformContract } from "./contract";
import { contractOf, placeDatabase, type PlatformDatabaseArgs } from "./placement";
import { registerIssuer } from "./registeredIssuer";

export interface PlatformArgs {
    readonly network: Omit<NetworkArgs, "flowLogs"> &
        Pick<ThreeTiersArgs, "webFrom"> & {
            /**
             * Ranges of other networks to which the database's subnets get a route elsewhere.
             * @default - none
             */
            readonly routedRanges?: readonly string[] | undefined;
        };
    readonly cluster: Omit<EksClusterArgs, "vpcId" | "privateSubnetIds" | "appSecurityGroupId" | "logs">;
    readonly database: PlatformDatabaseArgs;
    /**
     * A copy of the database in another region.
     * @default - none
     */
    readonly replica?: ReplicaArgs | undefined;
    /**
     * Another account for the database, with a separate network there.
     * @default - the program's own account and network
     */
    readonly databaseAccount?: DatabaseAccountArgs | undefined;
    /**
     * Whether to create a host through which people and pipelines reach the database.
     * @default false
     */
    readonly bastion?: boolean;
    /** Retention of logs, in days. */
    readonly logDays: number;
}

/** The part that a team creates once: a network, its three tiers, a Kubernetes cluster in the app tier and a database in its tier. */
export class Platform extends pulumi.ComponentResource {
    /** The outputs that access stacks use. */
    readonly contract: PlatformContract;
    /** ARN of the secret that contains the password of the database's master. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** The security group of clients of the database. */
    readonly appSecurityGroupId: pulumi.Output<string>;
    /** The security group of a host that runs the program. */
    readonly deployerSecurityGroupId: pulumi.Output<string>;
    /** The route table of the database's subnets. It has no route out of the network. */
    readonly databaseRouteTableId: pulumi.Output<string>;
    readonly bastion: Bastion | undefined;
    /** What the alarms monitor. */
    readonly monitored: readonly MonitoredPlace[];

    constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:platform:Platform", name, {}, opts);
        const logKey = new LogKey(`${name}-logs`, { parent: this });
        const logs = { kmsKeyArn: logKey.arn, retentionInDays: args.logDays };
        const network = new Network(`${name}-network`, { ...args.network, flowLogs: logs }, { parent: this });
        const databasePort = enginePorts[args.database.engine ?? "postgres"];
        const app = {
            vpcId: network.vpcId,
            routeTableIds: network.privateRouteTableIds,
            range: tierRange(args.network.cidr, "private"),
        };
        const other =
            args.databaseAccount &&
            new AnotherAccount(
                `${name}-database-account`,
                { ...args.databaseAccount, app, logDays: args.logDays },
                { parent: this },
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
            },
            { parent: this },
        );
        const deployers = new DeployerGroup(
            `${name}-deployers`,
            { vpcId: network.vpcId, database: tiers, databasePort, elsewhere },
            { parent: this },
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
            { parent: this, dependsOn: [tiers, deployers], ...(other && { providers: [other.provider] }) },
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
                    app: { ...app, securityGroupId: tiers.appId },
                    logDays: args.logDays,
                },
                { parent: this },
            );
        const cluster = new EksCluster(
            `${name}-cluster`,
            {
                ...args.cluster,
                vpcId: network.vpcId,
                privateSubnetIds: network.privateSubnetIds,
                appSecurityGroupId: tiers.appId,
                logs,
            },
            // Nodes without a route to EKS and to the images never join the cluster.
            { parent: this, dependsOn: [network] },
        );
        deployers.admitToApi(cluster);
        const [subnetId] = network.privateSubnetIds;
        if (args.bastion === true && subnetId !== undefined) {
            this.bastion = new Bastion(
                `${name}-bastion`,
                {
                    vpcId: network.vpcId,
                    subnetId,
                    databaseSecurityGroupId: tiers.databaseId,
                    endpointsSecurityGroupId: network.endpointsSecurityGroupId,
                    elsewhere,
                    databasePort,
                    api: { host: cluster.apiHost, securityGroupId: cluster.securityGroupId },
                    endpoint: database.endpoint,
                    logs,
                },
                // Without an outbound route it would never register with Systems Manager.
                { parent: this, dependsOn: [network] },
            );
        }
        const { masterSecretArn } = database;
        const databases = [placed.monitored];
        this.monitored = [
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
        ];
        this.masterSecretArn = masterSecretArn;
        this.appSecurityGroupId = tiers.appId;
        this.databaseRouteTableId = other?.routeTableId ?? network.isolatedRouteTableId;
        this.deployerSecurityGroupId = deployers.groupId;
        this.contract = {
            ...contractOf(args.database, placed, tiers.temporaryId),
            replicaEndpoint: replica?.endpoint ?? pulumi.output(""),
            targets: pulumi.output([
                placed.target,
                ...(replica ? [{ arn: replica.arn, resourceId: replica.resourceId }] : []),
            ]),
            databaseAccount: other?.provider,
            routedCidrs: pulumi.output([
                ...routedCidrs(args.databaseAccount?.cidr ?? args.network.cidr, args.network.routedRanges),
            ]),
            databaseCidrs: pulumi.output([
                ...(other?.databaseCidrs ?? network.isolatedCidrs),
                ...(replica?.databaseCidrs ?? []),
            ]),
            endpointCidrs: pulumi.output([...network.endpointCidrs]),
            kubeconfig: cluster.kubeconfig,
            kubernetesArn: cluster.arn,
            oidcProviderArn: other
                ? registerIssuer(name, { issuer: cluster.oidcIssuer, provider: other.provider }, this)
                : cluster.oidcProviderArn,
            oidcIssuer: cluster.oidcIssuer,
            appTier: args.cluster.appTier ?? "nodes",
            podSecurityGroupIds: cluster.podSecurityGroupIds,
            bastionPolicyArn: this.bastion?.sessions.policyArn,
            bastionShellPolicyArn: this.bastion?.sessions.shellPolicyArn,
        };
        this.registerOutputs({ endpoint: database.endpoint, clusterResourceId: database.resourceId });
    }
}
