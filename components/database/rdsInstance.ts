import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Database, DatabaseArgs } from "./database";
import { masterUsername, mostStorage } from "../engines";
import { refuseIf } from "../refusal";
import { zonesInUse } from "./zonesInUse";
import { foundation, instanceSettings, masterSecretOf, masterSettings, windowsOf } from "./foundation";

export interface RdsInstanceArgs extends DatabaseArgs {
    /**
     * The instance class.
     * @default "db.t4g.medium"
     */
    readonly instanceClass?: string | undefined;
    /**
     * Initial storage, in GiB (20 to 59,578: autoscaling requires a margin of 10% below 65,536).
     * @default 20
     */
    readonly storage?: number | undefined;
    /**
     * Maximum storage for autoscaling, in GiB.
     * @default - five times the storage, at most 65,536
     */
    readonly maxStorage?: number | undefined;
    /**
     * Whether to keep a standby instance in another zone, which takes over when the first fails.
     * @default true
     */
    readonly multiAz?: boolean | undefined;
    /**
     * ARN of the instance in another region to replicate; this one then has no master and no database of its own.
     * @default - not a copy
     */
    readonly copyOf?: pulumi.Input<string> | undefined;
}

/**
 * One RDS instance, PostgreSQL or MySQL, or a copy of one in another region, reached with IAM tokens over TLS only. RDS generates
 * the master's password and stores it in Secrets Manager: no program sees it.
 */
export class RdsInstance extends pulumi.ComponentResource implements Database {
    readonly endpoint: pulumi.Output<string>;
    readonly readerEndpoint: pulumi.Output<string>;
    readonly port: pulumi.Output<number>;
    readonly arn: pulumi.Output<string>;
    readonly engineVersion: pulumi.Output<string>;
    readonly resourceId: pulumi.Output<string>;
    readonly masterSecretArn: pulumi.Output<string>;
    readonly logGroups: Database["logGroups"];
    readonly target: { readonly dbInstanceIdentifier: pulumi.Output<string> };

    constructor(name: string, args: RdsInstanceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:database:RdsInstance", name, {}, opts);
        const { engine = "postgres", storage = 20, copyOf } = args;
        const isCopy = copyOf !== undefined;
        const base = foundation(name, { kind: "instance", engine, isCopy }, args, this);
        const windows = windowsOf(args);
        const parameters = new aws.rds.ParameterGroup(name, base.parameters, { parent: this });
        const instance = new aws.rds.Instance(
            name,
            {
                identifier: base.identifier,
                ...(isCopy
                    ? { replicateSourceDb: copyOf, skipFinalSnapshot: true }
                    : {
                          engine,
                          engineVersion: base.version,
                          dbName: args.databaseName,
                          username: masterUsername,
                          allocatedStorage: storage,
                          ...masterSettings(name, base.key, args),
                      }),
                instanceClass: args.instanceClass ?? "db.t4g.medium",
                multiAz: args.multiAz ?? true,
                storageType: "gp3",
                maxAllocatedStorage: args.maxStorage ?? Math.min(5 * storage, mostStorage),
                ...base.settings,
                parameterGroupName: parameters.name,
                backupWindow: windows.backup,
                maintenanceWindow: windows.maintenance,
                ...instanceSettings(args, base.key),
            },
            {
                ...base.options,
                ignoreChanges: ["identifier", ...masterOptions, ...base.options.ignoreChanges],
                hooks: {
                    ...base.options.hooks,
                    beforeUpdate: [...(base.options.hooks?.beforeUpdate ?? []), refuseLessStorage(name)],
                },
            },
        );
        this.endpoint = instance.address;
        this.readerEndpoint = instance.address;
        this.port = instance.port;
        this.arn = instance.arn;
        this.resourceId = instance.resourceId;
        this.engineVersion = instance.engineVersionActual;
        this.masterSecretArn = masterSecretOf(instance);
        this.logGroups = base.logGroups;
        this.target = { dbInstanceIdentifier: instance.identifier };
        const zones = zonesInUse([instance], args);
        this.registerOutputs({ endpoint: this.endpoint, resourceId: this.resourceId, zones });
    }
}

/**
 * RDS can only add storage (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html), and with
 * autoscaling the provider ignores a smaller number, as if it had grown by itself:
 * https://github.com/hashicorp/terraform-provider-aws/blob/v5.46.0/internal/service/rds/instance.go
 */
function refuseLessStorage(name: string): pulumi.ResourceHook {
    return refuseIf(
        `${name}-storage-before-update`,
        "platform.database.storage",
        ({ oldInputs = {}, newInputs = {} }) => {
            const [was, is] = [Number(oldInputs["allocatedStorage"]), Number(newInputs["allocatedStorage"])];
            return is < was
                ? `RDS cannot take away storage: the database was given ${was} GiB; write ${was}`
                : undefined;
        },
    );
}

/** A copy requires that RDS no longer manages the master's password (docs/databases.md); the password is then not changed. */
const masterOptions = ["manageMasterUserPassword", "masterUserSecretKmsKeyId"];
