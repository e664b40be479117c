import {
    DBClusterNotFoundFault,
    type DBCluster,
    type DBInstance,
    DescribeDBClustersCommand,
    DescribeDBInstancesCommand,
    DescribeDBSubnetGroupsCommand,
    type Parameter,
    paginateDescribeCertificates,
    paginateDescribeDBClusterParameters,
    paginateDescribeDBInstances,
    paginateDescribeDBParameters,
    paginateDescribeGlobalClusters,
    type RDSClient,
} from "@aws-sdk/client-rds";

import type { Instance, Server, TlsParameter } from "../facts";

/** A cluster by its identifier or that of one of its instances, or an RDS instance. @throws Error if there is none */
export async function readServer(client: RDSClient, identifier: string): Promise<Server> {
    const cluster = await clusterNamed(client, identifier);
    if (cluster !== undefined) {
        return clusterServer(client, cluster);
    }
    const { DBInstances: [instance] = [] } = await client.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
    );
    const of = instance?.DBClusterIdentifier;
    const parent = of === undefined ? undefined : await clusterNamed(client, of);
    if (parent !== undefined) {
        return clusterServer(client, parent);
    }
    if (instance === undefined) {
        throw new Error(`no database has the identifier ${identifier}`);
    }
    return {
        ...serverOf(instance),
        kind: "instance",
        identifier: instance.DBInstanceIdentifier ?? identifier,
        ...(instance.Endpoint?.Address !== undefined && { endpoint: instance.Endpoint.Address }),
        port: instance.Endpoint?.Port ?? instance.DbInstancePort ?? 0,
        parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName ?? "",
        subnetGroup: instance.DBSubnetGroup?.DBSubnetGroupName ?? "",
        instances: [instanceOf(instance)],
        ...copied(instance.ReadReplicaSourceDBInstanceIdentifier ?? instance.ReadReplicaSourceDBClusterIdentifier),
        copies: [
            ...(instance.ReadReplicaDBInstanceIdentifiers ?? []),
            ...(instance.ReadReplicaDBClusterIdentifiers ?? []),
        ],
    };
}

async function clusterNamed(client: RDSClient, identifier: string): Promise<DBCluster | undefined> {
    try {
        const { DBClusters: [cluster] = [] } = await client.send(
            new DescribeDBClustersCommand({ DBClusterIdentifier: identifier }),
        );
        return cluster;
    } catch (error) {
        if (error instanceof DBClusterNotFoundFault) {
            return undefined;
        }
        throw error;
    }
}

async function clusterServer(client: RDSClient, cluster: DBCluster): Promise<Server> {
    const identifier = cluster.DBClusterIdentifier ?? "";
    const instances: Instance[] = [];
    const filter = { Filters: [{ Name: "db-cluster-id", Values: [identifier] }] };
    for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, filter)) {
        instances.push(...DBInstances.map(instanceOf));
    }
    const world = await othersIn(client, cluster);
    return {
        ...serverOf(cluster),
        kind: "cluster",
        identifier,
        ...(cluster.Endpoint !== undefined && { endpoint: cluster.Endpoint }),
        port: cluster.Port ?? 0,
        parameterGroup: cluster.DBClusterParameterGroup ?? "",
        subnetGroup: cluster.DBSubnetGroup ?? "",
        instances,
        ...copied(cluster.ReplicationSourceIdentifier ?? world.writer),
        copies: [...new Set([...(cluster.ReadReplicaIdentifiers ?? []), ...world.readers])],
    };
}

function copied(source: string | undefined): Pick<Server, "copyOf"> {
    return source === undefined || source === "" ? {} : { copyOf: source };
}

interface World {
    /** ARN of the cluster that an Aurora cluster copies. */
    readonly writer?: string;
    /** ARNs of the clusters that copy it. */
    readonly readers: readonly string[];
}

/** The other clusters of an Aurora cluster's global database. */
async function othersIn(client: RDSClient, { DBClusterArn: own, Engine }: DBCluster): Promise<World> {
    const pages = Engine?.startsWith("aurora") === true ? paginateDescribeGlobalClusters({ client }, {}) : [];
    for await (const { GlobalClusters = [] } of pages) {
        for (const { GlobalClusterMembers: members = [] } of GlobalClusters) {
            if (members.some(({ DBClusterArn }) => DBClusterArn === own)) {
                const others = members.filter(({ DBClusterArn }) => DBClusterArn !== own);
                const writer = others.find(({ IsWriter }) => IsWriter === true)?.DBClusterArn;
                return writer === undefined
                    ? { readers: others.flatMap(({ DBClusterArn }) => DBClusterArn ?? []) }
                    : { writer, readers: [] };
            }
        }
    }
    return { readers: [] };
}

/** Ids of the subnets that a database may be in. */
export async function readSubnetIds(client: RDSClient, { subnetGroup }: Server): Promise<readonly string[]> {
    if (subnetGroup === "") {
        throw new Error("RDS names no subnet group");
    }
    const { DBSubnetGroups: [group] = [] } = await client.send(
        new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: subnetGroup }),
    );
    return (group?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []);
}

type Common = Pick<Server, "engine" | "masterUser" | "masterSecret" | "iamAuthentication" | "securityGroups">;

function serverOf(given: DBCluster | DBInstance): Common {
    const secret = given.MasterUserSecret?.SecretArn;
    return {
        engine: given.Engine ?? "",
        masterUser: given.MasterUsername ?? "",
        ...(secret !== undefined && { masterSecret: secret }),
        iamAuthentication: given.IAMDatabaseAuthenticationEnabled === true,
        securityGroups: (given.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []),
    };
}

function instanceOf({
    DBInstanceIdentifier,
    CACertificateIdentifier,
    CertificateDetails,
    PubliclyAccessible,
}: DBInstance): Instance {
    const authority = CertificateDetails?.CAIdentifier ?? CACertificateIdentifier;
    const until = CertificateDetails?.ValidTill;
    return {
        identifier: DBInstanceIdentifier ?? "",
        ...(authority !== undefined && { authority }),
        ...(until !== undefined && { certificateUntil: until }),
        publiclyAccessible: PubliclyAccessible === true,
    };
}

/**
 * The parameters that refuse plain text: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html and
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.html
 */
const TLS_PARAMETERS = { postgres: "rds.force_ssl", mysql: "require_secure_transport" } as const;

/** @throws Error if the group does not have the engine's parameter */
export async function readTls(client: RDSClient, { kind, engine, parameterGroup }: Server): Promise<TlsParameter> {
    const name = TLS_PARAMETERS[engine.includes("mysql") ? "mysql" : "postgres"];
    const pages =
        kind === "cluster"
            ? paginateDescribeDBClusterParameters({ client }, { DBClusterParameterGroupName: parameterGroup })
            : paginateDescribeDBParameters({ client }, { DBParameterGroupName: parameterGroup });
    for await (const { Parameters = [] } of pages) {
        const found = Parameters.find(({ ParameterName }) => ParameterName === name);
        if (found !== undefined) {
            return parameterOf(name, found);
        }
    }
    throw new Error(`the parameter group ${parameterGroup} does not list ${name}`);
}

/** @throws Error for a parameter without a value: the engine's default is not known */
function parameterOf(name: string, { ParameterValue: value, ApplyType }: Parameter): TlsParameter {
    if (value === undefined) {
        throw new Error(`the parameter group gives no value of ${name}`);
    }
    return { name, forced: /^(1|on|true)$/i.test(value), dynamic: ApplyType === "dynamic" };
}

export async function readAuthorities(client: RDSClient): Promise<ReadonlyMap<string, Date>> {
    const found = new Map<string, Date>();
    for await (const { Certificates = [] } of paginateDescribeCertificates({ client }, {})) {
        for (const { CertificateIdentifier: id, ValidTill: until } of Certificates) {
            if (id !== undefined && until !== undefined) {
                found.set(id, until);
            }
        }
    }
    return found;
}
