import type { z } from "zod";
import { auditClasses, certificateAuthorities, databaseKinds, engines, mostStorage } from "../components/engines";
import { databaseBytes } from "../components/tenancy/names";
import { choice, count, flag, list, matching, number, oneOf, section, text } from "./fields";
import { allowedDatabaseName, wrongDatabaseName } from "./validators";
import { dailyWindow, weeklyWindow } from "./windows";

const capacity = (what: string) =>
    number({
        allowed: "0 to 256 Aurora capacity units in steps of 0.5",
        fix: `write ${what}`,
        wrong: (given) =>
            given >= 0 && given <= 256 && Number.isInteger(given * 2)
                ? undefined
                : "not a capacity of Aurora Serverless v2",
    }).meta({ minimum: 0, maximum: 256, multipleOf: 0.5, unit: "Aurora capacity units, each 2 GiB of memory" });

/** The class of a database's instances. */
export const instanceClass = matching(/^db\.[a-z][a-z0-9]*\.[a-z0-9]+$/, {
    allowed: "a class of RDS instances",
    example: "db.r7g.large",
    wrong: "not a class of RDS instances",
});

/** Seven days, whole months, or two years: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.Overview.cost.html */
const insights = [0, 7, ...Array.from({ length: 23 }, (_, month) => 31 * (month + 1)), 731];

/** The database: Aurora or one RDS instance, PostgreSQL or MySQL. */
export const database = section({
    kind: choice(databaseKinds, "write aurora (a cluster) or instance (one RDS instance)")
        .default("aurora")
        .meta({ description: "An Aurora cluster, or one RDS instance; it cannot change later", more: "databases.md" }),
    engine: choice(engines, "write postgres or mysql").default("postgres").meta({
        description: "The database engine; it cannot change later. MySQL knows fewer of the keys under `access`",
        more: "mysql.md",
    }),
    engineVersion: matching(/^\d+(\.\w+)*$/, {
        allowed: "a version in quotes",
        example: "16.6",
        fix: 'write one like "16.6" to pin it, or "16" to let AWS apply minor versions',
        wrong: "not a version",
    }).describe('The engine\'s version, in quotes: `"16.6"` is pinned, `"16"` lets AWS apply minor versions'),
    allowMajorVersionUpgrade: flag("write true for the run that upgrades the database to another major version")
        .optional()
        .meta({
            description: "Whether a run may upgrade the database to another major version, given in full",
            absent: "`false`: such a change is refused",
            more: "databases.md#major-upgrades",
        }),
    applyImmediately: flag("write false to wait for the maintenance window").default(true).meta({
        description:
            "Whether changes that restart the database apply in the same run; otherwise they wait for `maintenanceWindow`, and previews show them until then",
        more: "databases.md#the-maintenance-window",
    }),
    name: text({
        // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
        allowed: allowedDatabaseName(databaseBytes, "a-z, 0-9 and _, a letter first, a letter or digit last"),
        fix: "write the name of the database that RDS creates, like app",
        wrong: (given) =>
            wrongDatabaseName(given, databaseBytes) ??
            (/^[a-z][a-z0-9_]*$/.test(given)
                ? undefined
                : "RDS accepts only letters, digits and _, starting with a letter"),
    })
        .default("app")
        .describe("The database that RDS creates, which holds the tenants' schemas; it cannot change later"),
    instanceClass: instanceClass.optional().meta({
        description: "The instance class",
        absent: "Aurora is serverless; an RDS instance is a `db.t4g.medium`",
    }),
    minCapacity: capacity("the minimum capacity, like 0.5")
        .optional()
        .meta({ description: "The minimum capacity of Aurora Serverless v2", absent: "0.5" }),
    maxCapacity: capacity("the maximum capacity, like 4")
        .optional()
        .meta({ description: "The maximum capacity of Aurora Serverless v2, at least 1", absent: "4" }),
    readers: count(0, 15, "write the number of readers, like 1")
        .optional()
        .meta({ description: "The number of Aurora readers; one takes over when the writer fails", absent: "1" }),
    storage: count(20, mostStorage, "write the initial storage in GiB, like 20")
        .optional()
        .meta({ description: "The initial storage of an RDS instance", unit: "GiB", absent: "20" }),
    maxStorage: count(20, mostStorage, "write the maximum storage in GiB, like 100")
        .optional()
        .meta({
            description: "The storage that an RDS instance may grow to, at least 10% above `storage`",
            unit: "GiB",
            absent: `five times \`storage\`, at most ${mostStorage}`,
        }),
    multiAz: flag("write false to run without a standby instance")
        .optional()
        .meta({ description: "Whether an RDS instance has a standby in another zone", absent: "`true`" }),
    temporaryFiles: count(1, 2047, "write the GiB of temporary files that one process may use, like 4")
        .optional()
        .meta({
            description: "The temporary files that one process may use",
            unit: "GiB",
            absent: "derived from the storage or the memory",
            more: "databases.md#limits",
        }),
    audit: list(choice(auditClasses, "write what to record, like ddl"), `a list of ${auditClasses.join(", ")}`)
        .default(["ddl", "role"])
        .describe("The classes of statements (pgaudit's) in the audit log, in addition to connections"),
    backupDays: count(1, 35, "write how many days to keep backups, like 7")
        .default(7)
        .meta({ description: "How long backups are kept", unit: "days" }),
    backupWindow: dailyWindow.default("01:00-02:00").describe("The backup window, UTC"),
    maintenanceWindow: weeklyWindow
        .default("sun:03:00-sun:04:00")
        .describe("When AWS maintains the database, UTC, apart from `backupWindow`"),
    insightsDays: oneOf(insights, {
        fix: "write how many days Performance Insights looks back, like 7, or 0 to switch it off",
        wrong: "not a retention period of Performance Insights",
    })
        .default(7)
        .meta({ description: "How far Performance Insights looks back; 0 switches it off", unit: "days" }),
    certificateAuthority: choice(certificateAuthorities, "write the authority that signs the server's certificate")
        .default("rds-ca-rsa2048-g1")
        .describe("The certificate authority that signs the server's certificate"),
    proxy: flag("write true to put an RDS Proxy before the database")
        .default(false)
        .describe("Whether to put an RDS Proxy before the database, with IAM on both sides"),
    protect: flag("write false only if the data can be lost")
        .default(true)
        .describe("Whether to refuse to delete the database"),
    finalSnapshot: flag("write false only if the data can be lost when the database is deleted").default(true).meta({
        description: "Whether to take a final snapshot when the database is deleted, and to keep its KMS key",
        more: "databases.md#removing-a-database",
    }),
}).transform(({ name, ...rest }) => ({ ...rest, databaseName: name }));

export type DatabaseSettings = z.infer<typeof database>;
