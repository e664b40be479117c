import { declaredWorld, postgresTypes } from "../postgres/declared";
import type { Existing } from "../postgres/build";
import { futureObjects } from "../postgres/defaultPrivileges";
import { Rights } from "../postgres/rights";
import type { Graph } from "../resources/graph";
import { property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { text } from "../resources/value";
import { ALIAS_TYPES } from "./aliases";
import type { Databases, Server } from "./servers";
import { CLUSTER_INSTANCE, ENDPOINT_TYPES } from "./types";
import { MAINTENANCE, PROVISIONER } from "../../toolkit/serverNames";

/** A server with the roles, objects and rights that its resources declare. */
export interface DeclaredServer {
    readonly server: Server;
    readonly rights: Rights;
    /** The users that postgresql providers connect as, and the master: they reach the whole server. */
    readonly administrators: readonly string[];
    /** The resources that may belong to another server: their provider connects by a name or an address that no resource has. */
    readonly presumed: ReadonlySet<string>;
}

/** The servers that a provider connects to; several if it is unknown which. */
interface Target {
    readonly servers: readonly Server[];
    readonly certain: boolean;
}

/** What a live server lists. */
export interface Listed {
    /** The major version that it runs, which is not the declared one before an upgrade. */
    readonly major: number;
    readonly objects: readonly Existing[];
}

/** What live servers list, by the server's key. */
export type Inventory = ReadonlyMap<string, Listed>;

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
    const byProvider = new Map<string, Target>();
    const resources = new Map<Server, Resource[]>();
    const presumed = new Set<string>();
    for (const resource of graph.ofType(...postgresTypes)) {
        const provider = resource.provider ?? "";
        const target = byProvider.get(provider) ?? targetOf(graph, databases, provider);
        byProvider.set(provider, target);
        for (const server of target.servers) {
            const found = resources.get(server) ?? [];
            found.push(resource);
            resources.set(server, found);
        }
        if (!target.certain) {
            presumed.add(resource.urn);
        }
    }
    return databases.servers.map((server) => {
        const providers = [...byProvider]
            .filter(([, target]) => target.servers.includes(server))
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
        // A server elsewhere has at least the databases that its providers connect to.
        const connected =
            server.resource === undefined
                ? providers.flatMap((provider) => text(property(provider, "database")) ?? [])
                : [];
        const names = [...new Set([...server.databases, ...connected])];
        const listed = inventory?.get(server.key);
        const known = {
            ...server,
            version: listed?.major ?? server.version,
            versionAssumed: listed === undefined && server.versionAssumed === true,
            databases: names,
            administrators,
            tokenUsers,
            closed,
            existing: listed?.objects,
        };
        const world = declaredWorld(graph, resources.get(server) ?? [], known, (resource) =>
            defaultDatabase(graph, resource),
        );
        return {
            server,
            rights: new Rights({ ...world, objects: [...world.objects, ...futureObjects(world)] }),
            administrators,
            presumed,
        };
    });
}

/**
 * The databases that a postgresql provider may connect to: by its host, or by the resource that supplies an unknown host; for a
 * provider that is not among the resources, any of them.
 */
function targetOf(graph: Graph, databases: Databases, urn: string): Target {
    const provider = graph.get(urn);
    const host = provider === undefined ? undefined : text(property(provider, "host"));
    if (host !== undefined && provider !== undefined) {
        const { entrances, certain } = databases.withHost(host, Number(property(provider, "port") ?? 5432));
        return { servers: entrances.map(({ server }) => server), certain };
    }
    const types = [...ENDPOINT_TYPES, CLUSTER_INSTANCE, ...ALIAS_TYPES];
    const suppliers = provider === undefined ? [] : graph.originsOf(provider, "host", types);
    const found = [...new Set(suppliers.flatMap((supplier) => databases.of(supplier)?.server ?? []))];
    const servers = found.length > 0 ? found : databases.servers.slice();
    // Without a provider's name, the resources come from a list that names none.
    return { servers, certain: servers.length === 1 && (found.length === 1 || provider !== undefined || urn === "") };
}

function defaultDatabase(graph: Graph, resource: Resource): string {
    const provider = graph.get(resource.provider ?? "");
    return (provider && text(property(provider, "database"))) ?? "postgres";
}
