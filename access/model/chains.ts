import type { Databases, Endpoint, Server } from "../databases/servers";
import type { DeclaredServer } from "../databases/declaredServers";
import { Connects, SOME_USER } from "../iam/connect";
import type { Connect, Wide } from "../iam/connect";
import type { Principal, Principals } from "../iam/principals";
import { Assumers } from "../iam/assumers";
import type { Assumer } from "../iam/assumer";
import type { Clusters } from "../kubernetes/clusters";
import { PodPlacement } from "../kubernetes/podPlacement";
import { Network } from "../network/reach";
import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import { elsewhere, link, some, stateOf } from "../chain/link";
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
    /** Whether something decides that is not among the resources, and that no deployment supplies. */
    readonly elsewhere: boolean;
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

    const path = (assumer: Assumer, { entrance, place = "", user, wide, link: connect }: Connect): Chain => {
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
            server: entrance?.server.key ?? place,
            login: user,
            ...judged(links),
            wide,
            readOnly,
            acting: assumer.acting,
        };
    };
    const chainsAlong = (principal: Principal, paths: readonly Connect[]): readonly Chain[] => {
        const found = paths.length === 0 ? [] : assumers.of(principal);
        const those = found.length > 0 ? found : [nobodyTakes(principal.resource)];
        return paths.flatMap((connect) => those.map((assumer) => path(assumer, connect)));
    };
    const all = principals.all();
    const named = all.flatMap((principal) => chainsAlong(principal, connects.of(principal)));
    // A proxy connects for its clients, so it is not the identity that a login is for.
    const clients = named.filter(({ identity }) => !identity.key.startsWith("service rds.amazonaws.com "));
    const unreached = servers.flatMap((server) =>
        loginsWithout(server, clients).filter(({ login }) =>
            server.rights.privileges.members.belongs(login).has(RDS_IAM),
        ),
    );
    const bare =
        unreached.length === 0 ? [] : all.filter(({ kind, held }) => kind !== "elsewhere" && held.length === 0);
    const chains = [
        ...named,
        ...bare
            .filter((principal) => assumers.of(principal).length > 0)
            .flatMap((principal) => chainsAlong(principal, connects.undetermined(principal, unreached))),
    ];
    // Access paths that only a wildcard opens are unintended, so broken ones are not reported.
    const meant = chains.filter(({ wide, state }) => !wide || state !== "missing");
    const known = [...meant, ...servers.flatMap(passwords)];
    const lonely = servers.flatMap((server) => loginsWithout(server, known).map(noIdentity));
    return { chains: [...known, ...lonely], wide: connects.wide, connects };
}

function judged(links: readonly Link[]): Pick<Chain, "links" | "state" | "elsewhere"> {
    return { links, state: stateOf(links), elsewhere: links.some((one) => one.elsewhere === true) };
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

/** The network's links, from the location that allows the connection best; none for an identity without a location, such as a person. */
function networkLinks(network: Network, pods: PodPlacement, assumer: Assumer, entrance: Endpoint): readonly Link[] {
    const paths = assumer.places.map((place) => network.reach(place, entrance));
    const state = some(paths.map(stateOf));
    const best = paths.find((links) => stateOf(links) === state) ?? [];
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
    if (server.iam !== true) {
        const which = server.iam === undefined ? "is not known yet" : "is off";
        links.push(
            say(server.iam === undefined ? "expected" : "missing", `IAM authentication ${which} on ${server.key}`),
        );
    }
    if (entrance.kind === "proxy") {
        links.push(behind(entrance));
    }
    if (user === SOME_USER) {
        return [...links, say("expected", `which login of ${server.key} that is cannot be known before deployment`)];
    }
    if (role === undefined) {
        const text = `no login ${user} of ${server.key} is among these resources: SQL or another stack may create it`;
        return [...links, elsewhere("login", text, ...resources)];
    }
    if (!role.login) {
        return [...links, say("missing", `${user} on ${server.key} may not log in (NOLOGIN)`)];
    }
    const isIam = rights.privileges.members.belongs(user).has(RDS_IAM);
    if (!isIam && resources[1] === undefined) {
        // The master and the users of providers are not declared, so neither are their memberships.
        const text = `whether ${user} on ${server.key} is a member of rds_iam is not known from these resources`;
        return [...links, elsewhere("login", text, ...resources)];
    }
    if (!isIam) {
        return [...links, say("missing", `${user} on ${server.key} is not a member of rds_iam`)];
    }
    const text = `${user} is a login of ${server.key} and a member of rds_iam`;
    return declared.presumed.has(role.source)
        ? [...links, elsewhere("login", `${text}, if its provider connects to ${server.key}`, ...resources)]
        : [...links, say("holds", text)];
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
                ...judged(links),
                wide: false,
                readOnly: false,
            };
        });
}

interface Lonely {
    readonly server: Server;
    readonly login: string;
    readonly source: string;
}

/** Logins that no identity reaches: a resource was forgotten, or is defined elsewhere. */
function loginsWithout(
    { server, rights, administrators }: DeclaredServer,
    chains: readonly Chain[],
): readonly Lonely[] {
    // What an open-ended document matches is reached by its own name; the unknown users that it matches besides are others.
    const named = chains.filter(({ wide, login }) => !wide || login !== SOME_USER);
    const reached = new Set(named.filter((chain) => chain.server === server.key).map((chain) => chain.login));
    return reached.has(SOME_USER)
        ? []
        : [...rights.world.roles.values()]
              .filter((role) => role.login && !reached.has(role.name) && !administrators.includes(role.name))
              .map(({ name, source }) => ({ server, login: name, source }));
}

function noIdentity({ server, login, source }: Lonely): Chain {
    const identity: Identity = {
        key: `none ${server.key}/${login}`,
        kind: "role",
        label: "no identity",
        resources: [],
    };
    const text = `no policy among these resources allows any identity to connect to ${server.key} as ${login}`;
    const links = [link("connect", "missing", text, source)];
    return { identity, server: server.key, login, ...judged(links), wide: false, readOnly: false };
}
