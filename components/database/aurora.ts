import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { temporaryFiles } from "./capacity";
import { foundation, instanceSettings, masterSettings, namesOf, type Database, type DatabaseArgs } from "./database";
import { auroraEngines, parametersOf } from "./engineSettings";
import { masterUsername } from "../engines";

export interface AuroraArgs extends DatabaseArgs {
    /**
     * What the instances run on, like `db.r7g.large`.
     * @default - Serverless v2
     */
    readonly instanceClass?: string | undefined;
    /**
     * Capacity at rest of Serverless v2, in Aurora capacity units.
     * @default 0.5
     */
    readonly minCapacity?: number | undefined;
    /**
     * Capacity under load of Serverless v2, in Aurora capacity units.
     * @default 4
     */
    readonly maxCapacity?: number | undefined;
    /**
     * How many readers stand by; one is promoted when the writer fails.
     * @default 1
     */
    readonly readers?: number | undefined;
    /**
     * Id of the global database whose data this cluster copies; it has no master and no database of its own then.
     * @default - a database of its own
     */
    readonly copyOf?: pulumi.Input<string> | undefined;
}

/**
 * An Aurora cluster, PostgreSQL or MySQL, that is reached with IAM tokens over TLS only. RDS makes the master's password
 * and keeps it in Secrets Manager: no program sees it.
 */
export class Aurora extends pulumi.ComponentResource implements Database {
    readonly endpoint: pulumi.Output<string>;
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly arn: pulumi.Output<string>;
    readonly resourceId: pulumi.Output<string>;
    readonly masterSecretArn: pulumi.Output<string>;
    readonly logGroups: Database["logGroups"];
    readonly target: { readonly dbClusterIdentifier: pulumi.Output<string> };

    constructor(name: string, args: AuroraArgs, opts?: pulumi.ComponentResourceOptions) {
        // The name that it had when it knew PostgreSQL only: nothing in an older stack is replaced.
        super(
            "keyless:database:Aurora",
            name,
            {},
            pulumi.mergeOptions(opts, { aliases: [{ type: "keyless:database:AuroraPostgres" }] }),
        );
        const { engine: family = "postgres", audit = ["ddl", "role"], protect = true, instanceClass, copyOf } = args;
        const engine = auroraEngines[family];
        const base = foundation(name, "aurora", args, { parent: this, protect });
        const { key } = base;
        const parameters = new aws.rds.ClusterParameterGroup(
            name,
            {
                family: `${engine}${base.major}`,
                description: `parameters of ${name}`,
                parameters: [
                    ...parametersOf(
                        "aurora",
                        family,
                        audit,
                        args.temporaryFiles ?? temporaryFiles({ ...args, kind: "aurora" }),
                    ),
                ],
                tags: { Name: name },
            },
            { parent: this },
        );
        const cluster = new aws.rds.Cluster(
            name,
            {
                clusterIdentifier: base.identifier,
                engine,
                engineMode: "provisioned",
                engineVersion: args.engineVersion,
                ...(copyOf === undefined
                    ? own(name, args, key)
                    : { globalClusterIdentifier: copyOf, skipFinalSnapshot: true }),
                iamDatabaseAuthenticationEnabled: true,
                storageEncrypted: true,
                kmsKeyId: key.arn,
                dbSubnetGroupName: base.subnetGroup.name,
                vpcSecurityGroupIds: args.securityGroupIds,
                dbClusterParameterGroupName: parameters.name,
                serverlessv2ScalingConfiguration:
                    instanceClass === undefined
                        ? { minCapacity: args.minCapacity ?? 0.5, maxCapacity: args.maxCapacity ?? 4 }
                        : undefined,
                enabledCloudwatchLogsExports: [...base.logs],
                backupRetentionPeriod: args.backupDays ?? 7,
                preferredBackupWindow: args.backupWindow ?? "01:00-02:00",
                preferredMaintenanceWindow: args.maintenanceWindow ?? "sun:03:00-sun:04:00",
                copyTagsToSnapshot: true,
                deletionProtection: protect,
                tags: { Name: name },
            },
            {
                parent: this,
                protect,
                dependsOn: Object.values(base.logGroups),
                ignoreChanges: ignored(copyOf !== undefined),
            },
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
                    preferredMaintenanceWindow: args.maintenanceWindow ?? "sun:03:00-sun:04:00",
                    ...instanceSettings(args, base),
                    tags: { Name: member },
                },
                { parent: this },
            );
        });

        // Clients must wait for an instance: the cluster alone has names, but nothing answers.
        const ready = pulumi.all(instances.map(({ id }) => id));
        const whenReady = <T>(value: pulumi.Output<T>) => pulumi.all([value, ready]).apply(([known]) => known);
        this.endpoint = whenReady(cluster.endpoint);
        this.readerEndpoint = whenReady(cluster.readerEndpoint);
        this.port = cluster.port;
        this.arn = cluster.arn;
        this.resourceId = cluster.clusterResourceId;
        this.masterSecretArn = cluster.masterUserSecrets.apply((secrets) => secrets?.[0]?.secretArn ?? "");
        this.logGroups = namesOf(base.logGroups);
        this.target = { dbClusterIdentifier: whenReady(cluster.clusterIdentifier) };
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId });
    }
}

/** Arguments that only a primary database has. */
function own(
    name: string,
    { databaseName, protect = true }: AuroraArgs,
    key: aws.kms.Key,
): Partial<aws.rds.ClusterArgs> {
    return {
        databaseName,
        masterUsername,
        ...masterSettings(name, key, protect),
    };
}

/**
 * What is not looked at again, because RDS fills it in when a cluster becomes part of a global database; and the name,
 * because a cluster is never worth replacing for it.
 */
function ignored(isCopy: boolean): string[] {
    return [
        "clusterIdentifier",
        ...(isCopy
            ? ["replicationSourceIdentifier"]
            : ["globalClusterIdentifier", "manageMasterUserPassword", "masterUserSecretKmsKeyId"]),
    ];
}
