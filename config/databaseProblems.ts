import {
    isAuroraClass,
    mostStorage,
    mostStorageToGrow,
    readVersion,
    type DatabaseKind,
    type Engine,
} from "../components/engines";
import type { DatabaseSettings } from "./database";
import type { Problem } from "./problems";
import { apart } from "./windows";

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

function versionProblems({
    kind,
    engine,
    engineVersion,
    allowMajorVersionUpgrade = false,
}: DatabaseSettings): Problem[] {
    const { pattern, allowed, example } = versions[engine][kind];
    const fix = `write one like ${example} to let AWS apply minor versions`;
    if (pattern.test(engineVersion)) {
        // A minor version that AWS prefers today may be older than what runs tomorrow.
        return allowMajorVersionUpgrade && !readVersion(engine, engineVersion).pinned
            ? [
                  problem(
                      "engineVersion",
                      engineVersion,
                      "an upgrade to another major version needs the full version to upgrade to",
                      `a full version of ${allowed}`,
                      `write one like ${example.split(" ")[0]}, or remove allowMajorVersionUpgrade`,
                  ),
              ]
            : [];
    }
    return [
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
