import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { MonitoredPlace } from "../alarms/alarms";
import { LogKey } from "../alarms/logKey";
import { enginePorts } from "../engines";
import { databaseTier } from "../security/databaseTier";
import type { PlatformContract } from "./contract";
import { contractOf, placeDatabase, type PlatformDatabaseArgs } from "./placement";

/** The existing network and security group of an application server. */
export interface ServerArgs {
    /** Id of the server's security group. */
    readonly securityGroupId: string;
    /** Ids of subnets of the same network, in at least two zones and without a route to the internet. */
    readonly subnetIds: readonly string[];
}

export interface ServerPlatformArgs {
    readonly server: ServerArgs;
    readonly database: PlatformDatabaseArgs;
    /** Retention of logs, in days. */
    readonly logDays: number;
}

/** The smallest platform: a database in an existing network, reachable from one existing security group. */
export class ServerPlatform extends pulumi.ComponentResource {
    /** The outputs that access stacks use. */
    readonly contract: PlatformContract;
    /** ARN of the secret that contains the password of the database's master. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** What the alarms monitor. */
    readonly monitored: readonly MonitoredPlace[];

    constructor(name: string, args: ServerPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:platform:ServerPlatform", name, {}, opts);
        const { securityGroupId } = args.server;
        const { vpcId } = aws.ec2.getSecurityGroupOutput({ id: securityGroupId }, { parent: this });
        const subnetIds = args.server.subnetIds.map((id) =>
            pulumi
                .all([vpcId, aws.ec2.getSubnetOutput({ id }, { parent: this }).vpcId])
                .apply(([own, other]) => sameNetwork(id, own, other)),
        );
        const tier = databaseTier(
            `${name}-tiers`,
            {
                vpcId,
                clients: { tier: "server", securityGroupId, existing: true },
                port: enginePorts[args.database.engine ?? "postgres"],
                proxy: args.database.proxy ?? false,
            },
            this,
        );
        const logKey = new LogKey(`${name}-logs`, { parent: this });
        const logs = { kmsKeyArn: logKey.arn, retentionInDays: args.logDays };
        const placed = placeDatabase(`${name}-database`, args.database, { subnetIds, tier, logs }, { parent: this });
        const { database } = placed;
        this.monitored = [
            { place: "", databases: [placed.monitored], account: { logs, masterSecretArn: database.masterSecretArn } },
        ];
        this.masterSecretArn = database.masterSecretArn;
        const none = { text: pulumi.output(""), list: pulumi.output<string[]>([]) };
        this.contract = {
            ...contractOf(args.database, placed, tier.temporaryId),
            replicaEndpoint: none.text,
            routedCidrs: none.list,
            targets: pulumi.output([placed.target]),
            databaseCidrs: none.list,
            endpointCidrs: none.list,
            kubeconfig: none.text,
            kubernetesArn: none.text,
            oidcProviderArn: none.text,
            oidcIssuer: none.text,
            appTier: "nodes",
            podSecurityGroupIds: none.list,
            fargateNamespaces: none.list,
        };
        this.registerOutputs({ endpoint: database.endpoint, clusterResourceId: database.resourceId });
    }
}

/**
 * The subnet's id, if it is in the server's network.
 *
 * @throws pulumi.RunError if it is not: RDS would report that only after minutes
 */
export function sameNetwork(subnetId: string, vpcId: string, subnetVpcId: string): string {
    if (vpcId !== subnetVpcId) {
        throw new pulumi.RunError(
            `platform.server.subnetIds: ${subnetId} is in network ${subnetVpcId}, the server's security group in ${vpcId}: name subnets of ${vpcId}`,
        );
    }
    return subnetId;
}
