import { alongside, set, unset, type Cases } from "./case";

/** The platform's database. */
export const database: Cases = {
    "platform.database.kind": {
        "aurora to instance": alongside(set("capacity", "instance"), {
            "platform.database.minCapacity": undefined,
            "platform.database.maxCapacity": undefined,
            "platform.database.readers": undefined,
        }),
        "instance to aurora": alongside(set("server", "aurora"), {
            "platform.database.engineVersion": "16",
            "platform.database.allowMajorVersionUpgrade": undefined,
            "platform.database.instanceClass": undefined,
            "platform.database.storage": undefined,
            "platform.database.maxStorage": undefined,
            "platform.database.multiAz": undefined,
        }),
    },
    "platform.database.engine": {
        "postgres to mysql": alongside(set("serverless", "mysql"), { "platform.database.engineVersion": "8.0" }),
        "mysql to postgres": alongside(set("mysql", "postgres"), { "platform.database.engineVersion": "16" }),
    },
    "platform.database.engineVersion": {
        "changed: to a later minor version": set("capacity", "16.9"),
        "changed: to a later minor version, with a copy": set("full", "16.9"),
        "changed: to an earlier minor version": set("aurora", "16.8"),
        "changed: from a pinned minor version to the major version": set("aurora", "16"),
        "changed: from the major version to a later minor version": set("serverless", "16.13"),
        "changed: to another major version": set("serverless", "17.5"),
        "changed: to another major version, with `allowMajorVersionUpgrade`": alongside(set("serverless", "17.5"), {
            "platform.database.allowMajorVersionUpgrade": true,
        }),
    },
    "platform.database.allowMajorVersionUpgrade": {
        "false to true": set("aurora", true),
        "true to false": set("server", false),
    },
    "platform.database.applyImmediately": {
        "false to true": set("server", true),
        "true to false": set("aurora", false),
    },
    "platform.database.name": { changed: set("capacity", "other") },
    "platform.database.instanceClass": {
        added: set("serverless", "db.r7g.large"),
        changed: set("aurora", "db.r7g.xlarge"),
        "changed: with a copy": set("full", "db.r7g.xlarge"),
        "changed: of an RDS instance": set("server", "db.m7g.xlarge"),
        removed: unset("aurora"),
        "removed: of an RDS instance": unset("server"),
    },
    "platform.database.minCapacity": {
        raised: set("capacity", 2),
        lowered: set("capacity", 0.5),
    },
    "platform.database.maxCapacity": {
        raised: set("capacity", 16),
        lowered: set("capacity", 6),
    },
    "platform.database.readers": {
        raised: set("aurora", 2),
        lowered: set("aurora", 0),
    },
    "platform.database.storage": {
        raised: set("server", 100),
        lowered: set("server", 40),
    },
    "platform.database.maxStorage": {
        raised: set("server", 1000),
        lowered: set("server", 400),
    },
    "platform.database.multiAz": {
        "false to true": set("server", true),
        "true to false": set("instance", false),
    },
    "platform.database.temporaryFiles": {
        raised: set("aurora", 12),
        lowered: set("aurora", 6),
    },
    "platform.database.audit": { changed: set("aurora", ["ddl"]) },
    "platform.database.backupDays": { raised: set("aurora", 30), lowered: set("aurora", 7) },
    "platform.database.backupWindow": { changed: set("aurora", "02:00-03:00") },
    "platform.database.maintenanceWindow": { changed: set("aurora", "sat:05:00-sat:06:00") },
    "platform.database.insightsDays": {
        raised: set("aurora", 93),
        lowered: set("aurora", 7),
        "lowered: to 0": set("aurora", 0),
    },
    "platform.database.certificateAuthority": {
        "rds-ca-rsa2048-g1 to rds-ca-rsa4096-g1": set("capacity", "rds-ca-rsa4096-g1"),
        "rds-ca-rsa4096-g1 to rds-ca-rsa2048-g1": set("server", "rds-ca-rsa2048-g1"),
        "rds-ca-rsa4096-g1 to rds-ca-ecc384-g1": set("server", "rds-ca-ecc384-g1"),
        "rds-ca-ecc384-g1 to rds-ca-rsa4096-g1": set("aurora", "rds-ca-rsa4096-g1"),
    },
    "platform.database.proxy": { "false to true": set("least", true), "true to false": set("full", false) },
    "platform.database.protect": { "false to true": set("capacity", true), "true to false": set("aurora", false) },
    "platform.database.finalSnapshot": {
        "false to true": set("capacity", true),
        "true to false": set("aurora", false),
    },
};
