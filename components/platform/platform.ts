import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AuditedPlace } from "../audit/audit";
import { LogKey } from "../audit/logKey";
import { EksCluster, type EksClusterArgs } from "../cluster/eksCluster";
import type { AppTier } from "../cluster/vocabulary";
import { leastConnections } from "../database/capacity";
import { enginePorts } from "../database/vocabulary";
import type { ConnectTarget, ProxyGrant } from "../identity/grantConnect";
import { Network, type NetworkArgs } from "../network/network";
import { tierRange } from "../network/subnets";
import { Bastion } from "../people/bastion";
import { ThreeTiers, type ThreeTiersArgs } from "../security/threeTiers";
import { AnotherAccount, type DatabaseAccountArgs } from "./anotherAccount";
import { AnotherRegion, type ReplicaArgs } from "./anotherRegion";
import type { PlatformContract } from "./contract";
import { placeDatabase, type PlatformDatabaseArgs } from "./placement";

export interface PlatformArgs {
    readonly network: Omit<NetworkArgs, "flowLogs"> & Pick<ThreeTiersArgs, "webFrom">;
    readonly cluster: Omit<EksClusterArgs, "vpcId" | "privateSubnetIds" | "appSecurityGroupId" | "logs">;
    readonly database: PlatformDatabaseArgs;
    /**
     * A copy of the database in another region.
     * @default - none
     */
    readonly replica?: ReplicaArgs | undefined;
    /**
     * Another account for the database, with a network of its own there.
     * @default - the program's own account and network
     */
    readonly databaseAccount?: DatabaseAccountArgs | undefined;
    /**
     * Make a host through which people and pipelines reach the database.
     * @default false
     */
    readonly bastion?: boolean;
    /** How many days logs are kept. */
    readonly logDays: number;
}

/** What a team makes once: a network, its three tiers, a Kubernetes cluster in the app tier, a database in its own. */
export class Platform extends pulumi.ComponentResource implements PlatformContract {
    readonly endpoint: pulumi.Output<string>;
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly database: pulumi.Output<string>;
    readonly engineVersion: pulumi.Output<string>;
    readonly maxConnections: pulumi.Output<number>;
    readonly serviceEndpoint: pulumi.Output<string>;
    readonly serviceReaderEndpoint: pulumi.Output<string>;
    readonly replicaEndpoint: pulumi.Output<string>;
    readonly clusterArn: pulumi.Output<string>;
    readonly clusterResourceId: pulumi.Output<string>;
    readonly targets: pulumi.Output<readonly pulumi.Unwrap<ConnectTarget>[]>;
    readonly proxy: ProxyGrant | undefined;
    readonly temporarySecurityGroupId: pulumi.Output<string>;
    /** ARN of the secret that holds the password of the database's master. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** The security group of whatever may reach the database. */
    readonly appSecurityGroupId: pulumi.Output<string>;
    readonly databaseCidrs: pulumi.Output<string[]>;
    readonly endpointCidrs: pulumi.Output<string[]>;
    readonly kubeconfig: pulumi.Output<string>;
    readonly kubernetesArn: pulumi.Output<string>;
    readonly oidcProviderArn: pulumi.Output<string>;
    readonly oidcIssuer: pulumi.Output<string>;
    readonly appTier: AppTier;
    readonly podSecurityGroupIds: pulumi.Output<string[]>;
    readonly databaseAccount: aws.Provider | undefined;
    readonly bastion: Bastion | undefined;
    readonly bastionPolicyArn: pulumi.Output<string> | undefined;
    readonly bastionShellPolicyArn: pulumi.Output<string> | undefined;
    /** Where there is something to tell of. */
    readonly audited: readonly AuditedPlace[];

    constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:platform:Platform", name, {}, opts);
        const logKey = new LogKey(`${name}-logs`, { parent: this });
        const logs = { kmsKeyArn: logKey.arn, retentionInDays: args.logDays };
        const network = new Network(`${name}-network`, { ...args.network, flowLogs: logs }, { parent: this });
        const databasePort = enginePorts[args.database.engine ?? "postgres"];
        const app = { vpcId: network.vpcId, routeTableIds: network.privateRouteTableIds, range: tierRange(args.network.cidr, "private") };
        const other =
            args.databaseAccount && new AnotherAccount(`${name}-database-account`, { ...args.databaseAccount, app, logDays: args.logDays }, { parent: this });
        const elsewhere = other?.place;
        const tiers = new ThreeTiers(
            `${name}-tiers`,
            { vpcId: network.vpcId, webFrom: args.network.webFrom, databasePort, proxy: args.database.proxy, elsewhere },
            { parent: this },
        );
        const placed = placeDatabase(
            `${name}-database`,
            args.database,
            { subnetIds: other?.subnetIds ?? network.isolatedSubnetIds, tier: tiers, logs: other?.logs ?? logs },
            // Whoever waits for the endpoint waits for the rules that let him in.
            { parent: this, dependsOn: [tiers], ...(other && { providers: [other.provider] }) },
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
            // Nodes without a way to EKS and to the images never join.
            { parent: this, dependsOn: [network] },
        );
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
                    endpoint: database.endpoint,
                    logs,
                },
                // Without a way out it would never be known to Systems Manager.
                { parent: this, dependsOn: [network] },
            );
        }
        this.bastionPolicyArn = this.bastion?.policyArn;
        this.bastionShellPolicyArn = this.bastion?.shellPolicyArn;
        const { masterSecretArn } = database;
        const databases = [placed.audited];
        this.audited = [
            ...(other === undefined
                ? [{ place: "", databases, account: { logs, masterSecretArn } }]
                : [
                      { place: "", databases: [], account: { logs } },
                      { place: "database-account", provider: other.provider, databases, account: { logs: other.logs, masterSecretArn } },
                  ]),
            ...(replica === undefined ? [] : [replica.audited]),
        ];
        this.endpoint = database.endpoint;
        this.readerEndpoint = database.readerEndpoint;
        this.port = database.port;
        this.database = pulumi.output(args.database.databaseName);
        this.engineVersion = pulumi.output(args.database.engineVersion);
        this.maxConnections = pulumi.output(leastConnections(args.database) ?? 0);
        this.serviceEndpoint = placed.serviceEndpoint;
        this.serviceReaderEndpoint = placed.serviceReaderEndpoint;
        this.replicaEndpoint = replica?.endpoint ?? pulumi.output("");
        this.targets = pulumi.output([placed.target, ...(replica ? [{ arn: replica.arn, resourceId: replica.resourceId }] : [])]);
        this.proxy = placed.proxy;
        this.temporarySecurityGroupId = tiers.temporaryId;
        this.clusterArn = database.arn;
        this.clusterResourceId = database.resourceId;
        this.masterSecretArn = masterSecretArn;
        this.appSecurityGroupId = tiers.appId;
        this.databaseAccount = other?.provider;
        this.databaseCidrs = pulumi.output([...(other?.databaseCidrs ?? network.isolatedCidrs), ...(replica?.databaseCidrs ?? [])]);
        this.endpointCidrs = pulumi.output([...network.endpointCidrs]);
        this.kubeconfig = cluster.kubeconfig;
        this.kubernetesArn = cluster.arn;
        this.oidcProviderArn = cluster.oidcProviderArn;
        this.oidcIssuer = cluster.oidcIssuer;
        this.appTier = args.cluster.appTier ?? "nodes";
        this.podSecurityGroupIds = cluster.podSecurityGroupIds;
        this.registerOutputs({ endpoint: this.endpoint, clusterResourceId: this.clusterResourceId });
    }
}
