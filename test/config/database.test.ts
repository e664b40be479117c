import assert from "node:assert/strict";
import fc from "fast-check";
import { apart } from "../../config/windows";
import { problemsOf, wrongsOf } from "../support/configProblems";

function wrongs(database: Record<string, unknown>): string[] {
    const platform = { cluster: { version: "1.33" }, database: { engineVersion: "16", ...database } };
    return wrongsOf({ platform }).map((wrong) => wrong.replace("platform.database.", ""));
}

describe("a database's config", () => {
    for (const [database, ...wrong] of [
        [{ engineVersion: "14.9" }, "engineVersion: not a version of Aurora PostgreSQL 15 to 18"],
        [{ engineVersion: "16.6.1" }, "engineVersion: not a version of Aurora PostgreSQL 15 to 18"],
        [{ kind: "instance", engineVersion: "14" }, "engineVersion: not a version of PostgreSQL 15 to 18"],
        [{ engine: "mysql", engineVersion: "8.4" }, "engineVersion: not a version of Aurora MySQL 3"],
        [{ engine: "mysql", engineVersion: "8.0" }],
        [{ engine: "mysql", engineVersion: "8.0.mysql_aurora.3.08.0" }],
        [{ kind: "instance", engine: "mysql", engineVersion: "8.4.5" }],
        [
            { kind: "instance", engine: "mysql", engineVersion: "5.7" },
            "engineVersion: not a version of MySQL 8.0 or 8.4",
        ],
        [
            { engineVersion: "17", allowMajorVersionUpgrade: true },
            "engineVersion: an upgrade to another major version needs the full version to upgrade to",
        ],
        [{ engineVersion: "17.5", allowMajorVersionUpgrade: true }],
        [{ engineVersion: 16 }, "engineVersion: not a text"],
        [{ kind: "cluster" }, "kind: not one of aurora, instance"],
        [{ engine: "oracle" }, "engine: not one of postgres, mysql"],
        [{ instanceClass: "r7g.large" }, "instanceClass: not a class of RDS instances"],
        [{ instanceClass: "db.t3.micro" }, "instanceClass: Aurora does not run on it"],
        [{ instanceClass: "db.m7g.large" }, "instanceClass: Aurora does not run on it"],
        [{ kind: "instance", instanceClass: "db.m7g.large" }],
        [
            { instanceClass: "db.r7g.2xlarge", minCapacity: 1 },
            "minCapacity: instanceClass is set too, to db.r7g.2xlarge",
        ],
        [{ minCapacity: 0.3 }, "minCapacity: not a capacity of Aurora Serverless v2"],
        [{ minCapacity: 8 }, "maxCapacity: less than minCapacity, 8"],
        [{ maxCapacity: 0.5 }, "maxCapacity: less than Aurora accepts"],
        [
            { storage: 100, multiAz: false },
            "storage: the database's kind is aurora",
            "multiAz: the database's kind is aurora",
        ],
        [{ kind: "instance", readers: 2 }, "readers: the database's kind is instance"],
        [{ kind: "instance", storage: 100, maxStorage: 105 }, "maxStorage: less than 10% above storage, 100"],
        [
            { kind: "instance", storage: 59_579 },
            "storage: leaves less than 10% up to 65536 GiB, which RDS requires to let the storage grow",
        ],
        [{ kind: "instance", storage: 59_578 }],
        [{ kind: "instance", storage: 10 }, "storage: not a whole number from 20 to 65536"],
        [{ audit: ["ddl", "logins"] }, "audit[1]: not one of ddl, function, misc, read, role, write"],
        [{ backupDays: 0 }, "backupDays: not a whole number from 1 to 35"],
        [{ backupWindow: "1:00-2:00" }, "backupWindow: not a window in RDS's notation"],
        [{ backupWindow: "01:00-01:10" }, "backupWindow: shorter than half an hour"],
        [{ backupWindow: "25:00-26:00" }, "backupWindow: not a window in RDS's notation"],
        [{ maintenanceWindow: "sunday:03:00-sunday:04:00" }, "maintenanceWindow: not a window in RDS's notation"],
        [{ maintenanceWindow: "sun:03:00-tue:04:00" }, "maintenanceWindow: longer than a day"],
        [{ maintenanceWindow: "sun:01:30-sun:02:30" }, "maintenanceWindow: overlaps the backup window, 01:00-02:00"],
        [{ maintenanceWindow: "sun:23:30-mon:01:30" }, "maintenanceWindow: overlaps the backup window, 01:00-02:00"],
        [
            { backupWindow: "23:30-00:30", maintenanceWindow: "mon:00:00-mon:01:00" },
            "maintenanceWindow: overlaps the backup window, 23:30-00:30",
        ],
        [{ insightsDays: 30 }, "insightsDays: not a retention period of Performance Insights"],
        [{ insightsDays: 62 }],
        [
            { certificateAuthority: "rds-ca-2019" },
            "certificateAuthority: not one of rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1",
        ],
    ] as const) {
        it(`${wrong.length === 0 ? "takes" : "refuses"} ${JSON.stringify(database)}`, () => {
            assert.deepEqual(wrongs(database), wrong);
        });
    }

    it("lists the characters allowed in the first database's name: no hyphen", () => {
        const database = { engineVersion: "16", name: "my-app" };
        const [problem] = problemsOf({ platform: { cluster: { version: "1.33" }, database } });
        assert.match(
            `${problem?.wrong}; ${problem?.allowed}`,
            /^RDS accepts only letters, digits and _, .*; 1 to \d+ of a-z, 0-9 and _, a letter first, /,
        );
    });

    it("keeps backup and maintenance windows apart, for any minute", () => {
        const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        const clock = (minute: number) =>
            [Math.floor(minute / 60) % 24, minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
        const minute = fc.integer({ min: 0, max: 1439 });
        const length = fc.integer({ min: 30, max: 600 });
        fc.assert(
            fc.property(
                minute,
                length,
                fc.integer({ min: 0, max: 6 }),
                minute,
                length,
                (from, daily, day, start, weekly) => {
                    const at = (minute: number) =>
                        `${days[(day + Math.floor(minute / 1440)) % 7]}:${clock(minute % 1440)}`;
                    const busy = (now: number) =>
                        [0, 1440].some((shift) => now + shift >= from && now + shift < from + daily);
                    const minutes = Array.from({ length: weekly }, (_, index) => (start + index) % 1440);
                    const everyDay = `${clock(from)}-${clock((from + daily) % 1440)}`;
                    assert.equal(apart(everyDay, `${at(start)}-${at(start + weekly)}`), !minutes.some(busy));
                },
            ),
        );
    });
});
