import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { fit, unique } from "../names";
import { temporaryFiles, type Size } from "./capacity";
import type { Database, DatabaseArgs } from "./database";
import { exportedLogs, parametersOf, type Parameter } from "./engineSettings";
import { chooseVersion, type ChosenVersion } from "./engineVersion";
import { readVersion, type DatabaseKind } from "../engines";

/** Properties for the resources that all kinds of databases share. */
export interface Foundation {
    readonly key: aws.kms.Key;
    readonly identifier: pulumi.Output<string>;
    readonly version: pulumi.Input<string>;
    /**
     * Arguments of its parameter group. The provider names it, so that the groups of two major versions exist side by
     * side while the database moves from one to the other.
     */
    readonly parameters: {
        readonly family: string;
        readonly description: string;
        readonly parameters: Parameter[];
        readonly tags: Readonly<Record<string, string>>;
    };
    /** Arguments of the cluster or instance. */
    readonly settings: ReturnType<typeof settingsOf>;
    /** Options of the cluster or instance. */
    readonly options: pulumi.CustomResourceOptions & { readonly ignoreChanges: string[] };
    /** Names of the log groups of its logs; empty if RDS creates them itself. */
    readonly logGroups: Database["logGroups"];
}

export interface FoundationArgs {
    readonly kind: DatabaseKind;
    /** The engine, as RDS names it. */
    readonly engine: string;
    /** Whether it is a copy of another database, with that database's version and master. */
    readonly isCopy: boolean;
}

/** A key, an identifier, a subnet group, log groups, and the arguments that clusters and instances share. */
export function foundation(
    name: string,
    { kind, engine, isCopy }: FoundationArgs,
    args: DatabaseArgs & Size,
    parent: pulumi.Resource,
): Foundation {
    const { engine: family = "postgres", audit = ["ddl", "role"], protect = true, finalSnapshot = true } = args;
    const { major } = readVersion(family, args.engineVersion);
    const key = new aws.kms.Key(
        name,
        {
            description: `storage and master secret of ${name}`,
            enableKeyRotation: true,
            deletionWindowInDays: 30,
            tags: { Name: name },
        },
        // A snapshot without its key cannot be restored.
        { parent, protect, retainOnDelete: finalSnapshot && !isCopy },
    );
    const identifier = key.keyId.apply((id) => unique(fit(name, identifierLength - uniqueLength), id));
    const subnetGroup = new aws.rds.SubnetGroup(
        name,
        { description: `isolated subnets of ${name}`, subnetIds: args.subnetIds, tags: { Name: name } },
        { parent },
    );
    const logs = exportedLogs(kind, family);
    const logGroups = makeLogGroups(
        name,
        pulumi.interpolate`/aws/rds/${places[kind]}/${identifier}`,
        logs,
        args,
        parent,
    );
    const version: ChosenVersion = chooseVersion(
        name,
        {
            ...{ family, engine, wanted: args.engineVersion },
            allowMajorVersionUpgrade: args.allowMajorVersionUpgrade ?? false,
            replicated: args.replicated === true,
        },
        parent,
    );
    const temporary = args.temporaryFiles ?? temporaryFiles({ ...args, kind });
    return {
        key,
        identifier,
        version: version.engineVersion,
        parameters: {
            family: `${engine}${major}`,
            description: `parameters of ${name}`,
            parameters: [...parametersOf(kind, family, major, audit, temporary)],
            tags: { Name: name },
        },
        settings: settingsOf(name, args, { key, subnetGroup, logs }),
        options: {
            parent,
            protect,
            dependsOn: Object.values(logGroups),
            hooks: version.hooks,
            ignoreChanges: [...version.ignoreChanges],
        },
        logGroups: Object.fromEntries(Object.entries(logGroups).map(([log, group]) => [log, group.name])),
    };
}

/** RDS' limit, and the length of the suffix that {@link unique} adds. */
const identifierLength = 63;
const uniqueLength = 9;

const places: Readonly<Record<DatabaseKind, string>> = { aurora: "cluster", instance: "instance" };

/** The log groups must exist before RDS creates them itself, without a key and without a retention period. */
function makeLogGroups(
    name: string,
    place: pulumi.Output<string>,
    exported: readonly string[],
    { logs }: DatabaseArgs,
    parent: pulumi.Resource,
): Record<string, aws.cloudwatch.LogGroup> {
    return Object.fromEntries(
        logs === undefined
            ? []
            : exported.map((log) => [
                  log,
                  new aws.cloudwatch.LogGroup(
                      `${name}-${log}`,
                      {
                          name: pulumi.interpolate`${place}/${log}`,
                          kmsKeyId: logs.kmsKeyArn,
                          retentionInDays: logs.retentionInDays,
                      },
                      { parent },
                  ),
              ]),
    );
}

function settingsOf(
    name: string,
    args: DatabaseArgs,
    own: {
        readonly key: aws.kms.Key;
        readonly subnetGroup: aws.rds.SubnetGroup;
        readonly logs: readonly string[];
    },
) {
    return {
        ...(args.allowMajorVersionUpgrade === true && { allowMajorVersionUpgrade: true }),
        applyImmediately: args.applyImmediately ?? true,
        iamDatabaseAuthenticationEnabled: true,
        storageEncrypted: true,
        kmsKeyId: own.key.arn,
        dbSubnetGroupName: own.subnetGroup.name,
        vpcSecurityGroupIds: args.securityGroupIds,
        enabledCloudwatchLogsExports: [...own.logs],
        backupRetentionPeriod: args.backupDays ?? 7,
        copyTagsToSnapshot: true,
        deletionProtection: args.protect ?? true,
        tags: { Name: name },
    };
}

/** When backups are taken and when AWS may restart the database. */
export function windowsOf({ backupWindow, maintenanceWindow }: DatabaseArgs) {
    return { backup: backupWindow ?? "01:00-02:00", maintenance: maintenanceWindow ?? "sun:03:00-sun:04:00" };
}

/** The master of a primary database, with a password that RDS generates and stores, and the database's final snapshot. */
export function masterSettings(name: string, key: aws.kms.Key, { finalSnapshot = true }: DatabaseArgs) {
    return {
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: key.arn,
        // Not derived from `protect`: it must be turned off in a run before the deletion.
        skipFinalSnapshot: !finalSnapshot,
        // With the key's id, because an earlier database may have left a snapshot of the same name.
        finalSnapshotIdentifier: pulumi.interpolate`${name}-final-${key.keyId}`,
    };
}

/** The arguments that all instances of a database share. */
export function instanceSettings(args: DatabaseArgs, key: aws.kms.Key) {
    const { engine = "postgres", insightsDays = 7 } = args;
    const insights = insightsDays > 0;
    return {
        // A pinned version would appear as drift after a minor upgrade, and RDS refuses downgrades.
        autoMinorVersionUpgrade: !readVersion(engine, args.engineVersion).pinned,
        publiclyAccessible: false,
        copyTagsToSnapshot: true,
        caCertIdentifier: args.certificateAuthority ?? "rds-ca-rsa2048-g1",
        performanceInsightsEnabled: insights,
        ...(insights ? { performanceInsightsKmsKeyId: key.arn, performanceInsightsRetentionPeriod: insightsDays } : {}),
    };
}

/** ARN of the secret in which RDS stores the master's password; empty if RDS does not manage it. */
export function masterSecretOf(database: {
    readonly masterUserSecrets: pulumi.Output<readonly { readonly secretArn: string }[] | undefined>;
}): pulumi.Output<string> {
    return database.masterUserSecrets.apply((secrets) => secrets?.[0]?.secretArn ?? "");
}
