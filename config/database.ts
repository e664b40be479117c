import type { z } from "zod";
import {
    auditClasses,
    certificateAuthorities,
    databaseKinds,
    engines,
    isAuroraClass,
    mostStorage,
    mostStorageToGrow,
    type DatabaseKind,
    type Engine,
} from "../components/engines";
import { databaseBytes } from "../components/tenancy/names";
import { choice, count, flag, list, matching, number, oneOf, section, text } from "./fields";
import type { Problem } from "./problems";
import { allowedDatabaseName, wrongDatabaseName } from "./validators";
import { apart, dailyWindow, weeklyWindow } from "./windows";

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
        .meta({ description: "An Aurora cluster, or one RDS instance", more: "databases.md" }),
    engine: choice(engines, "write postgres or mysql")
        .default("postgres")
        .meta({ description: "The database engine; MySQL knows fewer of the keys under `access`", more: "mysql.md" }),
    engineVersion: matching(/^\d+(\.\w+)*$/, {
        allowed: "a version in quotes",
        example: "16.6",
        fix: 'write one like "16.6" to pin it, or "16" to let AWS apply minor versions',
        wrong: "not a version",
    }).describe('The engine\'s version, in quotes: `"16.6"` is pinned, `"16"` lets AWS apply minor versions'),
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
        .describe("The database that RDS creates, which holds the tenants' schemas"),
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
        .describe("Statements that the audit log records beside connections: pgaudit's classes"),
    backupDays: count(1, 35, "write how many days to keep backups, like 7")
        .default(7)
        .meta({ description: "How long backups are kept", unit: "days" }),
    backupWindow: dailyWindow.default("01:00-02:00").describe("When AWS takes backups, UTC"),
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
        .describe("Whether to refuse to delete the database, and to keep a last snapshot"),
}).transform(({ name, ...rest }) => ({ ...rest, databaseName: name }));

export type DatabaseSettings = z.infer<typeof database>;

/** The supported versions, by engine and kind. */
const versions: Record<
    Engine,
    Record<DatabaseKind, { readonly pattern: RegExp; readonly allowed: string; readonly example: string }>
> = {
    postgres: {
        aurora: {
            pattern: /^(15|16|17|18)(\.\d{1,2})?$/,
            allowed: "Aurora PostgreSQL 15 to 18",
            example: '"16.6" to pin it, or "16"',
        },
        instance: {
            pattern: /^(15|16|17|18)(\.\d{1,2})?$/,
            allowed: "PostgreSQL 15 to 18",
            example: '"16.6" to pin it, or "16"',
        },
    },
    mysql: {
        aurora: {
            pattern: /^8\.0(\.mysql_aurora\.3\.\d{2}\.\d)?$/,
            allowed: "Aurora MySQL 3",
            example: '"8.0.mysql_aurora.3.08.0" to pin it, or "8.0"',
        },
        instance: {
            pattern: /^8\.[04](\.\d{1,2})?$/,
            allowed: "MySQL 8.0 or 8.4",
            example: '"8.4.5" to pin it, or "8.4"',
        },
    },
};

/** Keys that apply to one kind of database only. */
const only: Record<DatabaseKind, readonly (keyof DatabaseSettings)[]> = {
    aurora: ["minCapacity", "maxCapacity", "readers"],
    instance: ["storage", "maxStorage", "multiAz"],
};

/** Finds contradictions between individually valid values of the database. */
export function databaseProblems(database: DatabaseSettings): Problem[] {
    return [
        ...versionProblems(database),
        ...kindProblems(database),
        ...sizeProblems(database),
        ...windowProblems(database),
    ];
}

function versionProblems({ kind, engine, engineVersion }: DatabaseSettings): Problem[] {
    const { pattern, allowed, example } = versions[engine][kind];
    const fix = `write one like ${example} to let AWS apply minor versions`;
    return pattern.test(engineVersion)
        ? []
        : [
              problem(
                  "engineVersion",
                  engineVersion,
                  `not a version of ${allowed}`,
                  `a version of ${allowed} in quotes`,
                  fix,
              ),
          ];
}

function kindProblems(database: DatabaseSettings): Problem[] {
    const other = database.kind === "aurora" ? "instance" : "aurora";
    const foreign = only[other].filter((key) => database[key] !== undefined);
    const { instanceClass: given } = database;
    const serverless = (["minCapacity", "maxCapacity"] as const).filter(
        (key) => given !== undefined && database.kind === "aurora" && database[key] !== undefined,
    );
    return [
        ...foreign.map((key) =>
            problem(
                key,
                database[key],
                `the database's kind is ${database.kind}`,
                `only with kind: ${other}`,
                "remove it",
            ),
        ),
        ...serverless.map((key) =>
            problem(
                key,
                database[key],
                `instanceClass is set too, to ${given}`,
                "one of instanceClass and capacity",
                "remove one of the two",
            ),
        ),
        ...(given !== undefined && database.kind === "aurora" && !isAuroraClass(given)
            ? [
                  problem(
                      "instanceClass",
                      given,
                      "Aurora does not run on it",
                      "db.t3 and db.t4g medium and large, db.r and db.x classes",
                      "write one like db.r7g.large",
                  ),
              ]
            : []),
    ];
}

function sizeProblems({ minCapacity = 0.5, maxCapacity = 4, storage = 20, maxStorage }: DatabaseSettings): Problem[] {
    const problems: Problem[] = [];
    if (minCapacity > maxCapacity || maxCapacity < 1) {
        const wrong = maxCapacity < 1 ? "less than Aurora accepts" : `less than minCapacity, ${minCapacity}`;
        problems.push(
            problem(
                "maxCapacity",
                maxCapacity,
                wrong,
                `${Math.max(1, minCapacity)} to 256`,
                "raise maxCapacity or lower minCapacity",
            ),
        );
    }
    const most = mostStorageToGrow;
    if (storage > most) {
        problems.push(
            problem(
                "storage",
                storage,
                `leaves less than 10% up to ${mostStorage} GiB, which RDS requires to let the storage grow`,
                `20 to ${most}`,
                `write ${most} or less`,
            ),
        );
    }
    const least = Math.ceil(storage * 1.1);
    if (maxStorage !== undefined && maxStorage < least && storage <= most) {
        problems.push(
            problem(
                "maxStorage",
                maxStorage,
                `less than 10% above storage, ${storage}`,
                `${least} to 65536`,
                "raise maxStorage or lower storage",
            ),
        );
    }
    return problems;
}

function windowProblems({ backupWindow, maintenanceWindow }: DatabaseSettings): Problem[] {
    return apart(backupWindow, maintenanceWindow)
        ? []
        : [
              problem(
                  "maintenanceWindow",
                  maintenanceWindow,
                  `overlaps the backup window, ${backupWindow}`,
                  "windows that do not overlap",
                  "move one of them",
              ),
          ];
}

function problem(key: string, given: unknown, wrong: string, allowed: string, fix: string): Problem {
    return { path: `platform.database.${key}`, given, wrong, allowed, fix };
}
