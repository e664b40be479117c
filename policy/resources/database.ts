import type { Resource } from "./resource";
import { isUnknown } from "./unknownValues";

/** A database as rules see it, independent of its provider; each part as given, or undefined. */
export interface Database {
    readonly kind: "cluster" | "instance" | "member";
    readonly resource: Resource;
    readonly engine: unknown;
    readonly engineVersion: unknown;
    /** Inherits encryption and other settings from another database or a snapshot. */
    readonly copy: boolean;
    /** Each setting with the name of its argument. */
    readonly iamAuthentication: Setting;
    readonly encrypted: Setting;
    readonly deletionProtection: Setting;
    readonly logs: Setting;
    readonly publiclyAccessible: Setting;
    readonly parameterGroup: Setting;
    readonly securityGroups: Setting;
    readonly subnetGroup: Setting;
    /** Arguments that contain a password. */
    readonly passwords: readonly Setting[];
}

export interface Setting {
    readonly argument: string;
    readonly value: unknown;
}

type Names = Readonly<
    Record<Exclude<keyof Database, "kind" | "resource" | "engine" | "engineVersion" | "copy" | "passwords">, string>
>;

const classic: Names = {
    iamAuthentication: "iamDatabaseAuthenticationEnabled",
    encrypted: "storageEncrypted",
    deletionProtection: "deletionProtection",
    logs: "enabledCloudwatchLogsExports",
    publiclyAccessible: "publiclyAccessible",
    parameterGroup: "parameterGroupName",
    securityGroups: "vpcSecurityGroupIds",
    subnetGroup: "dbSubnetGroupName",
};

const native: Names = {
    ...classic,
    iamAuthentication: "enableIamDatabaseAuthentication",
    logs: "enableCloudwatchLogsExports",
};

/** The resource types of databases, with the names of their arguments. */
const kinds: Readonly<Record<string, readonly [Database["kind"], Names, passwords: readonly string[]]>> = {
    "aws:rds/cluster:Cluster": [
        "cluster",
        { ...classic, parameterGroup: "dbClusterParameterGroupName" },
        ["masterPassword", "masterPasswordWo"],
    ],
    "aws:rds/instance:Instance": ["instance", classic, ["password", "passwordWo"]],
    "aws:rds/clusterInstance:ClusterInstance": ["member", classic, []],
    "aws-native:rds:DbCluster": [
        "cluster",
        { ...native, parameterGroup: "dbClusterParameterGroupName" },
        ["masterUserPassword"],
    ],
    "aws-native:rds:DbInstance": [
        "instance",
        { ...native, parameterGroup: "dbParameterGroupName", securityGroups: "vpcSecurityGroups" },
        ["masterUserPassword"],
    ],
};

export const databaseTypes: ReadonlySet<string> = new Set(Object.keys(kinds));

/** The types of proxies, whose arguments have the same names in both providers. */
export const proxyTypes: ReadonlySet<string> = new Set(["aws:rds/proxy:Proxy", "aws-native:rds:DbProxy"]);

/** Arguments that make a database a copy of another database or a snapshot. */
const origins = [
    ...[
        "replicateSourceDb",
        "replicationSourceIdentifier",
        "snapshotIdentifier",
        "globalClusterIdentifier",
        "restoreToPointInTime",
    ],
    ...["sourceDbInstanceIdentifier", "sourceDbClusterIdentifier", "dbSnapshotIdentifier", "sourceDbiResourceId"],
];

/** Reads a resource as a database; undefined if it is not one. */
export function databaseOf(resource: Resource): Database | undefined {
    const [kind, names, passwords] = kinds[resource.type] ?? [];
    if (kind === undefined || names === undefined || passwords === undefined) {
        return undefined;
    }
    const { props } = resource;
    const setting = (argument: string): Setting => ({ argument, value: props[argument] });
    const member = kind === "instance" && props["dbClusterIdentifier"] !== undefined;
    return {
        kind: member ? "member" : kind,
        resource,
        engine: props["engine"],
        engineVersion: props["engineVersion"],
        copy: origins.some((origin) => props[origin] !== undefined && props[origin] !== null),
        iamAuthentication: setting(names.iamAuthentication),
        encrypted: setting(names.encrypted),
        deletionProtection: setting(names.deletionProtection),
        logs: setting(names.logs),
        publiclyAccessible: setting(names.publiclyAccessible),
        parameterGroup: setting(names.parameterGroup),
        securityGroups: setting(names.securityGroups),
        subnetGroup: setting(names.subnetGroup),
        passwords: passwords.map(setting),
    };
}

/** The family of an engine with IAM authentication; undefined for others, `unknown` if it is not known yet. */
export function familyOf(engine: unknown): "postgres" | "mysql" | "unknown" | undefined {
    if (isUnknown(engine)) {
        return "unknown";
    }
    const name = typeof engine === "string" ? engine.toLowerCase() : "";
    return name.includes("postgres") ? "postgres" : /mysql|mariadb|^aurora$/.test(name) ? "mysql" : undefined;
}
