import type { CloudObject, Json, Store } from "../cloud/store";
import type { ClusterSpec } from "../postgres/cluster";

/** A name under which clients reach a database. */
export interface Endpoint {
    readonly host: string;
    readonly port: number;
    readonly region: string;
    /** Whether the database takes tokens: `iamDatabaseAuthenticationEnabled`. */
    readonly tokens: boolean;
    readonly spec: ClusterSpec;
}

const CLUSTER = "aws:rds/cluster:Cluster";
const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const INSTANCE = "aws:rds/instance:Instance";

/**
 * All endpoints of all databases in the stand-in cloud. An Aurora cluster has none before it has an instance, as on
 * AWS: there it is the instances that answer.
 */
export function endpointsOf(store: Pick<Store, "list">): Endpoint[] {
    const members = store.list(CLUSTER_INSTANCE);
    return [
        ...store.list(CLUSTER).flatMap((cluster) =>
            clusterEndpoints(
                cluster,
                members.filter((member) => belongsTo(member, cluster)),
            ),
        ),
        ...store.list(INSTANCE).flatMap(instanceEndpoints),
    ];
}

/** The resource ids of all databases in the stand-in cloud, whether they can be reached or not. */
export function resourceIdsOf(store: Pick<Store, "list">): Set<string> {
    const ids = [
        ...store.list(CLUSTER).map(({ state }) => state["clusterResourceId"]),
        ...store.list(INSTANCE).map(({ state }) => state["resourceId"]),
    ];
    return new Set(ids.map(text).filter((id) => id !== undefined));
}

function clusterEndpoints(cluster: CloudObject, members: readonly CloudObject[]): Endpoint[] {
    const { state } = cluster;
    if (members.length === 0) {
        return [];
    }
    const hosts = [state["endpoint"], state["readerEndpoint"], ...members.map((member) => member.state["endpoint"])];
    return endpointsFor(
        cluster,
        hosts.map(text),
        text(state["clusterResourceId"]),
        text(state["masterUsername"]),
        text(state["databaseName"]),
    );
}

function instanceEndpoints(instance: CloudObject): Endpoint[] {
    const { state } = instance;
    return endpointsFor(
        instance,
        [text(state["address"])],
        text(state["resourceId"]),
        text(state["username"]),
        text(state["dbName"]),
    );
}

function endpointsFor(
    object: CloudObject,
    names: readonly (string | undefined)[],
    resourceId: string | undefined,
    masterUsername: string | undefined,
    database: string | undefined,
): Endpoint[] {
    const { state, inputs, region } = object;
    const hosts = [...new Set(names.filter((name) => name !== undefined))];
    const major = Number.parseInt(text(state["engineVersionActual"]) ?? text(state["engineVersion"]) ?? "", 10);
    if (resourceId === undefined || masterUsername === undefined || Number.isNaN(major)) {
        return [];
    }
    const password = text(inputs["masterPassword"] ?? inputs["password"]);
    const spec: ClusterSpec = {
        ...{ resourceId, major, masterUsername, hosts },
        ...(password === undefined ? {} : { masterPassword: password }),
        ...(database === undefined ? {} : { database }),
    };
    const port = typeof state["port"] === "number" ? state["port"] : 5432;
    return hosts.map((host) => ({
        host,
        port,
        region,
        tokens: state["iamDatabaseAuthenticationEnabled"] === true,
        spec,
    }));
}

function belongsTo(member: CloudObject, cluster: CloudObject): boolean {
    return member.region === cluster.region && member.state["clusterIdentifier"] === cluster.state["clusterIdentifier"];
}

function text(value: Json | undefined): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}
