import * as pulumi from "@pulumi/pulumi";
import { LogKey } from "../audit/logKey";
import { EksCluster, type EksClusterArgs } from "../cluster/eksCluster";
import type { AppTier } from "../cluster/vocabulary";
import { makeDatabase, type AnyDatabaseArgs } from "../database/makeDatabase";
import { enginePorts } from "../database/vocabulary";
import { Network, type NetworkArgs } from "../network/network";
import { ThreeTiers, type ThreeTiersArgs } from "../security/threeTiers";
import type { PlatformContract } from "./contract";

export interface PlatformArgs {
    readonly network: Omit<NetworkArgs, "flowLogs"> & Pick<ThreeTiersArgs, "webFrom">;
    readonly cluster: Omit<EksClusterArgs, "vpcId" | "privateSubnetIds" | "appSecurityGroupId" | "logs">;
    readonly database: Omit<AnyDatabaseArgs, "subnetIds" | "securityGroupIds" | "logs">;
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
    readonly clusterArn: pulumi.Output<string>;
    readonly clusterResourceId: pulumi.Output<string>;
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

    constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:platform:Platform", name, {}, opts);
        const logKey = new LogKey(`${name}-logs`, { parent: this });
        const logs = { kmsKeyArn: logKey.arn, retentionInDays: args.logDays };
        const network = new Network(`${name}-network`, { ...args.network, flowLogs: logs }, { parent: this });
        const tiers = new ThreeTiers(
            `${name}-tiers`,
            { vpcId: network.vpcId, webFrom: args.network.webFrom, databasePort: enginePorts[args.database.engine ?? "postgres"] },
            { parent: this },
        );
        const database = makeDatabase(
            `${name}-database`,
            { ...args.database, subnetIds: network.isolatedSubnetIds, securityGroupIds: [tiers.databaseId], logs },
            // Whoever waits for the endpoint waits for the rules that let him in.
            { parent: this, dependsOn: [tiers] },
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
        this.endpoint = database.endpoint;
        this.readerEndpoint = database.readerEndpoint;
        this.port = database.port;
        this.database = pulumi.output(args.database.databaseName);
        this.engineVersion = pulumi.output(args.database.engineVersion);
        this.clusterArn = database.arn;
        this.clusterResourceId = database.resourceId;
        this.masterSecretArn = database.masterSecretArn;
        this.appSecurityGroupId = tiers.appId;
        this.databaseCidrs = pulumi.output([...network.isolatedCidrs]);
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
