import * as pulumi from "@pulumi/pulumi";
import type { MonitoredPlace } from "../alarms/alarms";
import { LogKey } from "../alarms/logKey";
import { Bastion } from "../people/bastion";
import { clientsOf, existingCluster, makeClusterPart } from "./clusterPart";
import type { PlatformContract } from "./contract";
import { makeDatabasePart } from "./databasePart";
import { makeNetworkPart } from "./networkPart";
import { existingDatabasePart } from "./existingDatabasePart";
import type { PlatformArgs } from "./platformArgs";

export type { PlatformArgs } from "./platformArgs";

/**
 * The part that a team creates once: a network, its three tiers, a Kubernetes cluster in the app tier and a database in its
 * tier. Network and cluster may exist: these are looked up, and not changed.
 */
export class Platform extends pulumi.ComponentResource {
    /** The outputs that access stacks use. */
    readonly contract: PlatformContract;
    /** ARN of the secret that contains the password of the database's master; empty if RDS does not manage it. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** The security group of clients of the database. */
    readonly appSecurityGroupId: pulumi.Output<string>;
    /** The security group of a host that runs the program. */
    readonly deployerSecurityGroupId: pulumi.Output<string>;
    /** The route table of the database's subnets, if the program creates it. It has no route out of the network. */
    readonly databaseRouteTableId: pulumi.Output<string> | undefined;
    /** Id of the network, if it exists. */
    readonly existingVpcId: pulumi.Output<string> | undefined;
    /** ARN of the Kubernetes cluster, if it exists. */
    readonly existingClusterArn: pulumi.Output<string> | undefined;
    readonly bastion: Bastion | undefined;
    /** What the alarms monitor. */
    readonly monitored: readonly MonitoredPlace[];

    constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:platform:Platform", name, {}, opts);
        const logKey = new LogKey(`${name}-logs`, { parent: this });
        const logs = { kmsKeyArn: logKey.arn, retentionInDays: args.logDays };
        const existing = existingCluster(`${name}-cluster`, args.cluster, this);
        const network = makeNetworkPart(`${name}-network`, args.network, logs, existing?.vpcId, this);
        const existingClients = clientsOf(existing, args.cluster, network.vpcId, this);
        const around = { network, existingClients, logs };
        const database =
            "existing" in args.database
                ? existingDatabasePart(name, args, args.database, around, this)
                : makeDatabasePart(name, { ...args, database: args.database }, around, this);
        const surroundings = {
            ...{ network, logs, appId: database.appId },
            databaseAccount: database.contract.databaseAccount,
        };
        const cluster = makeClusterPart(name, args.cluster, existing, surroundings, this);
        database.deployers.admitToApi(cluster.api);
        const [subnetId] = network.privateSubnetIds;
        if (args.bastion === true && subnetId !== undefined) {
            this.bastion = new Bastion(
                `${name}-bastion`,
                {
                    vpcId: network.vpcId,
                    subnetId,
                    ...database.bastion,
                    endpointsSecurityGroupId: network.endpointsSecurityGroupId,
                    api: cluster.api,
                    logs,
                },
                // Without an outbound route it would never register with Systems Manager.
                { parent: this, dependsOn: [network.resource] },
            );
        }
        this.monitored = database.monitored;
        this.masterSecretArn = database.masterSecretArn;
        this.appSecurityGroupId = database.appId;
        this.databaseRouteTableId = database.routeTableId;
        this.deployerSecurityGroupId = database.deployers.groupId;
        this.existingVpcId = "existing" in args.network ? network.vpcId : undefined;
        this.existingClusterArn = existing?.arn;
        this.contract = {
            ...database.contract,
            endpointCidrs: network.endpointCidrs,
            kubeconfig: cluster.kubeconfig,
            kubernetesArn: cluster.arn,
            oidcProviderArn: cluster.oidcProviderArn,
            oidcIssuer: cluster.oidcIssuer,
            appTier: args.cluster.appTier ?? "nodes",
            podSecurityGroupIds: cluster.podSecurityGroupIds,
            fargateNamespaces: pulumi.output(fargateNamespaces(args)),
            bastionPolicyArn: this.bastion?.sessions.policyArn,
            bastionShellPolicyArn: this.bastion?.sessions.shellPolicyArn,
        };
        const { endpoint, clusterResourceId } = database.contract;
        this.registerOutputs({ endpoint, clusterResourceId });
    }
}

function fargateNamespaces({ cluster }: PlatformArgs): string[] {
    return "existing" in cluster ? [...(cluster.existing.fargateNamespaces ?? [])] : [];
}
