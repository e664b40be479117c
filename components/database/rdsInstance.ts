import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { temporaryFiles } from "./capacity";
import { foundation, instanceSettings, masterSettings, namesOf, type Database, type DatabaseArgs } from "./database";
import { parametersOf } from "./engineSettings";
import { masterUsername, mostStorage } from "../engines";

export interface RdsInstanceArgs extends DatabaseArgs {
    /**
     * What it runs on.
     * @default "db.t4g.medium"
     */
    readonly instanceClass?: string | undefined;
    /**
     * Storage to start with, in GiB (20 to 59,578: RDS lets it grow only where 10% are left up to 65,536).
     * @default 20
     */
    readonly storage?: number | undefined;
    /**
     * How far RDS may let the storage grow by itself, in GiB.
     * @default - five times the storage, at most 65,536
     */
    readonly maxStorage?: number | undefined;
    /**
     * Keep a second instance in another zone, which takes over when the first fails.
     * @default true
     */
    readonly multiAz?: boolean | undefined;
    /**
     * ARN of the instance in another region whose data this one copies; it has no master and no database of its own then.
     * @default - a database of its own
     */
    readonly copyOf?: pulumi.Input<string> | undefined;
}

/**
 * One RDS instance, PostgreSQL or MySQL, or a copy of one in another region, that is reached with IAM tokens over TLS only. RDS makes the master's password
 * and keeps it in Secrets Manager: no program sees it.
 */
export class RdsInstance extends pulumi.ComponentResource implements Database {
    readonly endpoint: pulumi.Output<string>;
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly arn: pulumi.Output<string>;
    readonly resourceId: pulumi.Output<string>;
    readonly masterSecretArn: pulumi.Output<string>;
    readonly logGroups: Database["logGroups"];
    readonly target: { readonly dbInstanceIdentifier: pulumi.Output<string> };

    constructor(name: string, args: RdsInstanceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:database:RdsInstance", name, {}, opts);
        const { engine = "postgres", audit = ["ddl", "role"], protect = true, storage = 20, copyOf } = args;
        const base = foundation(name, "instance", args, { parent: this, protect });
        const { key } = base;
        const parameters = new aws.rds.ParameterGroup(
            name,
            {
                family: `${engine}${base.major}`,
                description: `parameters of ${name}`,
                parameters: [
                    ...parametersOf(
                        "instance",
                        engine,
                        audit,
                        args.temporaryFiles ?? temporaryFiles({ ...args, kind: "instance" }),
                    ),
                ],
                tags: { Name: name },
            },
            { parent: this },
        );
        const instance = new aws.rds.Instance(
            name,
            {
                identifier: base.identifier,
                ...(copyOf === undefined
                    ? own(name, args, key)
                    : { replicateSourceDb: copyOf, skipFinalSnapshot: true }),
                instanceClass: args.instanceClass ?? "db.t4g.medium",
                multiAz: args.multiAz ?? true,
                iamDatabaseAuthenticationEnabled: true,
                storageType: "gp3",
                maxAllocatedStorage: args.maxStorage ?? Math.min(5 * storage, mostStorage),
                storageEncrypted: true,
                kmsKeyId: key.arn,
                dbSubnetGroupName: base.subnetGroup.name,
                vpcSecurityGroupIds: args.securityGroupIds,
                parameterGroupName: parameters.name,
                enabledCloudwatchLogsExports: [...base.logs],
                backupRetentionPeriod: args.backupDays ?? 7,
                backupWindow: args.backupWindow ?? "01:00-02:00",
                maintenanceWindow: args.maintenanceWindow ?? "sun:03:00-sun:04:00",
                ...instanceSettings(args, base),
                deletionProtection: protect,
                tags: { Name: name },
            },
            {
                parent: this,
                protect,
                dependsOn: Object.values(base.logGroups),
                ignoreChanges: ["identifier", ...masterOptions],
            },
        );
        this.endpoint = instance.address;
        this.readerEndpoint = instance.address;
        this.port = instance.port;
        this.arn = instance.arn;
        this.resourceId = instance.resourceId;
        this.masterSecretArn = instance.masterUserSecrets.apply((secrets) => secrets?.[0]?.secretArn ?? "");
        this.logGroups = namesOf(base.logGroups);
        this.target = { dbInstanceIdentifier: instance.identifier };
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId });
    }
}

/** A copy requires taking the master's password away from RDS first (docs/databases.md); it is left as it is then. */
const masterOptions = ["manageMasterUserPassword", "masterUserSecretKmsKeyId"];

/** Arguments that only a primary database has; a copy has its source's. */
function own(
    name: string,
    { engine = "postgres", engineVersion, databaseName, storage = 20, protect = true }: RdsInstanceArgs,
    key: aws.kms.Key,
) {
    return {
        engine,
        engineVersion,
        dbName: databaseName,
        username: masterUsername,
        allocatedStorage: storage,
        ...masterSettings(name, key, protect),
    };
}
