import { ensureLogGroup } from "../cloudwatch/logGroup";
import type { Declaration, Fault, ArgumentCheck, Self, ValueRule } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { zonesOf } from "../../../cloud/aws/region";
import { arnOf, between, conflict, oneOf } from "../declaring/rules";
import {
    DB_INSTANCE,
    DB_SUBNET_GROUP,
    KEY,
    PARAMETER_GROUP,
    ROLE,
    SECURITY_GROUP,
    VPC,
} from "../../../cloud/aws/tokens";
import { given, must, number, text, texts } from "../../../cloud/aws/values";
import { insightsRetention, missingGroup, missingKey } from "./cluster";
import { dependentArguments, fittingGroups, needsSubnetGroup, windowsApart } from "./clusterRules";
import { certificateAuthorities, engineOf, familyOf, majorOf, versionIn } from "./engines";
import { hostName, hostedZone, resourceId } from "./hosts";
import {
    dailyWindow,
    databaseName,
    exportedLogs,
    identifier,
    instanceSnapshotIdentifier,
    masterPassword,
    masterUsername,
    monitoringRole,
    weeklyWindow,
} from "./names";
import { copiedInstance, inherited, replicasFirst } from "./instanceReplica";
import { keptInstance, takeInstanceSnapshot } from "./instanceSnapshot";
import { locateInstance } from "./locate";
import { instancesSubnet, zoneFor } from "./subnetGroup";
import { masterSecret, masterUserSecrets } from "./secret";
import { offered, upgrade, versionsOf } from "./version";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html */
const instanceClass: ValueRule = (value) =>
    /^db\.(t\d[a-z]*\.(micro|small|medium|large|xlarge|2xlarge)|[cmrxz]\d[a-z]*\.\d*(large|xlarge))$/.test(
        String(value),
    )
        ? undefined
        : `InvalidParameterValue: Invalid DB Instance class: ${String(value)}`;

export const instance: Declaration = {
    type: DB_INSTANCE,
    id: () => resourceId("db"),
    naming: { property: "identifier", stem: (name) => name },
    defaults: {
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: false,
        dedicatedLogVolume: false,
        deleteAutomatedBackups: true,
        monitoringInterval: 0,
        publiclyAccessible: false,
        skipFinalSnapshot: false,
    },
    allowed: {
        identifier,
        engine: oneOf("postgres", "mysql", "mariadb"),
        instanceClass,
        dbName: databaseName,
        username: masterUsername,
        password: masterPassword,
        port: between(1150, 65535),
        allocatedStorage: between(5, 65536),
        backupRetentionPeriod: between(0, 35),
        backupWindow: dailyWindow,
        maintenanceWindow: weeklyWindow,
        finalSnapshotIdentifier: instanceSnapshotIdentifier,
        storageType: oneOf("standard", "gp2", "gp3", "io1", "io2"),
        networkType: oneOf("IPV4", "DUAL"),
        databaseInsightsMode: oneOf("standard", "advanced"),
        performanceInsightsRetentionPeriod: insightsRetention,
        monitoringInterval: oneOf(0, 1, 5, 10, 15, 30, 60),
        caCertIdentifier: (value) =>
            certificateAuthorities.includes(String(value))
                ? undefined
                : `CertificateNotFound: Certificate not found: ${String(value)}`,
        kmsKeyId: arnOf("kms"),
        performanceInsightsKmsKeyId: arnOf("kms"),
        monitoringRoleArn: arnOf("iam"),
    },
    rules: [
        conflict("identifier", "identifierPrefix"),
        conflict("manageMasterUserPassword", "password", "passwordWo"),
        required,
        storageRoom,
        exportedLogs,
        dependentArguments,
        monitoringRole,
        (inputs) => windowsApart(inputs, "backupWindow", "maintenanceWindow"),
        (inputs, cloud) => fittingGroups(inputs, cloud, { property: "parameterGroupName", type: PARAMETER_GROUP }),
    ],
    references: {
        dbSubnetGroupName: blocksDeletion(DB_SUBNET_GROUP),
        parameterGroupName: blocksDeletion(PARAMETER_GROUP, { when: (name) => !name.startsWith("default.") }),
        vpcSecurityGroupIds: blocksDeletion(SECURITY_GROUP, { missing: missingGroup }),
        kmsKeyId: to(KEY, { missing: missingKey }),
        masterUserSecretKmsKeyId: to(KEY, { missing: missingKey }),
        performanceInsightsKmsKeyId: to(KEY, { missing: missingKey }),
        monitoringRoleArn: to(ROLE),
        replicateSourceDb: to(DB_INSTANCE),
    },
    conflicts: [
        (self) => (given(self.inputs, "replicateSourceDb") ? undefined : needsSubnetGroup(self)),
        offered(false),
        upgrade(DB_INSTANCE, false),
        copiedInstance,
        replicasFirst,
        ({ id, inputs, cloud }) =>
            cloud
                .all(DB_INSTANCE)
                .some((other) => other.id !== id && other.state["identifier"] === inputs["identifier"])
                ? "DBInstanceAlreadyExists: DB instance already exists"
                : undefined,
    ],
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingModifiedValues.html
    deferred: [
        ..."allocatedStorage caCertIdentifier engineVersion instanceClass iops licenseModel multiAz storageType".split(
            " ",
        ),
    ],
    replace: [
        ..."availabilityZone characterSetName customIamInstanceProfile dbName engine kmsKeyId ncharCharacterSetName".split(
            " ",
        ),
        ..."restoreToPointInTime snapshotIdentifier storageEncrypted timezone username".split(" "),
    ],
    uses: instancesSubnet,
    serverDefaults: chosenOf,
    outputs: (self) => {
        const { id, inputs, cloud } = self;
        const name = must(inputs, "identifier");
        const address = hostName(name, "", cloud);
        return {
            ...{ arn: cloud.arn("rds", `db:${name}`), resourceId: id, status: "available", hostedZoneId: hostedZone },
            ...{
                address,
                endpoint: `${address}:${number(inputs, "port")}`,
                ...versionsOf(self, false),
                ...defaultGroups(self),
                upgradeRolloutOrder: "second",
            },
            ...masterUserSecrets("db", self),
        };
    },
    implicitObjects: (self) =>
        masterSecret({ ...self, inputs: { ...self.inputs, masterUsername: self.inputs["username"] ?? "" } }),
    effects: {
        made: ({ inputs, cloud }) => {
            for (const log of texts(inputs, "enabledCloudwatchLogsExports")) {
                ensureLogGroup(`/aws/rds/instance/${must(inputs, "identifier")}/${log}`, cloud);
            }
        },
        gone: takeInstanceSnapshot,
    },
    deletionProtection: keptInstance,
    locate: locateInstance,
    missing: (id) => `DBInstanceNotFound: DBInstance ${id} not found.`,
};

function required(inputs: Parameters<ArgumentCheck>[0]): Fault[] {
    if (
        ["replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime", "s3Import"].some((name) =>
            given(inputs, name),
        )
    ) {
        return [];
    }
    const missing = ["allocatedStorage", "engine", "username"].filter((name) => !given(inputs, name));
    const faults = missing.map((name): Fault => [
        name,
        `MissingParameter: The request must contain the parameter ${name}`,
    ]);
    const password = ["password", "passwordWo", "manageMasterUserPassword"].some((name) => given(inputs, name));
    return password
        ? faults
        : [
              ...faults,
              [
                  "password",
                  "InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank.",
              ],
          ];
}

/**
 * The storage grows only to a maximum at least 10% above it; 0 switches it off.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html, in the words of
 * https://github.com/ministryofjustice/cloud-platform-environments/pull/7483 and /24422
 */
function storageRoom(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const [now = 0, most = 0] = [number(inputs, "allocatedStorage"), number(inputs, "maxAllocatedStorage")];
    if (most > 65_536) {
        return [
            "maxAllocatedStorage",
            `InvalidParameterCombination: Invalid max storage size for engine name ${must(inputs, "engine")} and storage type ${text(inputs, "storageType") ?? "gp2"}: ${most}`,
        ];
    }
    if (most === 0 || most >= now * 1.1) {
        return undefined;
    }
    return [
        "maxAllocatedStorage",
        most <= now
            ? "InvalidParameterCombination: Max storage size must be greater than storage size"
            : "InvalidParameterCombination: The maximum allocated storage must be increased by at least 10 percent.",
    ];
}

function chosenOf({ inputs: asked, cloud }: Self): Self["inputs"] {
    const copied = inherited(asked, cloud);
    const inputs = { ...copied, ...asked };
    const engine = must(inputs, "engine");
    const version = versionIn(inputs) ?? "";
    const network = text(cloud.state(DB_SUBNET_GROUP, text(inputs, "dbSubnetGroupName")), "vpcId");
    return {
        ...copied,
        ...{
            applyImmediately: false,
            availabilityZone: zoneFor(text(inputs, "dbSubnetGroupName"), 0, cloud) ?? zonesOf(cloud.region)[0] ?? "",
            backupRetentionPeriod: 0,
            backupTarget: "region",
        },
        ...{
            backupWindow: "03:00-03:30",
            caCertIdentifier: "rds-ca-rsa2048-g1",
            databaseInsightsMode: "standard",
            engineVersion: version,
        },
        ...{
            engineLifecycleSupport: "open-source-rds-extended-support",
            licenseModel: engineOf(engine)?.licence ?? "",
            multiAz: false,
        },
        ...{
            maintenanceWindow: "sun:05:00-sun:05:30",
            networkType: "IPV4",
            optionGroupName: defaultOptions(engine, version),
        },
        ...{
            parameterGroupName: `default.${familyOf(engine, version)}`,
            port: engineOf(engine)?.port ?? 0,
            storageType: "gp2",
        },
        kmsKeyId: inputs["storageEncrypted"] === true ? cloud.arn("kms", "alias/aws/rds") : "",
        vpcSecurityGroupIds: [must(cloud.state(VPC, network), "defaultSecurityGroupId")],
    };
}

/** Default groups change with the major version. */
function defaultGroups(self: Self): Self["inputs"] {
    const { inputs } = self;
    const engine = must(inputs, "engine");
    const { engineVersionActual: version } = versionsOf(self, false);
    const [options, parameters] = [text(inputs, "optionGroupName") ?? "", text(inputs, "parameterGroupName") ?? ""];
    return {
        ...(options.startsWith("default:") && { optionGroupName: defaultOptions(engine, version) }),
        ...(parameters.startsWith("default.") && { parameterGroupName: `default.${familyOf(engine, version)}` }),
    };
}

function defaultOptions(engine: string, version: string): string {
    return `default:${engine}-${(majorOf(engine, version) ?? "").replace(".", "-")}`;
}
