import { alongside, append, drop, set, unset, type Case, type Cases } from "./case";

const databaseSubnets = ["Name=production-database-a", "Name=production-database-b"];
/** From a database that exists to one that the stack creates. */
const toCreated = (one: Case): Case =>
    alongside(one, {
        "platform.database": { kind: "instance", engineVersion: "16", name: "tickets" },
        "platform.network.existing.databaseSubnets": databaseSubnets,
    });
/** From a database that the stack created to one that exists. */
const toExisting = (one: Case): Case =>
    alongside(one, { "platform.database": { existing: { identifier: "orders", name: "orders" } } });
const withProxy = { "platform.database.existing.proxy": "orders-front" };

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
    "platform.database.existing": {
        added: toExisting(set("within", { identifier: "orders", name: "orders" })),
        removed: toCreated(unset("tickets")),
    },
    "platform.database.existing.kind": {
        "aurora to instance": set("orders", "instance"),
        "instance to aurora": set("tickets", "aurora"),
    },
    "platform.database.existing.engine": {
        "postgres to mysql": alongside(set("tickets", "mysql"), { access: undefined }),
        "mysql to postgres": set("billing", "postgres"),
    },
    "platform.database.existing.identifier": { changed: set("tickets", "orders") },
    "platform.database.existing.name": { changed: set("tickets", "other") },
    "platform.database.existing.role": {
        added: set("tickets", "arn:aws:iam::444455556666:role/keyless-deploy"),
        changed: set("billing", "arn:aws:iam::444455556666:role/keyless-deploy-2"),
        removed: unset("billing"),
    },
    "platform.database.existing.proxy": {
        added: set("orders", "orders-front"),
        changed: set("tickets", "tickets-front-2"),
        removed: alongside(unset("tickets"), {
            "platform.database.existing.addProxyRulesTo": undefined,
            "platform.database.existing.addPoliciesToProxyRole": undefined,
        }),
    },
    "platform.database.existing.replicas": {
        added: append("orders", { identifier: "orders-copy", region: "eu-west-1" }),
        removed: drop("tickets", 1),
    },
    "platform.database.existing.replicas[].identifier": { changed: set("tickets", "tickets-nearer", 0) },
    "platform.database.existing.replicas[].region": {
        added: set("tickets", "eu-west-1", 0),
        changed: set("tickets", "eu-west-2", 1),
        removed: alongside(unset("tickets", 1), {
            "platform.database.existing.replicas.1.identifier": "tickets-nearer",
        }),
    },
    "platform.database.existing.addRulesTo": {
        added: set("orders", "sg-0c1d2e3f4a5b60744"),
        changed: set("tickets", "sg-0c1d2e3f4a5b60741"),
        removed: unset("tickets"),
    },
    "platform.database.existing.addProxyRulesTo": {
        added: alongside(set("orders", "sg-0c1d2e3f4a5b60745"), withProxy),
        changed: set("tickets", "sg-0c1d2e3f4a5b60743"),
        removed: unset("tickets"),
    },
    "platform.database.existing.addPoliciesToProxyRole": {
        "false to true": alongside(set("orders", true), withProxy),
        "true to false": set("tickets", false),
    },
    "platform.database.engineVersion": {
        added: toCreated(set("tickets", "16")),
        removed: toExisting(unset("within")),
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
