import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface AuroraPostgresArgs {
    /** Subnets in at least two zones, without a route to the internet. */
    readonly subnetIds: pulumi.Input<string>[];
    /** Security groups of the instances. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /** `16.6` pins the version; `16` lets AWS apply minor versions, which then do not show as drift. */
    readonly engineVersion: string;
    /** Name of the first database. */
    readonly databaseName: string;
    /**
     * Capacity at rest, in Aurora capacity units.
     * @default 0.5
     */
    readonly minCapacity?: number;
    /**
     * Capacity under load, in Aurora capacity units.
     * @default 4
     */
    readonly maxCapacity?: number;
    /**
     * How many readers stand by; one is promoted when the writer fails.
     * @default 1
     */
    readonly readers?: number;
    /**
     * Refuse deletion, in AWS and in Pulumi, and keep a last snapshot.
     * @default true
     */
    readonly protect?: boolean;
}

const engine = "aurora-postgresql";

/**
 * An Aurora PostgreSQL cluster (Serverless v2) that is reached with IAM tokens over TLS only. RDS makes the master's
 * password and keeps it in Secrets Manager: no program sees it.
 */
export class AuroraPostgres extends pulumi.ComponentResource {
    /** Host name of the writer; known once the writer answers. */
    readonly endpoint: pulumi.Output<string>;
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    /** ARN of the cluster: it tells partition, region and account. */
    readonly arn: pulumi.Output<string>;
    /** `cluster-…`, the id that `rds-db:connect` names; not the cluster's identifier. */
    readonly resourceId: pulumi.Output<string>;
    /** ARN of the secret that holds the master's password. */
    readonly masterSecretArn: pulumi.Output<string>;

    constructor(name: string, args: AuroraPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:database:AuroraPostgres", name, {}, opts);
        const protect = args.protect ?? true;
        const [major = args.engineVersion, minor] = args.engineVersion.split(".");

        const key = new aws.kms.Key(
            name,
            { description: `storage and master secret of ${name}`, enableKeyRotation: true, deletionWindowInDays: 30, tags: { Name: name } },
            { parent: this, protect },
        );
        const subnets = new aws.rds.SubnetGroup(
            name,
            { description: `isolated subnets of ${name}`, subnetIds: args.subnetIds, tags: { Name: name } },
            { parent: this },
        );
        const parameters = new aws.rds.ClusterParameterGroup(
            name,
            {
                family: `${engine}${major}`,
                description: `parameters of ${name}`,
                // Off by default up to version 16: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
                parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "immediate" }],
                tags: { Name: name },
            },
            { parent: this },
        );
        const cluster = new aws.rds.Cluster(
            name,
            {
                engine,
                engineMode: "provisioned",
                engineVersion: args.engineVersion,
                databaseName: args.databaseName,
                masterUsername: "keyless_master",
                manageMasterUserPassword: true,
                masterUserSecretKmsKeyId: key.arn,
                iamDatabaseAuthenticationEnabled: true,
                storageEncrypted: true,
                kmsKeyId: key.arn,
                dbSubnetGroupName: subnets.name,
                vpcSecurityGroupIds: args.securityGroupIds,
                dbClusterParameterGroupName: parameters.name,
                serverlessv2ScalingConfiguration: { minCapacity: args.minCapacity ?? 0.5, maxCapacity: args.maxCapacity ?? 4 },
                // Failed IAM logins are seen in iam-db-auth-error only; CloudTrail does not know of them.
                enabledCloudwatchLogsExports: ["iam-db-auth-error", "instance", "postgresql"],
                backupRetentionPeriod: 7,
                copyTagsToSnapshot: true,
                deletionProtection: protect,
                skipFinalSnapshot: !protect,
                // The key's id, because a snapshot of that name may be left of a cluster that went before.
                finalSnapshotIdentifier: pulumi.interpolate`${name}-final-${key.keyId}`,
                tags: { Name: name },
            },
            { parent: this, protect },
        );
        const instances = Array.from(
            { length: 1 + (args.readers ?? 1) },
            (_, index) =>
                new aws.rds.ClusterInstance(
                    `${name}-${index}`,
                    {
                        clusterIdentifier: cluster.id,
                        engine,
                        instanceClass: "db.serverless",
                        // A pinned version would be taken for drift after a minor upgrade, and the way back is refused.
                        autoMinorVersionUpgrade: minor === undefined,
                        // Readers of tier 0 and 1 keep the writer's capacity, ready to take over.
                        promotionTier: Math.min(index, 1),
                        publiclyAccessible: false,
                        copyTagsToSnapshot: true,
                        tags: { Name: `${name}-${index}` },
                    },
                    { parent: this },
                ),
        );

        // What connects must wait for an instance: the cluster alone has names but nobody who answers.
        const ready = pulumi.all(instances.map(({ id }) => id));
        const whenReady = <T>(value: pulumi.Output<T>) => pulumi.all([value, ready]).apply(([known]) => known);
        this.endpoint = whenReady(cluster.endpoint);
        this.readerEndpoint = whenReady(cluster.readerEndpoint);
        this.port = cluster.port;
        this.arn = cluster.arn;
        this.resourceId = cluster.clusterResourceId;
        this.masterSecretArn = cluster.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "");
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId });
    }
}
