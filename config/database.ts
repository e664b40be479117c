import type { z } from "zod";
import {
    auditClasses,
    certificateAuthorities,
    databaseKinds,
    engines,
    isAuroraClass,
    type DatabaseKind,
    type Engine,
} from "../components/database/engines";
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

/** What a database's instances run on. */
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
        allowed: allowedDatabaseName(databaseBytes),
        fix: "write the name of the database that RDS makes, like app",
        wrong: (given) =>
            wrongDatabaseName(given, databaseBytes) ??
            (/^[a-z][a-z0-9_]*$/.test(given) ? undefined : "RDS takes only letters, digits and _, a letter first"),
    })
        .default("app")
        .describe("The database that RDS creates, which holds the tenants' schemas"),
    instanceClass: instanceClass.optional().meta({
        description: "What the instances run on",
        absent: "Aurora is serverless; an RDS instance is a `db.t4g.medium`",
    }),
    minCapacity: capacity("the capacity at rest, like 0.5")
        .optional()
        .meta({ description: "A serverless Aurora's capacity at rest", absent: "0.5" }),
    maxCapacity: capacity("the capacity under load, like 4")
        .optional()
        .meta({ description: "A serverless Aurora's capacity under load, 1 or more", absent: "4" }),
    readers: count(0, 15, "write how many readers stand by, like 1")
        .optional()
        .meta({ description: "Aurora's readers that stand by; one takes over when the writer fails", absent: "1" }),
    storage: count(20, 65_536, "write how much storage to start with, in GiB, like 20")
        .optional()
        .meta({ description: "The storage that an RDS instance starts with", unit: "GiB", absent: "20" }),
    maxStorage: count(20, 65_536, "write how far the storage may grow, in GiB, like 100").optional().meta({
        description: "How far an RDS instance's storage may grow, at least a tenth above `storage`",
        unit: "GiB",
        absent: "five times `storage`",
    }),
    multiAz: flag("write false to do without a second instance that takes over")
        .optional()
        .meta({ description: "Whether an RDS instance has a second one that takes over", absent: "`true`" }),
    temporaryFiles: count(1, 2047, "write how many GiB of temporary files one process may have, like 4")
        .optional()
        .meta({
            description: "The temporary files that one process may have",
            unit: "GiB",
            absent: "by the storage or the memory",
            more: "databases.md#limits",
        }),
    audit: list(choice(auditClasses, "write what to record, like ddl"), `a list of ${auditClasses.join(", ")}`)
        .default(["ddl", "role"])
        .describe("Statements that the audit log records beside connections: pgaudit's classes"),
    backupDays: count(1, 35, "write how many days of backups are kept, like 7")
        .default(7)
        .meta({ description: "How long backups are kept", unit: "days" }),
    backupWindow: dailyWindow.default("01:00-02:00").describe("When AWS takes backups, UTC"),
    maintenanceWindow: weeklyWindow
        .default("sun:03:00-sun:04:00")
        .describe("When AWS maintains the database, UTC, apart from `backupWindow`"),
    insightsDays: oneOf(insights, {
        fix: "write how many days Performance Insights looks back, like 7, or 0 to switch it off",
        wrong: "not a time that Performance Insights keeps",
    })
        .default(7)
        .meta({ description: "How far Performance Insights looks back; 0 switches it off", unit: "days" }),
    certificateAuthority: choice(certificateAuthorities, "write who signs the server's certificate")
        .default("rds-ca-rsa2048-g1")
        .describe("The certificate authority that signs the server's certificate"),
    proxy: flag("write true to put an RDS Proxy before the database")
        .default(false)
        .describe("Whether to put an RDS Proxy before the database, with IAM on both sides"),
    protect: flag("write false only where losing the data is no loss")
        .default(true)
        .describe("Whether to refuse to delete the database, and to keep a last snapshot"),
}).transform(({ name, ...rest }) => ({ ...rest, databaseName: name }));

export type DatabaseSettings = z.infer<typeof database>;

/** Which versions there are, by engine and kind. */
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

/** Keys that mean something to one kind of database only. */
const only: Record<DatabaseKind, readonly (keyof DatabaseSettings)[]> = {
    aurora: ["minCapacity", "maxCapacity", "readers"],
    instance: ["storage", "maxStorage", "multiAz"],
};

/** What is wrong between values of a database that are well by themselves. */
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
                `the database is of kind ${database.kind}`,
                `only with kind: ${other}`,
                "remove it",
            ),
        ),
        ...serverless.map((key) =>
            problem(
                key,
                database[key],
                `there is an instanceClass too, ${given}`,
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
        const wrong = maxCapacity < 1 ? "less than Aurora takes" : `less than minCapacity, ${minCapacity}`;
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
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    const least = Math.ceil(storage * 1.1);
    if (maxStorage !== undefined && maxStorage < least) {
        problems.push(
            problem(
                "maxStorage",
                maxStorage,
                `less than a tenth above storage, ${storage}`,
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
                  `meets the backup window, ${backupWindow}`,
                  "windows apart from each other",
                  "move one of the two",
              ),
          ];
}

function problem(key: string, given: unknown, wrong: string, allowed: string, fix: string): Problem {
    return { path: `platform.database.${key}`, given, wrong, allowed, fix };
}
