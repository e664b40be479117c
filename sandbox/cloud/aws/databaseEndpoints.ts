import type { CloudObject, Json, Store } from "../store";
import type { ClusterSpec } from "../../postgres/persistedServer";
import { parametersOf, replicationOf } from "./databaseParameters";
import { partitionOf } from "./region";
import { lastPart, parseArn } from "../../../toolkit/arn";

/** A host name of a database. */
export interface Endpoint {
    readonly host: string;
    readonly port: number;
    readonly region: string;
    /** `writer` and `reader` of a cluster or a proxy; `instance` of an instance. */
    readonly role: "writer" | "reader" | "instance";
    /** Whether its sessions are on a replica, which is read-only. */
    readonly replica: boolean;
    /** Whether the database accepts tokens: `iamDatabaseAuthenticationEnabled`. */
    readonly tokens: boolean;
    /** Whether it accepts them for replication connections. */
    readonly replicationTokens: boolean;
    /** `arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE/`: the ARN for `rds-db:connect` without the user's name. */
    readonly connectPrefix: string;
    /** Where refused tokens are logged: a CloudWatch log group. */
    readonly log: { readonly group: string; readonly exported: boolean };
    /** The database; for a proxy, the proxy's target. */
    readonly spec: ClusterSpec;
    /** Set for a proxy, which accepts only tokens. */
    readonly proxy?: {
        /** The role that signs in to the database as the client's user; undefined unless the scheme is `IAM_AUTH`. */
        readonly roleArn: string | undefined;
        /** The {@link connectPrefix} of the database behind it. */
        readonly targetPrefix: string;
        /** Whether it is a read-only endpoint of a cluster without readers, whose requests fail. */
        readonly withoutReader: boolean;
    };
}

const CLUSTER = "aws:rds/cluster:Cluster";
const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
const INSTANCE = "aws:rds/instance:Instance";
const ERRORS = "iam-db-auth-error";

/**
 * All endpoints of all databases in the stand-in cloud. As on AWS, an Aurora cluster without instances has none: the
 * instances answer.
 */
export function endpointsOf(store: Pick<Store, "list">): Endpoint[] {
    const members = store.list(CLUSTER_INSTANCE);
    const clusters = store.list(CLUSTER).map((cluster) => {
        const own = members.filter((member) => belongsTo(member, cluster));
        return { cluster, endpoints: clusterEndpoints(store, cluster, own) };
    });
    const databases = [...clusters.flatMap((one) => withSource(one, clusters)), ...instancesEndpoints(store)];
    return [...databases, ...proxyEndpoints(store, databases)];
}

/** The resource ids of all databases in the stand-in cloud, reachable or not. */
export function resourceIdsOf(store: Pick<Store, "list">): Set<string> {
    const ids = [
        ...store.list(CLUSTER).map(({ state }) => state["clusterResourceId"]),
        ...store.list(INSTANCE).map(({ state }) => state["resourceId"]),
    ];
    return new Set(ids.map(text).filter((id) => id !== undefined));
}

/**
 * With a single instance, the reader endpoint leads to the writer, and its sessions can write:
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Reader.html
 */
function clusterEndpoints(
    store: Pick<Store, "list">,
    cluster: CloudObject,
    members: readonly CloudObject[],
): Endpoint[] {
    const { state } = cluster;
    if (members.length === 0) {
        return [];
    }
    const writer = members.find((member) => member.state["writer"] === true) ?? members[0];
    const hosts: Hosts = [
        [text(state["endpoint"]), "writer", false],
        [text(state["readerEndpoint"]), "reader", members.length > 1],
        ...members.map((member) => [text(member.state["endpoint"]), "instance", member !== writer] as const),
    ];
    return endpointsFor(store, cluster, hosts, {
        kind: "cluster",
        name: text(state["clusterIdentifier"]) ?? cluster.id,
        resourceId: text(state["clusterResourceId"]),
        masterUsername: text(state["masterUsername"]),
        database: text(state["databaseName"]),
    });
}

interface Cluster {
    readonly cluster: CloudObject;
    readonly endpoints: readonly Endpoint[];
}

/** The clusters of a global database share one server, that of the cluster that owns the users; it has all host names. */
function withSource({ cluster, endpoints }: Cluster, clusters: readonly Cluster[]): readonly Endpoint[] {
    const whole = text(cluster.state["globalClusterIdentifier"]);
    const family = clusters.filter(
        (other) =>
            whole !== undefined &&
            other.cluster.state["globalClusterIdentifier"] === whole &&
            other.cluster.account === cluster.account,
    );
    const primary = family.find((other) => text(other.cluster.inputs["masterUsername"]) !== undefined);
    const source = primary?.endpoints[0];
    if (source === undefined) {
        return endpoints;
    }
    const hosts = [
        ...new Set([...source.spec.hosts, ...family.flatMap((other) => other.endpoints.map(({ host }) => host))]),
    ];
    return endpoints.map((endpoint) => ({
        ...endpoint,
        replica: endpoint.replica || primary?.cluster !== cluster,
        spec: { ...source.spec, hosts },
    }));
}

/** A read replica shares its source's server, which has all host names. */
function instancesEndpoints(store: Pick<Store, "list">): Endpoint[] {
    const all = store.list(INSTANCE).map((instance) => ({ instance, endpoints: instanceEndpoints(store, instance) }));
    const sourceOf = ({ state }: CloudObject) => {
        const arn = text(state["replicateSourceDb"]);
        return arn === undefined ? undefined : all.find(({ instance }) => instance.state["arn"] === arn);
    };
    return all.flatMap(({ instance, endpoints }) => {
        const source = sourceOf(instance);
        const first = source ?? { instance, endpoints };
        const spec = first.endpoints[0]?.spec;
        const family = all.filter(
            (one) => one.instance === first.instance || sourceOf(one.instance)?.instance === first.instance,
        );
        const hosts = family.flatMap((one) => one.endpoints.map(({ host }) => host));
        return spec === undefined
            ? endpoints
            : endpoints.map((endpoint) => ({
                  ...endpoint,
                  replica: source !== undefined,
                  spec: { ...spec, hosts },
              }));
    });
}

function instanceEndpoints(store: Pick<Store, "list">, instance: CloudObject): Endpoint[] {
    const { state } = instance;
    return endpointsFor(store, instance, [[text(state["address"]), "writer", false]], {
        kind: "instance",
        name: text(state["identifier"]) ?? instance.id,
        resourceId: text(state["resourceId"]),
        masterUsername: text(state["username"]),
        database: text(state["dbName"]),
    });
}

type Hosts = readonly (readonly [host: string | undefined, role: Endpoint["role"], replica: boolean])[];

interface Database {
    readonly kind: "cluster" | "instance";
    readonly name: string;
    readonly resourceId: string | undefined;
    readonly masterUsername: string | undefined;
    readonly database: string | undefined;
}

function endpointsFor(
    store: Pick<Store, "list">,
    object: CloudObject,
    names: Hosts,
    { kind, name, resourceId, masterUsername, database }: Database,
): Endpoint[] {
    const { state, inputs, region } = object;
    // The first entry of a host counts.
    const roles = new Map(
        [...names]
            .reverse()
            .flatMap(([host, role, replica]) => (host === undefined ? [] : [[host, { role, replica }] as const])),
    );
    const hosts = [...new Set(names.map(([host]) => host).filter((host) => host !== undefined))];
    const replication = replicationOf(parametersOf(store, object));
    const major = Number.parseInt(text(state["engineVersionActual"]) ?? text(state["engineVersion"]) ?? "", 10);
    // The sandbox runs no MySQL server.
    const foreign = /mysql|mariadb/.test(text(state["engine"]) ?? "");
    if (foreign || resourceId === undefined || masterUsername === undefined || Number.isNaN(major)) {
        return [];
    }
    const password = text(inputs["masterPassword"] ?? inputs["password"]);
    const spec: ClusterSpec = {
        ...{ resourceId, major, masterUsername, hosts },
        ...(replication.logical ? { logicalReplication: true } : {}),
        ...(password === undefined ? {} : { masterPassword: password }),
        ...(database === undefined ? {} : { database }),
    };
    const port = typeof state["port"] === "number" ? state["port"] : 5432;
    const exports = state["enabledCloudwatchLogsExports"];
    return hosts.map((host) => ({
        ...{ host, port, region, spec, role: "instance" as const, replica: false, ...roles.get(host) },
        tokens: state["iamDatabaseAuthenticationEnabled"] === true,
        replicationTokens: replication.tokens,
        connectPrefix: connectPrefix(object, resourceId),
        log: {
            group: `/aws/rds/${kind}/${name}/${ERRORS}`,
            exported: Array.isArray(exports) && exports.includes(ERRORS),
        },
    }));
}

/** The endpoints of the proxies, each based on its target's endpoints. */
function proxyEndpoints(store: Pick<Store, "list">, databases: readonly Endpoint[]): Endpoint[] {
    const targets = store.list("aws:rds/proxyTarget:ProxyTarget");
    const more = store.list("aws:rds/proxyEndpoint:ProxyEndpoint");
    return store.list("aws:rds/proxy:Proxy").flatMap((proxy) => {
        const own = (object: CloudObject): boolean =>
            samePlace(object, proxy) && object.state["dbProxyName"] === proxy.id;
        const target = databases.find(({ host }) =>
            targets.some((each) => own(each) && each.state["endpoint"] === host),
        );
        const resource = parseArn(text(proxy.state["arn"]) ?? "")?.resource;
        if (target === undefined || resource === undefined) {
            return [];
        }
        const resourceId = lastPart(resource);
        const hosts: Hosts = [
            [text(proxy.state["endpoint"]), "writer", false],
            ...more.filter(own).map(({ state }) => {
                const reads = state["targetRole"] === "READ_ONLY";
                return [text(state["endpoint"]), reads ? "reader" : "writer", reads] as const;
            }),
        ];
        const signsIn = proxy.state["defaultAuthScheme"] === "IAM_AUTH";
        const hasReader = databases.some(
            ({ replica, connectPrefix: prefix }) => replica && prefix === target.connectPrefix,
        );
        return hosts.flatMap(([host, role, replica]) =>
            host === undefined
                ? []
                : {
                      ...target,
                      ...{ host, role, replica, tokens: true, replicationTokens: false },
                      connectPrefix: connectPrefix(proxy, resourceId),
                      log: { group: `/aws/rds/proxy/${proxy.id}`, exported: true },
                      proxy: {
                          roleArn: signsIn ? text(proxy.state["roleArn"]) : undefined,
                          targetPrefix: target.connectPrefix,
                          withoutReader: replica && !hasReader,
                      },
                  },
        );
    });
}

function connectPrefix({ region, account }: CloudObject, resourceId: string): string {
    return `arn:${partitionOf(region).id}:rds-db:${region}:${account}:dbuser:${resourceId}/`;
}

function samePlace(one: CloudObject, other: CloudObject): boolean {
    return one.region === other.region && one.account === other.account;
}

function belongsTo(member: CloudObject, cluster: CloudObject): boolean {
    return samePlace(member, cluster) && member.state["clusterIdentifier"] === cluster.state["clusterIdentifier"];
}

function text(value: Json | undefined): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}
