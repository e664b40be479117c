import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database, DatabaseArgs } from "./database";
import { auroraEngines } from "./engineSettings";
import { foundation, instanceSettings, masterSecretOf, masterSettings, windowsOf } from "./foundation";
import { masterUsername } from "../engines";
import { zonesInUse } from "./zonesInUse";

export interface AuroraArgs extends DatabaseArgs {
    /**
     * The instance class, for example `db.r7g.large`.
     * @default - Serverless v2
     */
    readonly instanceClass?: string | undefined;
    /**
     * Minimum capacity of Serverless v2, in Aurora capacity units.
     * @default 0.5
     */
    readonly minCapacity?: number | undefined;
    /**
     * Maximum capacity of Serverless v2, in Aurora capacity units.
     * @default 4
     */
    readonly maxCapacity?: number | undefined;
    /**
     * The number of readers; one is promoted if the writer fails.
     * @default 1
     */
    readonly readers?: number | undefined;
    /**
     * Id of the global database to replicate; the cluster then has no master and no database of its own.
     * @default - not a copy
     */
    readonly copyOf?: pulumi.Input<string> | undefined;
    /**
     * The version of a copy's source, which AWS also requires for the copy.
     * @default - the engine version
     */
    readonly sourceVersion?: pulumi.Input<string> | undefined;
}

/**
 * An Aurora cluster, PostgreSQL or MySQL, reached with IAM tokens over TLS only. RDS generates the master's password and
 * stores it in Secrets Manager: no program sees it.
 */
export class Aurora extends pulumi.ComponentResource implements Database {
    readonly endpoint: pulumi.Output<string>;
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly arn: pulumi.Output<string>;
    readonly engineVersion: pulumi.Output<string>;
    readonly resourceId: pulumi.Output<string>;
    readonly masterSecretArn: pulumi.Output<string>;
    readonly logGroups: Database["logGroups"];
    readonly target: { readonly dbClusterIdentifier: pulumi.Output<string> };

    constructor(name: string, args: AuroraArgs, opts?: pulumi.ComponentResourceOptions) {
        // The type's earlier name, when it supported PostgreSQL only, so that nothing in an older stack is replaced.
        super(
            "keyless:database:Aurora",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:database:AuroraPostgres" }] }),
        );
        const { engine: family = "postgres", instanceClass, copyOf } = args;
        const engine = auroraEngines[family];
        const isCopy = copyOf !== undefined;
        const base = foundation(name, { kind: "aurora", engine, isCopy }, args, this);
        const windows = windowsOf(args);
        const parameters = new aws.rds.ClusterParameterGroup(name, base.parameters, { parent: this });
        const cluster = new aws.rds.Cluster(
            name,
            {
                clusterIdentifier: base.identifier,
                engine,
                engineMode: "provisioned",
                // AWS refuses any other version: https://github.com/aws/aws-cli/issues/8139
                engineVersion: args.sourceVersion ?? base.version,
                ...(isCopy
                    ? { globalClusterIdentifier: copyOf, skipFinalSnapshot: true }
                    : {
                          databaseName: args.databaseName,
                          masterUsername,
                          ...masterSettings(name, base.key, args),
                      }),
                ...base.settings,
                dbClusterParameterGroupName: parameters.name,
                serverlessv2ScalingConfiguration:
                    instanceClass === undefined
                        ? { minCapacity: args.minCapacity ?? 0.5, maxCapacity: args.maxCapacity ?? 4 }
                        : undefined,
                preferredBackupWindow: windows.backup,
                preferredMaintenanceWindow: windows.maintenance,
            },
            { ...base.options, ignoreChanges: [...ignored(args), ...(isCopy ? [] : base.options.ignoreChanges)] },
        );
        const instances = Array.from({ length: 1 + (args.readers ?? 1) }, (_, index) => {
            const member = `${name}-${index}`;
            return new aws.rds.ClusterInstance(
                member,
                {
                    clusterIdentifier: cluster.id,
                    engine,
                    instanceClass: instanceClass ?? "db.serverless",
                    // Readers of tier 0 and 1 keep the writer's capacity, ready to take over.
                    promotionTier: Math.min(index, 1),
                    applyImmediately: base.settings.applyImmediately,
                    preferredMaintenanceWindow: windows.maintenance,
                    ...instanceSettings(args, base.key),
                    tags: { Name: member },
                },
                { parent: this },
            );
        });

        // Clients must wait for an instance: the cluster alone has names, but nothing answers. They do not wait for the
        // readers: where one is added, the names would be unknown in its preview, and what has one of them replaced.
        const [writer] = instances;
        const whenReady = <T>(value: pulumi.Output<T>) => pulumi.all([value, writer?.id]).apply(([known]) => known);
        this.endpoint = whenReady(cluster.endpoint);
        this.readerEndpoint = whenReady(cluster.readerEndpoint);
        this.port = cluster.port;
        this.arn = cluster.arn;
        this.resourceId = cluster.clusterResourceId;
        this.engineVersion = cluster.engineVersionActual;
        this.masterSecretArn = masterSecretOf(cluster);
        this.logGroups = base.logGroups;
        this.target = { dbClusterIdentifier: whenReady(cluster.clusterIdentifier) };
        const zones = zonesInUse(instances, args);
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId, zones });
    }
}

/**
 * Properties whose changes are ignored: the name, because it never justifies replacing a cluster, those that RDS sets
 * when a cluster becomes part of a global database, and whether it has Performance Insights, which its instances set: the provider does
 * not compute it, so where RDS reports it for the cluster, a refresh would show it as removed, and the next run would switch it off. In addition, a cluster that moves from Serverless v2 to an instance class keeps
 * its capacity in AWS, and the provider would send a minimum of 0 without it:
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/cluster.go
 */
function ignored({ copyOf, instanceClass }: AuroraArgs): string[] {
    return [
        "clusterIdentifier",
        "performanceInsightsEnabled",
        ...(copyOf === undefined
            ? ["globalClusterIdentifier", "manageMasterUserPassword", "masterUserSecretKmsKeyId"]
            : ["replicationSourceIdentifier"]),
        ...(instanceClass === undefined ? [] : ["serverlessv2ScalingConfiguration"]),
    ];
}
