import type { Databases, Endpoint } from "../databases/servers";
import type { DeclaredServer } from "../databases/declaredServers";
import { Connects } from "../iam/connect";
import type { Connect, Wide } from "../iam/connect";
import type { Principals } from "../iam/principals";
import { Assumers } from "../iam/assumers";
import type { Assumer } from "../iam/assumer";
import type { Clusters } from "../kubernetes/clusters";
import { PodPlacement } from "../kubernetes/podPlacement";
import { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import { link, stateOf } from "../chain/link";
import type { Identity, Link, State } from "../chain/link";
import { RDS_IAM } from "../../toolkit/serverNames";

/** A chain from an identity to a database login. */
export interface Chain {
    readonly identity: Identity;
    /** The server's key; the resource id of an ARN that matches no database. */
    readonly server: string;
    readonly login: string;
    readonly links: readonly Link[];
    readonly state: State;
    /** The documents reach more than they name. */
    readonly wide: boolean;
    /** Leads to a replica, which is read-only. */
    readonly readOnly: boolean;
    /** Leads through other identities' service accounts: those of a namespace, or all of a cluster. */
    readonly acting?: "namespace" | "cluster";
}

/** All chains from identities to database logins, including broken ones, and the documents that are too wide. */
export function chainsOf(
    graph: Graph,
    principals: Principals,
    clusters: Clusters,
    databases: Databases,
    servers: readonly DeclaredServer[],
): { readonly chains: readonly Chain[]; readonly wide: readonly Wide[]; readonly connects: Connects } {
    const network = new Network(graph, databases);
    const pods = new PodPlacement(graph, clusters, network);
    const assumers = new Assumers(graph, clusters, principals, pods, network);
    const connects = new Connects(graph, databases, servers);
    const byServer = new Map(servers.map((one) => [one.server, one]));

    const path = (assumer: Assumer, { entrance, user, wide, link: connect }: Connect): Chain => {
        const server = entrance === undefined ? undefined : byServer.get(entrance.server);
        const links = [
            ...assumer.links,
            connect,
            ...(entrance === undefined ? [] : networkLinks(network, pods, assumer, entrance)),
            ...(entrance === undefined || server === undefined
                ? []
                : loginLinks(entrance, server, user, (proxy) => connects.behind(proxy, principals, user))),
        ];
        const readOnly = entrance?.readOnly ?? false;
        return {
            identity: assumer.identity,
            server: entrance?.server.key ?? "elsewhere",
            login: user,
            links,
            state: stateOf(links),
            wide,
            readOnly,
            acting: assumer.acting,
        };
    };
    const chains = principals.all().flatMap((principal) => {
        const paths = connects.of(principal);
        const found = paths.length === 0 ? [] : assumers.of(principal);
        const those = found.length > 0 ? found : [nobodyTakes(principal.resource)];
        return paths.flatMap((connect) => those.map((assumer) => path(assumer, connect)));
    });
    // Access paths that only a wildcard opens are unintended, so broken ones are not reported.
    const meant = chains.filter(({ wide, state }) => !wide || state !== "missing");
    const all = [...meant, ...servers.flatMap(passwords)];
    return { chains: [...all, ...servers.flatMap((server) => unreached(server, all))], wide: connects.wide, connects };
}

function nobodyTakes(resource: Parameters<typeof label>[0]): Assumer {
    const identity: Identity = {
        key: `role ${resource.name}`,
        kind: "role",
        label: `role ${resource.name}`,
        resources: [resource.urn],
    };
    return {
        identity,
        links: [
            link(
                "credential",
                "missing",
                `no identity among these resources can assume ${label(resource)}`,
                resource.urn,
            ),
        ],
        places: [],
    };
}

/** The network's links: from any location that allows the connection; none if the location is unknown. */
function networkLinks(network: Network, pods: PodPlacement, assumer: Assumer, entrance: Endpoint): readonly Link[] {
    const paths = assumer.places
        .filter((place) => place.groups.length > 0)
        .map((place) => network.reach(place, entrance));
    const best =
        paths.find((links) => stateOf(links) === "holds") ??
        paths.find((links) => stateOf(links) === "expected") ??
        paths[0] ??
        [];
    const policy = assumer.account === undefined ? undefined : pods.egress(assumer.account, entrance);
    return policy === undefined ? best : [...best, policy];
}

/** From the connect ARN on: the engine's IAM authentication, a proxy's own role, the login. */
function loginLinks(
    entrance: Endpoint,
    declared: DeclaredServer,
    user: string,
    behind: (proxy: Endpoint) => Link,
): readonly Link[] {
    const { server, rights } = declared;
    const role = rights.privileges.members.role(user);
    const resources = [entrance.resource?.urn, role?.source.startsWith("urn:") === true ? role.source : undefined];
    const say = (state: State, text: string): Link => link("login", state, text, ...resources);
    const links: Link[] = [];
    if (!server.iam) {
        links.push(say("missing", `IAM authentication is off on ${server.key}`));
    }
    if (entrance.kind === "proxy") {
        links.push(behind(entrance));
    }
    if (role === undefined) {
        return [...links, say("missing", `no login ${user} exists on ${server.key}`)];
    }
    if (!role.login) {
        return [...links, say("missing", `${user} on ${server.key} may not log in (NOLOGIN)`)];
    }
    const isIam = rights.privileges.members.belongs(user).has(RDS_IAM);
    links.push(
        isIam
            ? say("holds", `${user} is a login of ${server.key} and a member of rds_iam`)
            : say("missing", `${user} on ${server.key} is not a member of rds_iam`),
    );
    return links;
}

/** Logins that accept a password: not members of rds_iam, for which RDS refuses passwords. */
function passwords({ server, rights }: DeclaredServer): readonly Chain[] {
    const { members } = rights.privileges;
    const logins = [...rights.world.roles.values()].filter(
        (role) => role.login && !members.belongs(role.name).has(RDS_IAM),
    );
    return logins
        .filter((role) => role.password || role.name === server.master)
        .map((role) => {
            const text = `any client with the password of ${role.name}`;
            const identity: Identity = {
                key: `password ${server.key}/${role.name}`,
                kind: "password",
                label: text,
                resources: [],
            };
            const source = role.source.startsWith("urn:") ? role.source : server.resource?.urn;
            const links = [link("login", "holds", `${role.name} logs in to ${server.key} with a password`, source)];
            return {
                identity,
                server: server.key,
                login: role.name,
                links,
                state: "holds",
                wide: false,
                readOnly: false,
            };
        });
}

/** IAM logins that no identity reaches: a resource was forgotten, or is defined elsewhere. */
function unreached({ server, rights, administrators }: DeclaredServer, chains: readonly Chain[]): readonly Chain[] {
    const reached = new Set(chains.filter((chain) => chain.server === server.key).map((chain) => chain.login));
    return [...rights.world.roles.values()]
        .filter((role) => role.login && !reached.has(role.name) && !administrators.includes(role.name))
        .map((role) => {
            const identity: Identity = {
                key: `none ${server.key}/${role.name}`,
                kind: "role",
                label: "no identity",
                resources: [],
            };
            const links = [
                link(
                    "connect",
                    "missing",
                    `no policy among these resources allows any identity to connect to ${server.key} as ${role.name}`,
                    role.source,
                ),
            ];
            return {
                identity,
                server: server.key,
                login: role.name,
                links,
                state: "missing",
                wide: false,
                readOnly: false,
            };
        });
}
