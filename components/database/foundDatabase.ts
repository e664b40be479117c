import type * as aws from "@pulumi/aws";
import type { DatabaseKind, Engine } from "../engines";
import { lastPart, regionOf } from "../../toolkit/arn";

/** What a lookup of a cluster or an instance returns, in one form. */
export interface FoundDatabase {
    readonly kind: DatabaseKind;
    readonly identifier: string;
    readonly arn: string;
    readonly resourceId: string;
    readonly endpoint: string;
    readonly readerEndpoint: string;
    readonly port: number;
    /** RDS' name of the engine. */
    readonly engine: string;
    readonly engineVersion: string;
    /** Whether IAM authentication is on; undefined for an instance, of which the lookup does not say it. */
    readonly iam: boolean | undefined;
    readonly masterUsername: string;
    readonly subnetGroup: string;
    readonly securityGroupIds: readonly string[];
    /** ARN of the secret in which RDS stores the master's password; empty if RDS does not manage it. */
    readonly masterSecretArn: string;
    /** The database that it replicates; empty if there is none, or for a member of a global database. */
    readonly source: string;
    /** The cluster that an instance belongs to. */
    readonly cluster: string;
}

/** https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/cluster_data_source.go */
export function foundCluster(cluster: aws.rds.GetClusterResult): FoundDatabase {
    const { clusterIdentifier, clusterResourceId, dbSubnetGroupName, vpcSecurityGroupIds } = cluster;
    return {
        ...common(cluster),
        kind: "aurora",
        identifier: clusterIdentifier,
        arn: cluster.arn,
        resourceId: clusterResourceId,
        endpoint: cluster.endpoint,
        readerEndpoint: cluster.readerEndpoint,
        iam: cluster.iamDatabaseAuthenticationEnabled,
        subnetGroup: dbSubnetGroupName,
        securityGroupIds: vpcSecurityGroupIds,
        source: cluster.replicationSourceIdentifier,
        cluster: "",
    };
}

/** https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/instance_data_source.go */
export function foundInstance(instance: aws.rds.GetInstanceResult): FoundDatabase {
    const { dbInstanceIdentifier, dbInstanceArn, dbSubnetGroup, vpcSecurityGroups, dbClusterIdentifier } = instance;
    return {
        ...common(instance),
        kind: "instance",
        identifier: dbInstanceIdentifier,
        arn: dbInstanceArn,
        resourceId: instance.resourceId,
        // `endpoint` has the port in it.
        endpoint: instance.address,
        readerEndpoint: instance.address,
        iam: undefined,
        subnetGroup: dbSubnetGroup,
        securityGroupIds: vpcSecurityGroups,
        source: instance.replicateSourceDb,
        cluster: dbClusterIdentifier,
    };
}

function common({
    port,
    engine,
    engineVersion,
    masterUsername,
    masterUserSecrets,
}: Pick<aws.rds.GetClusterResult, "port" | "engine" | "engineVersion" | "masterUsername" | "masterUserSecrets">) {
    return { port, engine, engineVersion, masterUsername, masterSecretArn: masterUserSecrets[0]?.secretArn ?? "" };
}

/** Why a database cannot be looked up. The provider's message tells one that is not there from one that may not be read. */
export function lookupProblem(identifier: string, { path, kind }: DeclaredDatabase, error: unknown): string {
    const [what, other] = kind === "aurora" ? ["Aurora cluster", "instance"] : ["RDS instance", "aurora"];
    const said = String(error instanceof Error ? error.message : error).replace(/^.* returned an error: /s, "");
    return `${path}.identifier: the ${what} ${identifier} cannot be looked up (${said}): write the identifier of one in this account and region, or kind: ${other}`;
}

/** What the config says of a database. */
export interface DeclaredDatabase {
    /** Its key in the config. */
    readonly path: string;
    readonly kind: DatabaseKind;
    readonly engine: Engine;
    /**
     * A group that has to be the database's.
     * @default - none
     */
    readonly securityGroupId?: string | undefined;
    /**
     * The database that this one has to be a copy of.
     * @default - it is not a copy
     */
    readonly copyOf?: Pick<FoundDatabase, "identifier" | "arn"> | undefined;
}

/** RDS' names of the engines. */
const names: Readonly<Record<DatabaseKind, Readonly<Record<Engine, string>>>> = {
    aurora: { postgres: "aurora-postgresql", mysql: "aurora-mysql" },
    instance: { postgres: "postgres", mysql: "mysql" },
};

/** Why a database cannot be used as declared, each with what to do. */
export function foundProblems(found: FoundDatabase, declared: DeclaredDatabase): string[] {
    const { path, kind, engine, securityGroupId } = declared;
    const expected = names[kind][engine];
    return [
        ...(found.cluster === ""
            ? []
            : [
                  `${path}.identifier: ${found.identifier} is an instance of the cluster ${found.cluster}: name the cluster, with kind: aurora`,
              ]),
        ...(found.cluster !== "" || found.engine === expected
            ? []
            : [
                  `${path}.engine: ${found.identifier} runs ${found.engine}, and ${engine} of the kind ${kind} is ${expected}: ${remedy(found.engine)}`,
              ]),
        ...(found.iam === false ? [`${path}: IAM authentication is off: \`${turnOn(found)}\``] : []),
        ...(securityGroupId === undefined || found.securityGroupIds.includes(securityGroupId)
            ? []
            : [
                  `${path}.addRulesTo: ${found.identifier} is not in the security group ${securityGroupId}, but in ${found.securityGroupIds.join(", ")}: name one of these`,
              ]),
        ...sourceProblems(found, declared),
    ];
}

function remedy(engine: string): string {
    for (const kind of ["aurora", "instance"] as const) {
        for (const known of ["postgres", "mysql"] as const) {
            if (names[kind][known] === engine) {
                return `write kind: ${kind} and engine: ${known}`;
            }
        }
    }
    return "it is not supported";
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Enabling.html */
export function turnOn({ kind, identifier, arn }: Pick<FoundDatabase, "kind" | "identifier" | "arn">): string {
    const what = kind === "aurora" ? "cluster" : "instance";
    return `aws rds modify-db-${what} --db-${what}-identifier ${identifier} --region ${regionOf(arn)} --enable-iam-database-authentication --apply-immediately`;
}

/**
 * No role can be created on a read replica. An instance's lookup names its source, by its ARN if that is in another region; a cluster's
 * does not name its global database, which has one cluster a region:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html.
 * A clone is in the region of what it was made from (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.html), and keeps
 * the logins and rights of that moment: what is revoked later is not revoked there.
 */
function sourceProblems(found: FoundDatabase, { path, copyOf }: DeclaredDatabase): string[] {
    const { identifier, arn, source, kind } = found;
    if (copyOf === undefined) {
        return source === ""
            ? []
            : [
                  `${path}.identifier: ${identifier} is a copy of ${source}: name that one, and list this one in replicas`,
              ];
    }
    if (source === copyOf.identifier || source === copyOf.arn) {
        return [];
    }
    if (kind === "aurora" && source === "") {
        return regionOf(arn) === regionOf(copyOf.arn)
            ? [
                  `${path}.identifier: ${identifier} is in the region of ${copyOf.identifier}, where it can be a clone, but no copy: give it a platform of its own, and list clusters of the global database in other regions; readers need no entry`,
              ]
            : [];
    }
    return [
        `${path}.identifier: ${identifier} is ${source === "" ? "not a read replica" : `a read replica of ${lastPart(source)}`}: list read replicas of ${copyOf.identifier}`,
    ];
}

/** Why clients cannot use a proxy as declared. */
export function proxyProblems(
    { name, defaultAuthScheme, engineFamily, vpcSecurityGroupIds }: aws.rds.GetProxyResult,
    { path, engine, securityGroupId }: Pick<DeclaredDatabase, "path" | "engine" | "securityGroupId">,
): string[] {
    const family = engine === "mysql" ? "MYSQL" : "POSTGRESQL";
    return [
        ...(engineFamily === family
            ? []
            : [`${path}.proxy: ${name} is for ${engineFamily}, and the database is ${family}: name another proxy`]),
        // With secrets, it signs in as the users whose passwords it has: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
        ...(defaultAuthScheme === "IAM_AUTH"
            ? []
            : [
                  `${path}.proxy: ${name} signs in to the database with secrets, and the logins here have no password: \`aws rds modify-db-proxy --db-proxy-name ${name} --default-auth-scheme IAM_AUTH\``,
              ]),
        ...(securityGroupId === undefined || vpcSecurityGroupIds.includes(securityGroupId)
            ? []
            : [
                  `${path}.addProxyRulesTo: ${name} is not in the security group ${securityGroupId}, but in ${vpcSecurityGroupIds.join(", ")}: name one of these`,
              ]),
    ];
}
