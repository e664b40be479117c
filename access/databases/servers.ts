import type { Graph, Reference } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text, Unknown } from "../resources/value";
import { aliasesOf } from "./aliases";
import { isExisting } from "./existing";
import { CLUSTER, CLUSTER_INSTANCE, INSTANCE, PROXY, PROXY_ENDPOINT, PROXY_TARGET } from "./types";
import { parseArn } from "../../toolkit/arn";

/** A database server: one set of logins and data, however many endpoints lead to it. */
export interface Server {
    /** Short and stable across versions of a stack: the resource's name, or the host's. */
    readonly key: string;
    /** Undefined for a server that is not among the resources and known only by its host. */
    readonly resource?: Resource;
    /** Major version of Postgres. */
    readonly version: number;
    /** True if the version is assumed, because the resources do not tell it. */
    readonly versionAssumed?: boolean;
    /** The master user, where it is known. */
    readonly master?: string;
    readonly databases: readonly string[];
    /** Whether it knows the setting that refuses views (restrict_nonsystem_relation_kind). */
    readonly restricts: boolean;
    /** Whether IAM authentication is on; undefined if that is unknown. */
    readonly iam: boolean | undefined;
    /** Whether the database exists and has others' logins and data, which no resource declares. */
    readonly existing?: boolean;
}

/** The target that a connect ARN names and a client connects to: a cluster, an instance, a replica, a proxy. */
export interface Endpoint {
    readonly resource?: Resource;
    readonly server: Server;
    readonly kind: "cluster" | "instance" | "proxy" | "host";
    /** True for a replica, which is read-only. */
    readonly readOnly: boolean;
    /** `cluster-…`, `db-…`, `prx-…`; undefined until it exists. */
    readonly resourceId?: string;
    /** Partition, region and account, if its ARN is known. */
    readonly place: { readonly partition?: string; readonly region?: string; readonly account?: string };
    readonly hosts: readonly string[];
    readonly port: number;
}

const GLOBAL_CLUSTER = "aws:rds/globalCluster:GlobalCluster";

/** `cluster-…` or `db-…`; undefined for a server that does not exist yet, or is not among the resources. */
export function resourceIdOf({ resource }: Server): string | undefined {
    return resource === undefined ? undefined : idOf(resource);
}

function idOf(resource: Resource): string | undefined {
    return text(property(resource, resource.type === CLUSTER ? "clusterResourceId" : "resourceId"));
}

/** All database servers among the resources and their endpoints; replicas and proxies follow their targets. */
export class Databases {
    readonly servers: Server[] = [];
    readonly entrances: Endpoint[] = [];
    private readonly byResource = new Map<string, Endpoint>();
    private readonly byId = new Map<string, Endpoint>();
    private readonly byHost = new Map<string, Endpoint>();

    constructor(private readonly graph: Graph) {
        const databases = graph.ofType(CLUSTER, INSTANCE).filter((resource) => !isOtherEngine(resource));
        databases
            .filter((resource) => this.sourceOf(resource) === undefined)
            .forEach((resource) => this.add(resource, undefined));
        // A replica of a replica finds its source once that source is known.
        const waiting = databases.filter((resource) => this.sourceOf(resource) !== undefined);
        for (let round = 0; round < databases.length && waiting.length > 0; round += 1) {
            for (const resource of waiting.splice(0)) {
                const source = this.byResource.get(this.sourceOf(resource)?.urn ?? "");
                if (source === undefined) {
                    waiting.push(resource);
                } else {
                    this.add(resource, source.server);
                }
            }
        }
        waiting.forEach((resource) => this.add(resource, undefined));
        graph.ofType(PROXY).forEach((proxy) => this.addProxy(proxy));
        this.addAliases();
    }

    /** The resource's own endpoint; instances lead to their cluster. */
    of(resource: Resource): Endpoint | undefined {
        const cluster =
            resource.type === CLUSTER_INSTANCE
                ? this.graph.follow(resource, ["clusterIdentifier"], [CLUSTER])[0]?.resource
                : undefined;
        return this.byResource.get((cluster ?? resource).urn);
    }

    /** The further endpoints of a proxy: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-endpoints.html */
    endpointsOf(proxy: Resource): readonly Resource[] {
        return this.graph.ofType(PROXY_ENDPOINT).filter((endpoint) => {
            const [named] = this.graph.follow(endpoint, ["dbProxyName"], [PROXY], ["id", "name"]);
            return named?.resource === proxy;
        });
    }

    /** A database with this resource id whose users are not read: MySQL's. */
    unreadWithId(resourceId: string): Resource | undefined {
        return this.graph
            .ofType(CLUSTER, INSTANCE)
            .find((resource) => isOtherEngine(resource) && idOf(resource) === resourceId);
    }

    /** The endpoint with this resource id. */
    withId(resourceId: string): Endpoint | undefined {
        return this.byId.get(resourceId);
    }

    /**
     * The endpoints that may have a resource id which none is known to have: those without a known one, and those of servers that
     * `serves` finds likely, since the id may be that of a proxy or replica elsewhere.
     */
    mayHaveId(serves: (server: Server) => boolean): readonly Endpoint[] {
        return this.entrances.filter(
            ({ resourceId, server, kind }) => resourceId === undefined || (kind !== "proxy" && serves(server)),
        );
    }

    /**
     * Where a host name leads: an endpoint that has it, else every server that it may stand for. RDS' own names are those of one
     * database, so another database's is a separate server; any other name or address may belong to a tunnel, a proxy or a record
     * elsewhere, so it leads to a server among the resources, if there is one.
     */
    withHost(host: string, port: number): { readonly entrances: readonly Endpoint[]; readonly certain: boolean } {
        const name = host.replace(/\.$/, "").toLowerCase();
        const known = this.byHost.get(name);
        if (known !== undefined) {
            return { entrances: [known], certain: true };
        }
        const own = RDS_HOST.test(name);
        const perhaps = this.entrances.filter(
            ({ resource, kind, hosts }) =>
                resource !== undefined &&
                kind !== "proxy" &&
                (!own || (hosts.length === 0 && isCalled(resource, name))),
        );
        const servers = perhaps.filter(
            (one, index) => perhaps.findIndex(({ server }) => server === one.server) === index,
        );
        return servers.length > 0
            ? { entrances: servers, certain: false }
            : { entrances: [this.separate(name, port)], certain: true };
    }

    /** The server of a host that no resource has. */
    private separate(host: string, port: number): Endpoint {
        const server: Server = {
            key: host,
            version: 16,
            versionAssumed: true,
            databases: ["postgres"],
            restricts: true,
            iam: true,
        };
        const entrance: Endpoint = { server, kind: "host", readOnly: false, place: {}, hosts: [host], port };
        this.register(entrance);
        this.servers.push(server);
        return entrance;
    }

    private add(resource: Resource, source: Server | undefined): void {
        const server = source ?? serverOf(resource, this.keyOf(resource));
        if (source === undefined) {
            this.servers.push(server);
        }
        const instances = this.graph
            .ofType(CLUSTER_INSTANCE)
            .filter((instance) => this.isInstanceOf(instance, resource));
        this.register({
            resource,
            server,
            kind: resource.type === CLUSTER ? "cluster" : "instance",
            readOnly: source !== undefined,
            resourceId: resourceIdOf({ ...server, resource }),
            place: placeOf(resource),
            hosts: [resource, ...instances].flatMap(hostsOf),
            port: portOf(resource),
        });
    }

    private addProxy(proxy: Resource): void {
        const target = this.graph
            .ofType(PROXY_TARGET)
            .find((one) => this.graph.follow(one, ["dbProxyName"], [PROXY], ["id", "name"])[0]?.resource === proxy);
        const database =
            target === undefined
                ? undefined
                : [
                      ...this.graph.follow(target, ["dbClusterIdentifier"], [CLUSTER], ["id", "clusterIdentifier"]),
                      ...this.graph.follow(target, ["dbInstanceIdentifier"], [INSTANCE], ["identifier", "id"]),
                  ][0]?.resource;
        const behind = database === undefined ? undefined : this.byResource.get(database.urn);
        if (behind !== undefined) {
            const resourceId = /:db-proxy:(prx-[^:]+)$/.exec(text(property(proxy, "arn")) ?? "")?.[1];
            const hosts = hostsOf(proxy);
            this.register({ ...behind, resource: proxy, kind: "proxy", resourceId, place: placeOf(proxy), hosts });
        }
    }

    /** An alias may lead to another one, so their targets become known in turn. */
    private addAliases(): void {
        const waiting = [...aliasesOf(this.graph)];
        for (let round = 0; round < 5 && waiting.length > 0; round += 1) {
            for (const alias of waiting.splice(0)) {
                const { resource, hosts, targets, readOnly } = alias;
                const [target] = targets.flatMap(
                    (one) => (typeof one === "string" ? this.byHost.get(one) : this.of(one)) ?? [],
                );
                if (target === undefined) {
                    waiting.push(alias);
                } else {
                    const entrance = { ...target, hosts, readOnly: readOnly || target.readOnly };
                    this.byResource.set(resource.urn, entrance);
                    hosts.forEach((host) => this.byHost.set(host, entrance));
                }
            }
        }
    }

    private register(entrance: Endpoint): void {
        this.entrances.push(entrance);
        if (entrance.resource !== undefined) {
            this.byResource.set(entrance.resource.urn, entrance);
        }
        if (entrance.resourceId !== undefined) {
            this.byId.set(entrance.resourceId, entrance);
        }
        entrance.hosts.forEach((host) => this.byHost.set(host.toLowerCase(), entrance));
    }

    private keyOf(resource: Resource): string {
        const [, stack] = /^urn:pulumi:([^:]*)::([^:]*)::/.exec(resource.urn) ?? [];
        return this.servers.some((server) => server.key === resource.name)
            ? `${resource.name} of ${stack}`
            : resource.name;
    }

    /** The copied database: a replica's source, or its global database's source or member with the master. */
    private sourceOf(resource: Resource): Resource | undefined {
        const whole = this.graph.follow(
            resource,
            ["globalClusterIdentifier"],
            [GLOBAL_CLUSTER],
            ["id", "globalClusterIdentifier"],
        )[0]?.resource;
        const first =
            whole && this.graph.follow(whole, ["sourceDbClusterIdentifier"], [CLUSTER], ["arn", "id"])[0]?.resource;
        if (first !== undefined) {
            return first === resource ? undefined : first;
        }
        const global = text(property(resource, "globalClusterIdentifier"));
        if (global !== undefined && text(property(resource, "masterUsername")) === undefined) {
            const members = this.graph
                .ofType(CLUSTER)
                .filter((one) => text(property(one, "globalClusterIdentifier")) === global);
            return members.find((one) => text(property(one, "masterUsername")) !== undefined);
        }
        const named = replicationSources(this.graph, resource)[0]?.resource;
        return named === resource ? undefined : named;
    }

    private isInstanceOf(instance: Resource, cluster: Resource): boolean {
        return (
            this.graph.follow(instance, ["clusterIdentifier"], [CLUSTER], ["id", "clusterIdentifier"])[0]?.resource ===
            cluster
        );
    }
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_CommonTasks.Connect.html */
const RDS_HOST = /\.rds\.amazonaws\.com(?:\.cn)?$/;

/** Whether a database may have a host name of RDS: its first label is the identifier. */
function isCalled(resource: Resource, host: string): boolean {
    const names = ["clusterIdentifier", "identifier"].flatMap((name) => text(property(resource, name)) ?? []);
    return names.length === 0 || names.some((name) => host.startsWith(`${name}.`));
}

/** The argument that names the database that a cluster or an instance replicates. */
export function replicationInput({ type }: Resource): string {
    return type === CLUSTER ? "replicationSourceIdentifier" : "replicateSourceDb";
}

/** What {@link replicationInput} leads to. */
export function replicationSources(graph: Graph, resource: Resource): readonly Reference[] {
    const properties = ["arn", "id", "identifier", "clusterIdentifier"];
    return graph.follow(resource, [replicationInput(resource)], [CLUSTER, INSTANCE], properties);
}

function serverOf(resource: Resource, key: string): Server {
    const iam = property(resource, "iamDatabaseAuthenticationEnabled");
    const initial = text(property(resource, resource.type === CLUSTER ? "databaseName" : "dbName"));
    const version = property(resource, "engineVersion");
    const major = majorOf(text(version));
    return {
        key,
        resource,
        version: major ?? 16,
        // RDS chooses a new version where none is given.
        versionAssumed: major === undefined && (version !== undefined || isCopy(resource)),
        restricts: restricts(text(property(resource, "engineVersion"))),
        master: masterOf(resource),
        databases: initial === undefined ? ["postgres"] : ["postgres", initial],
        iam: iam instanceof Unknown ? undefined : iam === true,
        ...(isExisting(resource) && { existing: true }),
    };
}

/** No role's name can be mistaken for it in a report. */
const UNKNOWN_MASTER = "(the master user)";

/** Every database has a master user, also one whose name is secret or not known yet; the copy of another has that one's. */
function masterOf(resource: Resource): string | undefined {
    const name = property(resource, resource.type === CLUSTER ? "masterUsername" : "username");
    return name instanceof Unknown ? UNKNOWN_MASTER : text(name);
}

/** A copy has its source's version where none is given. */
function isCopy(resource: Resource): boolean {
    const sources = ["restoreToPointInTime", "snapshotIdentifier", replicationInput(resource)];
    return sources.some((input) => resource.inputs[input] !== undefined);
}

/** The major version that an engine's version names. */
function majorOf(version: string | undefined): number | undefined {
    const major = Number.parseInt(version ?? "", 10);
    return Number.isNaN(major) ? undefined : major;
}

/** Since 17.0, 16.4, 15.8, 14.13 and 13.16 (CVE-2024-7348); RDS chooses a newer minor version where none is given. */
function restricts(version: string | undefined): boolean {
    const [, major = "17", minor] = /^(\d+)(?:\.(\d+))?/.exec(version ?? "") ?? [];
    const since: Readonly<Record<string, number>> = { 13: 16, 14: 13, 15: 8, 16: 4 };
    return Number(major) > 16 || minor === undefined || Number(minor) >= (since[major] ?? Number.POSITIVE_INFINITY);
}

/** MySQL and the foreign engines. Only AWS's engine names: any other text counts as Postgres, so that no name hides a database. */
export function isOtherEngine(resource: Resource): boolean {
    return MYSQL.test(text(property(resource, "engine")) ?? "") || isForeignEngine(resource);
}

const MYSQL = /^(?:aurora|aurora-mysql|mysql|mariadb)$/;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html: Oracle, SQL Server, Db2. */
export function isForeignEngine(resource: Resource): boolean {
    return /^(?:custom-)?(?:oracle|sqlserver|db2)-[a-z0-9-]+$/.test(text(property(resource, "engine")) ?? "");
}

function hostsOf(resource: Resource): string[] {
    return ["endpoint", "readerEndpoint", "address"].flatMap((name) => {
        const host = text(property(resource, name));
        return host === undefined ? [] : [host.replace(/:\d+$/, "")];
    });
}

function portOf(resource: Resource): number {
    const port = property(resource, "port");
    return typeof port === "number" ? port : 5432;
}

function placeOf(resource: Resource): Endpoint["place"] {
    const arn = property(resource, "arn");
    const { partition, region, account } = (arn instanceof Unknown ? undefined : parseArn(text(arn) ?? "")) ?? {};
    return { partition, region, account };
}
