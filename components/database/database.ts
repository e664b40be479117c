import type * as pulumi from "@pulumi/pulumi";
import type { AuditClass, CertificateAuthority, Engine } from "../engines";

/** Properties that all kinds of databases share. */
export interface DatabaseArgs {
    /** Subnets in at least two zones, without a route to the internet. */
    readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Names of the subnets' availability zones: previews refuse to remove one that an instance is in.
     * @default - not checked
     */
    readonly zones?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Security groups of the instances. */
    readonly securityGroupIds: pulumi.Input<string>[];
    /** @default "postgres" */
    readonly engine?: Engine | undefined;
    /** `16.6` pins the version; `16` lets AWS apply minor versions, which then do not show as drift. */
    readonly engineVersion: string;
    /**
     * Whether to allow an upgrade to a full version of another major version, which is refused otherwise.
     * @default false
     */
    readonly allowMajorVersionUpgrade?: boolean | undefined;
    /**
     * Whether to apply changes that restart the database in the same run instead of the next maintenance window.
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
     * The classes of statements in the audit log, in addition to connections (MySQL: only `ddl` has an effect; privileges are always recorded).
     * @default ["ddl", "role"]
     */
    readonly audit?: readonly AuditClass[] | undefined;
    /**
     * Maximum size of the temporary files of one PostgreSQL process, in GiB (for sorts, hashes, index builds).
     * @default - a quarter of an instance's storage; for Aurora the size of the memory, at least 4
     */
    readonly temporaryFiles?: number | undefined;
    /**
     * Retention of backups, in days, 1 to 35.
     * @default 7
     */
    readonly backupDays?: number | undefined;
    /**
     * The backup window (UTC).
     * @default "01:00-02:00"
     */
    readonly backupWindow?: string | undefined;
    /**
     * The maintenance window, in which AWS may restart the database for an upgrade (UTC).
     * @default "sun:03:00-sun:04:00"
     */
    readonly maintenanceWindow?: string | undefined;
    /**
     * Retention of Performance Insights, in days: 7, a multiple of 31, or 731; 0 disables it.
     * @default 7
     */
    readonly insightsDays?: number | undefined;
    /**
     * The certificate authority of the server's certificate.
     * @default "rds-ca-rsa2048-g1"
     */
    readonly certificateAuthority?: CertificateAuthority | undefined;
    /**
     * Whether to refuse deletion, in AWS and in Pulumi.
     * @default true
     */
    readonly protect?: boolean | undefined;
    /**
     * Whether to take a final snapshot on deletion, and keep the key that encrypts it.
     * @default true
     */
    readonly finalSnapshot?: boolean | undefined;
    /**
     * Retention and encryption of the engine's logs.
     * @default - RDS' default: no expiry, encrypted with AWS' key
     */
    readonly logs?: { readonly kmsKeyArn: pulumi.Input<string>; readonly retentionInDays: number } | undefined;
}

/** The properties of a database that are needed to connect and to grant access. */
export interface Database {
    /** Host name of the writer; known once it accepts connections. */
    readonly endpoint: pulumi.Output<string>;
    /** Host name that distributes connections across the readers; the writer's if the kind has no readers. */
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    /** ARN of the cluster or instance, which contains partition, region and account. */
    readonly arn: pulumi.Output<string>;
    /** The running version. */
    readonly engineVersion: pulumi.Output<string>;
    /** `cluster-…` or `db-…`, the id in `rds-db:connect` permissions; not the identifier. */
    readonly resourceId: pulumi.Output<string>;
    /** ARN of the secret in which RDS stores the master's password; empty for a replica, which has its source's master. */
    readonly masterSecretArn: pulumi.Output<string>;
    /** Names of the log groups, keyed by RDS' names for the logs; empty if RDS creates them itself. */
    readonly logGroups: Readonly<Record<string, pulumi.Output<string>>>;
    /** The identifier, which a proxy's target refers to. */
    readonly target:
        | { readonly dbClusterIdentifier: pulumi.Output<string> }
        | { readonly dbInstanceIdentifier: pulumi.Output<string> };
}
