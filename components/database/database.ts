import type * as pulumi from "@pulumi/pulumi";
import type { AuditClass, CertificateAuthority, Engine } from "../engines";

/** What every database is made of, Aurora's or not. */
export interface DatabaseArgs {
    /** Subnets in at least two zones, without a route to the internet. */
    readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    /** Security groups of the instances. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /** @default "postgres" */
    readonly engine?: Engine | undefined;
    /** `16.6` pins the version; `16` lets AWS apply minor versions, which then do not show as drift. */
    readonly engineVersion: string;
    /**
     * Upgrade to the full version of another major one; without it, such a change is refused.
     * @default false
     */
    readonly allowMajorVersionUpgrade?: boolean | undefined;
    /**
     * Apply changes that restart the database in the same run, not in the next maintenance window.
     * @default true
     */
    readonly applyImmediately?: boolean | undefined;
    /**
     * Whether it has a copy in another region.
     * @default false
     */
    readonly replicated?: boolean | undefined;
    /** Name of the first database. */
    readonly databaseName: string;
    /**
     * What the audit log records beside connections (MySQL: `ddl` decides, rights always are).
     * @default ["ddl", "role"]
     */
    readonly audit?: readonly AuditClass[] | undefined;
    /**
     * How many GiB of temporary files one process of PostgreSQL may have (sorts, hashes, indexes that are made).
     * @default - a quarter of an instance's storage; of Aurora as much as the memory, 4 at least
     */
    readonly temporaryFiles?: number | undefined;
    /**
     * How many days of backups are kept, 1 to 35.
     * @default 7
     */
    readonly backupDays?: number | undefined;
    /**
     * When backups are taken (UTC).
     * @default "01:00-02:00"
     */
    readonly backupWindow?: string | undefined;
    /**
     * When AWS may restart the database for an upgrade (UTC).
     * @default "sun:03:00-sun:04:00"
     */
    readonly maintenanceWindow?: string | undefined;
    /**
     * How many days Performance Insights keeps what queries cost: 7, whole months of 31 days, or 731; 0 switches it off.
     * @default 7
     */
    readonly insightsDays?: number | undefined;
    /**
     * Who signs the server's certificate.
     * @default "rds-ca-rsa2048-g1"
     */
    readonly certificateAuthority?: CertificateAuthority | undefined;
    /**
     * Refuse deletion, in AWS and in Pulumi.
     * @default true
     */
    readonly protect?: boolean | undefined;
    /**
     * Take a final snapshot when it is deleted, and keep the key that encrypts it.
     * @default true
     */
    readonly finalSnapshot?: boolean | undefined;
    /**
     * How the engine's logs are kept.
     * @default - as RDS keeps them: for ever, under AWS' key
     */
    readonly logs?: { readonly kmsKeyArn: pulumi.Input<string>; readonly retentionInDays: number } | undefined;
}

/** What others need of a database to connect, and to be allowed to. */
export interface Database {
    /** Host name of the writer; known once it answers. */
    readonly endpoint: pulumi.Output<string>;
    /** Host name that spreads over the readers; the writer's where there can be none. */
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    /** ARN of the cluster or instance, which holds partition, region and account. */
    readonly arn: pulumi.Output<string>;
    /** The version that runs. */
    readonly engineVersion: pulumi.Output<string>;
    /** `cluster-…` or `db-…`, the id that `rds-db:connect` names; not the identifier. */
    readonly resourceId: pulumi.Output<string>;
    /** ARN of the secret in which RDS keeps the master's password; empty for a replica, whose master is its source's. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** Names of the log groups of its logs, by the names that RDS gives the logs; none where RDS makes them by itself. */
    readonly logGroups: Readonly<Record<string, pulumi.Output<string>>>;
    /** The identifier, as a proxy's target names it. */
    readonly target:
        | { readonly dbClusterIdentifier: pulumi.Output<string> }
        | { readonly dbInstanceIdentifier: pulumi.Output<string> };
}
