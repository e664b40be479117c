import * as pulumi from "@pulumi/pulumi";
import type { MonitoredPlace } from "../alarms/alarms";
import { LogKey } from "../alarms/logKey";
import { EksCluster } from "../cluster/eksCluster";
import { Network } from "../network/network";
import { Bastion } from "../people/bastion";
import type { PlatformContract } from "./contract";
import { makeDatabasePart } from "./databasePart";
import type { PlatformArgs } from "./platformArgs";
import { registerIssuer } from "./registeredIssuer";

export type { PlatformArgs } from "./platformArgs";

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
        const database = makeDatabasePart(name, args, network, logs, this);
        const cluster = new EksCluster(
            `${name}-cluster`,
            {
                ...args.cluster,
                vpcId: network.vpcId,
                privateSubnetIds: network.privateSubnetIds,
                appSecurityGroupId: database.appId,
                logs,
            },
            // Nodes without a route to EKS and to the images never join the cluster.
            { parent: this, dependsOn: [network] },
        );
        database.deployers.admitToApi(cluster);
        const [subnetId] = network.privateSubnetIds;
        if (args.bastion === true && subnetId !== undefined) {
            this.bastion = new Bastion(
                `${name}-bastion`,
                {
                    vpcId: network.vpcId,
                    subnetId,
                    ...database.bastion,
                    endpointsSecurityGroupId: network.endpointsSecurityGroupId,
                    api: { host: cluster.apiHost, securityGroupId: cluster.securityGroupId },
                    logs,
                },
                // Without an outbound route it would never register with Systems Manager.
                { parent: this, dependsOn: [network] },
            );
        }
        this.monitored = database.monitored;
        this.masterSecretArn = database.masterSecretArn;
        this.appSecurityGroupId = database.appId;
        this.databaseRouteTableId = database.routeTableId;
        this.deployerSecurityGroupId = database.deployers.groupId;
        const { databaseAccount } = database.contract;
        this.contract = {
            ...database.contract,
            endpointCidrs: pulumi.output([...network.endpointCidrs]),
            kubeconfig: cluster.kubeconfig,
            kubernetesArn: cluster.arn,
            oidcProviderArn: databaseAccount
                ? registerIssuer(name, { issuer: cluster.oidcIssuer, provider: databaseAccount }, this)
                : cluster.oidcProviderArn,
            oidcIssuer: cluster.oidcIssuer,
            appTier: args.cluster.appTier ?? "nodes",
            podSecurityGroupIds: cluster.podSecurityGroupIds,
            bastionPolicyArn: this.bastion?.sessions.policyArn,
            bastionShellPolicyArn: this.bastion?.sessions.shellPolicyArn,
        };
        const { endpoint, clusterResourceId } = database.contract;
        this.registerOutputs({ endpoint, clusterResourceId });
    }
}
