import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Live, Self } from "../declaring/declaration";
import { flag, given, must, number, text } from "../../../cloud/aws/values";
import { DB_INSTANCE } from "../../../cloud/aws/tokens";
import { actualVersion, majorOf, minorOf } from "./engines";
import { locateInstance } from "./locate";
import { sentVersion } from "./version";

type Inputs = Self["inputs"];

/** What a read replica inherits from its source. */
export function inherited(inputs: Inputs, cloud: Cloud): Inputs {
    const source = locateInstance(text(inputs, "replicateSourceDb") ?? "", cloud)?.state;
    const names = ["engine", "engineVersion", "username", "dbName", "allocatedStorage"] as const;
    return source === undefined ? {} : Object.fromEntries(names.map((name) => [name, source[name] ?? ""]));
}

/** Why an instance cannot be copied. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.XRgn.html */
export function copiedInstance({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const name = text(inputs, "replicateSourceDb");
    const source = name === undefined || id !== undefined ? undefined : locateInstance(name, cloud)?.state;
    if (name === undefined || source === undefined) {
        return undefined;
    }
    if ((number(source, "backupRetentionPeriod") ?? 0) === 0) {
        return `InvalidDBInstanceState: Automated backups are not enabled for this database instance: ${must(source, "identifier")}`;
    }
    if (flag(source, "manageMasterUserPassword")) {
        // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
        return "InvalidParameterCombination: Creating a read replica isn't supported when the source DB instance manages credentials with Secrets Manager";
    }
    const afar = parseArn(name) !== undefined && parseArn(name)?.region !== cloud.region;
    return afar && source["storageEncrypted"] === true && !given(inputs, "kmsKeyId")
        ? "InvalidParameterCombination: KmsKeyId must be specified for a cross-region read replica of an encrypted DB instance"
        : undefined;
}

/**
 * "If your database has read replicas, you must first upgrade all of the read replicas before you upgrade the source", which is for minor
 * versions; a major one upgrades the replicas in the same region only.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
 */
export function replicasFirst({ id, inputs, cloud, known }: Parameters<Live>[0]): string | undefined {
    const engine = must(inputs, "engine");
    const asked = id === undefined ? undefined : sentVersion({ inputs, known }, false);
    const after = asked === undefined ? undefined : actualVersion(engine, asked);
    const source = id === undefined ? undefined : locateInstance(id, cloud)?.state;
    if (after === undefined || source === undefined) {
        return undefined;
    }
    const older = cloud.store
        .list(DB_INSTANCE, { account: cloud.account })
        .filter(({ state }) => [source["arn"], source["identifier"]].includes(state["replicateSourceDb"] ?? null))
        .filter(({ region, state }) => {
            const runs = must(state, "engineVersionActual");
            return majorOf(engine, runs) === majorOf(engine, after)
                ? minorOf(engine, runs) < minorOf(engine, after)
                : region !== cloud.region;
        });
    return older.length === 0
        ? undefined
        : `InvalidDBInstanceState: One or more of the read replicas of ${text(source, "identifier")} must be upgraded first: ${older.map(({ state }) => text(state, "identifier")).join(", ")}`;
}
