import { declaredWorld, postgresTypes } from "../postgres/declared";
import type { Existing } from "../postgres/build";
import { futureObjects } from "../postgres/defaultPrivileges";
import { Rights } from "../postgres/rights";
import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import { CLUSTER_INSTANCE, Databases, ENDPOINT_TYPES } from "./servers";
import type { Endpoint, Server } from "./servers";
import { MAINTENANCE, PROVISIONER } from "../../toolkit/serverNames";

/** A server with the roles, objects and rights that its resources declare. */
export interface DeclaredServer {
    readonly server: Server;
    readonly rights: Rights;
    /** The users that postgresql providers connect as, and the master: they reach the whole server. */
    readonly administrators: readonly string[];
}

/** What a live server lists, by the server's key. */
export type Inventory = ReadonlyMap<string, readonly Existing[]>;

/** Known facts about the servers that are not in their resources. */
export interface Known {
    readonly inventory?: Inventory | undefined;
    /** The login that provisions a server to which no provider among the resources connects: it uses IAM. */
    readonly provisioner?: string | undefined;
}

/** For every server, what the postgresql resources of the providers that connect to it declare. */
export function declaredServers(
    graph: Graph,
    databases: Databases,
    { inventory, provisioner }: Known,
): readonly DeclaredServer[] {
    const byProvider = new Map<string, Endpoint | undefined>();
    const resources = new Map<Server, Resource[]>();
    for (const resource of graph.ofType(...postgresTypes)) {
        const provider = resource.provider ?? "";
        if (!byProvider.has(provider)) {
            byProvider.set(provider, entranceOf(graph, databases, provider));
        }
        const server = byProvider.get(provider)?.server;
        if (server !== undefined) {
            const found = resources.get(server) ?? [];
            found.push(resource);
            resources.set(server, found);
        }
    }
    return databases.servers.map((server) => {
        const providers = [...byProvider]
            .filter(([, entrance]) => entrance?.server === server)
            .flatMap(([urn]) => graph.get(urn) ?? []);
        const unprovided = providers.length === 0 && provisioner !== undefined ? [provisioner] : [];
        const users = [...providers.flatMap((provider) => text(property(provider, "username")) ?? []), ...unprovided];
        const administrators = [...new Set([...(server.master === undefined ? [] : [server.master]), ...users])];
        // A provider's settings are strings, whatever their type.
        const withTokens = providers.filter((provider) =>
            ["true", true].some((on) => property(provider, "awsRdsIamAuth") === on),
        );
        const tokenUsers = [
            ...new Set([
                ...withTokens.flatMap((provider) => text(property(provider, "username")) ?? []),
                ...unprovided,
            ]),
        ];
        // The bootstrap also revokes CONNECT and TEMP on these databases from PUBLIC.
        const closed = tokenUsers.includes(PROVISIONER) ? MAINTENANCE : [];
        const known = { ...server, administrators, tokenUsers, closed, existing: inventory?.get(server.key) };
        const world = declaredWorld(graph, resources.get(server) ?? [], known, (resource) =>
            defaultDatabase(graph, resource),
        );
        return {
            server,
            rights: new Rights({ ...world, objects: [...world.objects, ...futureObjects(world)] }),
            administrators,
        };
    });
}

/**
 * The database that a postgresql provider connects to: found by its host, or by the resource that supplies
 * an unknown host; for a provider that is not among the resources, the only server.
 */
function entranceOf(graph: Graph, databases: Databases, urn: string): Endpoint | undefined {
    const provider = graph.get(urn);
    const host = provider === undefined ? undefined : text(property(provider, "host"));
    if (host !== undefined && provider !== undefined) {
        return databases.withHost(host, Number(property(provider, "port") ?? 5432));
    }
    const suppliers =
        provider === undefined ? [] : graph.suppliersOf(provider, "host", [...ENDPOINT_TYPES, CLUSTER_INSTANCE]);
    const found = suppliers.map((supplier) => databases.of(supplier)).find((entrance) => entrance !== undefined);
    return found ?? (databases.servers.length === 1 ? databases.entrances[0] : undefined);
}

function defaultDatabase(graph: Graph, resource: Resource): string {
    const provider = graph.get(resource.provider ?? "");
    return (provider && text(property(provider, "database"))) ?? "postgres";
}
