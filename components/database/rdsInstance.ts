import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { foundation, instanceSettings, masterSettings, masterUsername, namesOf, type Database, type DatabaseArgs } from "./database";
import { parametersOf } from "./engineSettings";

export interface RdsInstanceArgs extends DatabaseArgs {
    /**
     * What it runs on.
     * @default "db.t4g.medium"
     */
    readonly instanceClass?: string | undefined;
    /**
     * Storage to start with, in GiB (20 to 65,536).
     * @default 20
     */
    readonly storage?: number | undefined;
    /**
     * How far RDS may let the storage grow by itself, in GiB.
     * @default - five times the storage
     */
    readonly maxStorage?: number | undefined;
    /**
     * Keep a second instance in another zone, which takes over when the first fails.
     * @default true
     */
    readonly multiAz?: boolean | undefined;
}

/**
 * One RDS instance, PostgreSQL or MySQL, that is reached with IAM tokens over TLS only. RDS makes the master's password
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
        const { engine = "postgres", audit = ["ddl", "role"], protect = true, storage = 20 } = args;
        const base = foundation(name, "instance", args, { parent: this, protect });
        const { key } = base;
        const parameters = new aws.rds.ParameterGroup(
            name,
            {
                family: `${engine}${base.major}`,
                description: `parameters of ${name}`,
                parameters: [...parametersOf("instance", engine, audit)],
                tags: { Name: name },
            },
            { parent: this },
        );
        const instance = new aws.rds.Instance(
            name,
            {
                identifier: base.identifier,
                engine,
                engineVersion: args.engineVersion,
                instanceClass: args.instanceClass ?? "db.t4g.medium",
                multiAz: args.multiAz ?? true,
                dbName: args.databaseName,
                username: masterUsername,
                iamDatabaseAuthenticationEnabled: true,
                storageType: "gp3",
                allocatedStorage: storage,
                maxAllocatedStorage: args.maxStorage ?? 5 * storage,
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
                ...masterSettings(name, key, protect),
                tags: { Name: name },
            },
            { parent: this, protect, dependsOn: Object.values(base.logGroups), ignoreChanges: ["identifier"] },
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
