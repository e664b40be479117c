import { parseArn } from "../../../../toolkit/arn";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Live, Self } from "../declaring/declaration";
import { flag, given, must, number, text } from "../../../cloud/aws/values";
import { locateInstance } from "./locate";

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
