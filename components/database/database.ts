import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { fit, unique } from "../names";
import { exportedLogs } from "./engineSettings";
import { readVersion, type AuditClass, type CertificateAuthority, type DatabaseKind, type Engine } from "../engines";

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
     * Refuse deletion, in AWS and in Pulumi, and keep a last snapshot.
     * @default true
     */
    readonly protect?: boolean | undefined;
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

/** What a database stands on. */
export interface Foundation {
    readonly key: aws.kms.Key;
    readonly identifier: pulumi.Output<string>;
    readonly subnetGroup: aws.rds.SubnetGroup;
    readonly major: string;
    readonly pinned: boolean;
    readonly logs: readonly string[];
    /** What must be there before RDS makes them by itself, without a key and for ever. */
    readonly logGroups: Readonly<Record<string, aws.cloudwatch.LogGroup>>;
}

/** A key of its own, an identifier, a group of subnets, and places for its logs. */
export function foundation(
    name: string,
    kind: DatabaseKind,
    args: DatabaseArgs,
    opts: { readonly parent: pulumi.Resource; readonly protect: boolean },
): Foundation {
    const { parent } = opts;
    const { engine = "postgres", logs } = args;
    const { major, pinned } = readVersion(engine, args.engineVersion);
    const key = new aws.kms.Key(
        name,
        {
            description: `storage and master secret of ${name}`,
            enableKeyRotation: true,
            deletionWindowInDays: 30,
            tags: { Name: name },
        },
        opts,
    );
    const identifier = key.keyId.apply((id) => unique(fit(name, identifierLength - uniqueLength), id));
    const subnetGroup = new aws.rds.SubnetGroup(
        name,
        { description: `isolated subnets of ${name}`, subnetIds: args.subnetIds, tags: { Name: name } },
        { parent },
    );
    const exported = exportedLogs(kind, engine);
    const place = kind === "aurora" ? "cluster" : "instance";
    const logGroup = (log: string, kept: NonNullable<typeof logs>) =>
        new aws.cloudwatch.LogGroup(
            `${name}-${log}`,
            {
                name: pulumi.interpolate`/aws/rds/${place}/${identifier}/${log}`,
                kmsKeyId: kept.kmsKeyArn,
                retentionInDays: kept.retentionInDays,
            },
            { parent },
        );
    const logGroups = Object.fromEntries(logs === undefined ? [] : exported.map((log) => [log, logGroup(log, logs)]));
    return { key, identifier, subnetGroup, major, pinned, logs: exported, logGroups };
}

/** Their names by log. */
export function namesOf(groups: Foundation["logGroups"]): Database["logGroups"] {
    return Object.fromEntries(Object.entries(groups).map(([log, { name }]) => [log, name]));
}

/** The master, whose password RDS makes and keeps, and what is left of a database that is deleted. */
export function masterSettings(name: string, key: aws.kms.Key, protect: boolean) {
    return {
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: key.arn,
        skipFinalSnapshot: !protect,
        // The key's id, because a snapshot of that name may be left of a database that went before.
        finalSnapshotIdentifier: pulumi.interpolate`${name}-final-${key.keyId}`,
    };
}

/** RDS' limit, and what {@link unique} adds. */
const identifierLength = 63;
const uniqueLength = 9;

/** What the instances of a database have in common. */
export function instanceSettings(args: DatabaseArgs, { key, pinned }: Foundation) {
    const { insightsDays = 7 } = args;
    const insights = insightsDays > 0;
    return {
        // A pinned version would be taken for drift after a minor upgrade, and the way back is refused.
        autoMinorVersionUpgrade: !pinned,
        publiclyAccessible: false,
        copyTagsToSnapshot: true,
        caCertIdentifier: args.certificateAuthority ?? "rds-ca-rsa2048-g1",
        performanceInsightsEnabled: insights,
        ...(insights ? { performanceInsightsKmsKeyId: key.arn, performanceInsightsRetentionPeriod: insightsDays } : {}),
    };
}
