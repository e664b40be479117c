import { unreadPolicies, unreadResources, unreadRoles } from "../coverage/unread";
import type { Unread } from "../coverage/unread";
import { withExistingDatabases } from "../databases/existing";
import { Databases } from "../databases/servers";
import { declaredServers } from "../databases/declaredServers";
import type { DeclaredServer, Inventory } from "../databases/declaredServers";
import type { Wide } from "../iam/connect";
import { Principals } from "../iam/principals";
import { Clusters } from "../kubernetes/clusters";
import { everyone } from "../openings/everyone";
import { nodes } from "../openings/nodes";
import type { Opening } from "../openings/opening";
import { permissions } from "../openings/permissions";
import { programs } from "../openings/programs";
import { providerSettings } from "../openings/providers";
import { dormant, isGranted, routines } from "../openings/routines";
import { sessions } from "../openings/sessions";
import { unknownDocuments, unknownValues } from "../openings/unknown";
import { Graph } from "../resources/graph";
import type { Resource } from "../resources/resource";
import { ForeignCode } from "../postgres/foreignCode";
import { replicates } from "../postgres/replication";
import type { Right } from "../postgres/rights";
import type { AccessPath, Blocked, Cell } from "../model/cell";
import { chainsOf } from "../model/chains";
import type { Chain } from "../model/chains";
import { datumOf, serverDatum } from "../model/datum";
import type { Datum } from "../model/datum";
import type { Identity } from "../chain/link";
import { Level, levelOf } from "../model/level";

/** Which identities can reach which data, through which chains, and which chains break. */
export interface AccessModel {
    readonly graph: Graph;
    readonly servers: readonly DeclaredServer[];
    readonly cells: readonly Cell[];
    /** Chains with a missing link, from an identity towards a login. */
    readonly broken: readonly Chain[];
    readonly blocked: readonly Blocked[];
    /** Documents that reach more database users than they name. */
    readonly wide: readonly Wide[];
    /** Openings other than privileges to act with others' privileges. */
    readonly openings: readonly Opening[];
    /** Privileges of PUBLIC, or that are unusable only because something is missing. */
    readonly spare: readonly Opening[];
    /** Resources that may give access and that the model does not read. */
    readonly unread: readonly Unread[];
}

/** All ways to a login, whether they hold or are broken. */
export function chainsIn({ cells, broken }: Pick<AccessModel, "cells" | "broken">): readonly Chain[] {
    return [...cells.flatMap(({ paths }) => paths.map(({ chain }) => chain)), ...broken];
}

/** The servers among the resources, with what the resources declare of them; not who reaches them. */
export function serversOf(resources: readonly Resource[]): readonly DeclaredServer[] {
    const graph = new Graph(withExistingDatabases(resources));
    return declaredServers(graph, new Databases(graph), {});
}

/**
 * Computes the access that resources grant.
 *
 * @param inventory the version and the objects of live servers, declared or not
 * @param provisioner the login that provisions a server to which no provider among the resources connects
 */
export function accessOf(resources: readonly Resource[], inventory?: Inventory, provisioner?: string): AccessModel {
    const graph = new Graph(withExistingDatabases(resources));
    const databases = new Databases(graph);
    const servers = declaredServers(graph, databases, { inventory, provisioner });
    const principals = new Principals(graph);
    const clusters = new Clusters(graph);
    const { chains, wide, connects } = chainsOf(graph, principals, clusters, databases, servers);
    const rights = new RightsByLogin(servers);
    const cells = new Map<string, { identity: Identity; datum: Datum; paths: AccessPath[] }>();
    const blocked: Blocked[] = [];
    for (const chain of chains.filter(({ state }) => state !== "missing")) {
        for (const { datum, right, unlisted, replicates: by, level, runs, certain } of rights.of(chain)) {
            if (right?.blocked !== undefined) {
                blocked.push({ chain, right });
            }
            // Another stack may grant what is missing; what PUBLIC has by default says nothing about that.
            if (right?.blocked !== undefined && !isGranted(right)) {
                continue;
            }
            const open = right?.blocked !== undefined || !certain;
            const key = `${chain.identity.key}\n${datum.key}`;
            const cell = cells.get(key) ?? { identity: chain.identity, datum, paths: [] };
            // Whether the server's parameters allow logical replication is not read.
            const state = open || unlisted === true || by !== undefined ? "expected" : chain.state;
            const elsewhere = chain.elsewhere || open;
            cell.paths.push({ chain, state, elsewhere, right, unlisted, replicates: by, level, runs });
            cells.set(key, cell);
        }
    }
    const found = [...cells.values()].map((cell) => ({
        ...cell,
        level: Math.max(...cell.paths.map((path) => path.level)),
    }));
    return {
        graph,
        servers,
        cells: found,
        broken: chains.filter(({ state }) => state === "missing"),
        blocked,
        wide,
        openings: [
            ...permissions(principals.all()),
            ...unknownDocuments(graph, principals, clusters, connects),
            ...unknownValues(graph),
            ...providerSettings(graph),
            ...nodes(graph, clusters),
            ...programs(graph, clusters, found),
            ...routines(graph, found),
            ...servers.flatMap((server) => sessions(server, (login) => rights.reachedBy(server.server.key, login))),
        ],
        spare: [...servers.flatMap(everyone), ...dormant(blocked)],
        unread: [...unreadPolicies(principals), ...unreadRoles(graph, principals), ...unreadResources(graph)],
    };
}

interface Found extends Omit<AccessPath, "chain" | "state" | "elsewhere"> {
    readonly datum: Datum;
    /** Whether what grants it is certainly of this server. */
    readonly certain: boolean;
}

/** The rights of each login, computed once for all identities that lead to it. */
class RightsByLogin {
    private readonly known = new Map<string, readonly Found[]>();
    private readonly servers: ReadonlyMap<string, DeclaredServer>;
    private readonly codes: ReadonlyMap<string, ForeignCode>;

    constructor(servers: readonly DeclaredServer[]) {
        this.servers = new Map(servers.map((one) => [one.server.key, one]));
        this.codes = new Map(
            servers.map(({ server, rights, administrators }) => [
                server.key,
                new ForeignCode(rights, administrators, server.restricts),
            ]),
        );
    }

    reachedBy(server: string, login: string): readonly Right[] {
        return this.of({ server, login, readOnly: false }).flatMap(({ right }) => right ?? []);
    }

    of(chain: Pick<Chain, "server" | "login" | "readOnly">): readonly Found[] {
        const key = `${chain.server}\n${chain.login}\n${chain.readOnly}`;
        const known = this.known.get(key) ?? this.find(chain);
        this.known.set(key, known);
        return known;
    }

    private find({ server, login, readOnly }: Pick<Chain, "server" | "login" | "readOnly">): readonly Found[] {
        const declared = this.servers.get(server);
        if (declared === undefined) {
            return [unlistedAt(server)];
        }
        const { rights, presumed } = declared;
        const provisions = declared.administrators.includes(login);
        const administers = provisions || rights.administrator(login) !== undefined;
        const whole: Found[] = administers
            ? [{ datum: serverDatum(server), level: levelOf.administrator(readOnly), certain: true }]
            : [...rights.privileges.members.belongs(login).keys()].some((role) => !rights.world.roles.has(role))
              ? [unlistedAt(server)]
              : [];
        const by = administers ? undefined : replicates(rights.privileges.members, login);
        // For provisioners and superusers, individual rights would only repeat that they may do everything.
        const own = provisions || rights.privileges.members.role(login)?.superuser === true ? [] : rights.of(login);
        const codes = this.codes.get(server)?.of(login, own);
        return [
            ...whole,
            ...(by === undefined
                ? []
                : [{ datum: serverDatum(server), replicates: by, level: Level.Read, certain: true }]),
            ...own.map((right) => ({
                datum: datumOf(declared.server, right.object),
                right,
                level: levelOf.right(right, readOnly),
                runs: codes?.get(right),
                certain: presumed.size === 0 || !grantsOf(right).every((source) => presumed.has(source)),
            })),
        ];
    }
}

/** What a login may do of which nothing is among the resources: anything that a user may, somewhere on the server. */
function unlistedAt(server: string): Found {
    return { datum: serverDatum(server), unlisted: true, level: Level.Write, certain: true };
}

/** The resources that grant the right. */
function grantsOf({ uses, owns }: Right): readonly string[] {
    return [...uses.values(), ...(owns === undefined ? [] : [owns])].flatMap((use) => use.source);
}
