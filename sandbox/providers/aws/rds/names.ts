import type { Fault, ArgumentCheck, ValueRule } from "../declaring/declaration";
import { given, must, texts } from "../../../cloud/aws/values";
import { engineOf } from "./engines";

/** Identifiers of clusters and instances. */
export const identifier: ValueRule = (value, property) => {
    const name = String(value);
    const faults: [boolean, string][] = [
        [!/^[0-9a-z-]+$/.test(name), `only lowercase alphanumeric characters and hyphens allowed in "${property}"`],
        [!/^[a-z]/.test(name), `first character of "${property}" must be a letter`],
        [name.includes("--"), `"${property}" cannot contain two consecutive hyphens`],
        [name.endsWith("-"), `"${property}" cannot end in a hyphen`],
        [name.length > 63, `"${property}" cannot be longer than 63 characters`],
    ];
    const fault = faults.find(([wrong]) => wrong);
    return fault === undefined ? undefined : `${fault[1]}: ${name}`;
};

/** The final snapshot of a cluster, which may begin with a digit. */
export const snapshotIdentifier: ValueRule = (value, property) =>
    /^[0-9A-Za-z](?!.*--)[0-9A-Za-z-]*(?<!-)$/.test(String(value))
        ? undefined
        : `only alphanumeric characters and single hyphens inside allowed in "${property}": ${String(value)}`;

/**
 * The final snapshot of an instance.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/instance.go
 */
export const instanceSnapshotIdentifier: ValueRule = (value, property, cloud) =>
    /^[0-9]/.test(String(value))
        ? `invalid value for ${property} (must begin with alphabetic character): ${String(value)}`
        : snapshotIdentifier(value, property, cloud);

/**
 * Names of parameter groups.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/validate.go
 */
export const parameterGroupName: ValueRule = (value, property) => {
    const name = String(value);
    const faults: [boolean, string][] = [
        [
            !/^[0-9a-z.-]+$/.test(name),
            `only lowercase alphanumeric characters, periods, and hyphens allowed in parameter group "${property}"`,
        ],
        [!/^[a-z]/.test(name), `first character of parameter group "${property}" must be a letter`],
        [name.includes("--"), `parameter group "${property}" cannot contain two consecutive hyphens`],
        [name.endsWith("-"), `parameter group "${property}" cannot end with a hyphen`],
        [name.length > 255, `parameter group "${property}" cannot be greater than 255 characters`],
    ];
    const fault = faults.find(([wrong]) => wrong);
    return fault === undefined ? undefined : `${fault[1]}: ${name}`;
};

/** Names of subnet groups. */
export const subnetGroupName: ValueRule = (value, property) => {
    const name = String(value);
    if (!/^[0-9a-z._ -]+$/.test(name)) {
        return `only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces allowed in "${property}": ${name}`;
    }
    return name.length > 255 || name === "default"
        ? `"${property}" cannot be longer than 255 characters or be "default": ${name}`
        : undefined;
};

/** The names of the first database and of the master. */
export const databaseName: ValueRule = (value) =>
    /^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(String(value))
        ? undefined
        : `InvalidParameterValue: DatabaseName must begin with a letter and contain only alphanumeric characters: ${String(value)}`;

export const masterUsername: ValueRule = (value) => {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(String(value))) {
        return `InvalidParameterValue: The parameter MasterUsername must begin with a letter and contain 1 to 63 alphanumeric characters: ${String(value)}`;
    }
    return ["admin", "rdsadmin", "rds_superuser", "public"].includes(String(value).toLowerCase())
        ? `InvalidParameterValue: MasterUsername ${String(value)} cannot be used as it is a reserved word used by the engine`
        : undefined;
};

export const masterPassword: ValueRule = (value) => {
    if (String(value).length < 8) {
        return "InvalidParameterValue: The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.";
    }
    return /[/@" ]/.test(String(value))
        ? "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used."
        : undefined;
};

/** `07:00-09:00`. */
export const dailyWindow: ValueRule = (value, property) =>
    /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/.test(String(value))
        ? undefined
        : `"${property}" must satisfy the format of "hh24:mi-hh24:mi", got ${String(value)}`;

/** `sun:03:00-sun:04:00`. */
export const weeklyWindow: ValueRule = (value, property) =>
    /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/i.test(
        String(value),
    )
        ? undefined
        : `"${property}" must satisfy the format of "ddd:hh24:mi-ddd:hh24:mi", got ${String(value)}`;

/** Log types that the engine supports. */
export function exportedLogs(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const engine = must(inputs, "engine");
    const known = engineOf(engine)?.logs;
    const foreign = texts(inputs, "enabledCloudwatchLogsExports").filter((log) => known?.includes(log) === false);
    return foreign.map((log): Fault => [
        "enabledCloudwatchLogsExports",
        `InvalidParameterCombination: You cannot use the log types '${log}' with engine version ${engine} ${must(inputs, "engineVersion")}. For supported log types, see the documentation.`,
    ]);
}

/** A monitoring interval requires a monitoring role. */
export function monitoringRole(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const interval = inputs["monitoringInterval"];
    return typeof interval === "number" && interval !== 0 && !given(inputs, "monitoringRoleArn")
        ? [
              "monitoringRoleArn",
              "InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
          ]
        : undefined;
}
