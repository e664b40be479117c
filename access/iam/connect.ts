import { impossibleUser, mayConnect, PLACEHOLDER, reach } from "../../policy/iam";
import type { DbUser, Reach } from "../../policy/iam";
import { CLUSTER_INSTANCE, ENDPOINT_TYPES } from "../databases/types";
import type { Databases, Endpoint, Server } from "../databases/servers";
import type { DeclaredServer } from "../databases/declaredServers";
import { elsewhere, link } from "../chain/link";
import type { Link } from "../chain/link";
import { nameOf } from "../postgres/declared";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { accountOf } from "../../toolkit/arn";
import { withinBoundary } from "./boundary";
import { arnOf, openResources, undeclaredUsers, worst } from "./openResources";
import type { Held, Principal, Principals } from "./principals";

/** A connection that a principal may open: an endpoint and a database user. */
export interface Connect {
    /** Undefined when the ARN names no database among the resources. */
    readonly entrance?: Endpoint | undefined;
    /** The resource id of a database that is not among the resources. */
    readonly place?: string;
    /** {@link SOME_USER} while it is unknown. */
    readonly user: string;
    /** True when the documents reach more than they name. */
    readonly wide: boolean;
    readonly link: Link;
}

/** Documents that reach more users than they name. */
export interface Wide {
    readonly principal: Principal;
    /** Why, with an ARN that proves it. */
    readonly reason: string;
    readonly resources: readonly string[];
}

const LOGIN = "postgresql:index/role:Role";
const STACK = "::pulumi:pulumi:Stack::";

/** Stands for a database user whose name is unknown; no role's name can be mistaken for it in a report. */
export const SOME_USER = "(some user)";

/** What principals may connect to, according to their documents. */
export class Connects {
    readonly wide: Wide[] = [];
    private readonly logins: ReadonlyMap<Endpoint, readonly string[]>;
    private readonly found = new Map<Principal, readonly Connect[]>();

    constructor(
        private readonly graph: Graph,
        private readonly databases: Databases,
        servers: readonly DeclaredServer[],
    ) {
        const byServer = new Map(servers.map((one) => [one.server, one]));
        this.logins = new Map(
            databases.entrances.map((entrance) => {
                const roles = byServer.get(entrance.server)?.rights.world.roles.values() ?? [];
                return [entrance, [...roles].filter((role) => role.login).map((role) => role.name)];
            }),
        );
    }

    of(principal: Principal): readonly Connect[] {
        const known = this.found.get(principal) ?? this.find(principal);
        this.found.set(principal, known);
        return known;
    }

    /** What a principal without any policy may connect to: another stack attaches them, so perhaps as logins that no other identity reaches. */
    undetermined(
        { resource }: Principal,
        unreached: readonly { readonly server: Server; readonly login: string }[],
    ): readonly Connect[] {
        return unreached.flatMap(({ server, login }) => {
            const entrance = this.databases.entrances.find((one) => one.server === server);
            const text = `no policy among these resources lets any identity connect to ${server.key} as ${login}; ${label(resource)}, of which none is known, may have it elsewhere`;
            return entrance === undefined
                ? []
                : [{ entrance, user: login, wide: false, link: elsewhere("connect", text, resource.urn) }];
        });
    }

    /** Some user of each database. */
    private anyUser(why: string, ...resources: readonly string[]): readonly Connect[] {
        const entrances = this.databases.entrances.filter(({ kind, readOnly }) => kind !== "proxy" && !readOnly);
        return entrances.map((entrance) => {
            const text = `${why} and may let it connect to ${entrance.server.key}`;
            const urns = [...resources, entrance.resource?.urn];
            return { entrance, user: SOME_USER, wide: false, link: elsewhere("connect", text, ...urns) };
        });
    }

    private find(principal: Principal): readonly Connect[] {
        const documents = principal.held.flatMap((held) => held.document ?? []);
        const decided = reach(documents);
        const named = decided.users.flatMap((user) => this.named(principal, user));
        const wide = decided.verdict === "excess" ? this.everyone(principal, decided) : [];
        const known = new Set(named.map((one) => `${one.entrance?.resource?.urn} ${one.user}`));
        const later = principal.held.filter((held) => held.document === undefined && held.elsewhere === undefined);
        return [
            ...named,
            ...wide.filter((one) => !known.has(`${one.entrance?.resource?.urn} ${one.user}`)),
            ...later.flatMap((held) => this.expected(principal, held)),
            ...principal.held.flatMap((held) => this.defined(principal, held)),
        ];
    }

    /**
     * Whether a proxy can log in to its database as a user: with end-to-end IAM it uses its own role, which needs the
     * permission too; otherwise a secret, whose owner the resources do not show.
     */
    behind({ resource: proxy, server }: Endpoint, principals: Principals, user: string): Link {
        const [role] = proxy === undefined ? [] : principals.rolesAt(proxy, ["roleArn"]);
        if (proxy === undefined || role === undefined || property(proxy, "defaultAuthScheme") !== "IAM_AUTH") {
            return link(
                "login",
                "expected",
                `the proxy of ${server.key} is expected to hold a secret of ${user}`,
                proxy?.urn,
            );
        }
        const permits = this.of(role).some(
            (one) =>
                one.user === user &&
                one.entrance?.server === server &&
                one.entrance.kind !== "proxy" &&
                one.link.state !== "missing",
        );
        if (permits) {
            return link(
                "login",
                "holds",
                `${label(proxy)} may itself connect as ${user}`,
                proxy.urn,
                role.resource.urn,
            );
        }
        const text = `no policy among these resources lets ${label(role.resource)} of ${label(proxy)} connect as ${user}`;
        return elsewhere("login", text, proxy.urn, role.resource.urn);
    }

    private named(principal: Principal, user: DbUser): readonly Connect[] {
        const entrance = user.resourceId.includes(PLACEHOLDER)
            ? this.supplier(principal)
            : this.databases.withId(user.resourceId);
        return entrance === undefined ? this.unmatched(principal, user) : [this.matched(principal, user, entrance)];
    }

    /**
     * A database whose resource id no resource has: one of those whose id is unknown, a proxy or replica elsewhere of a database that
     * has the login, else a database elsewhere. Text that is no resource id lets in no client.
     */
    private unmatched(principal: Principal, user: DbUser): readonly Connect[] {
        const says = `${label(principal.resource)} may connect to ${visibleId(user)} as ${user.user}`;
        const sources = this.sourcesOf(principal, user.arn);
        const connect = { user: user.user, wide: false };
        const placeholder = user.resourceId.includes(PLACEHOLDER);
        if (!placeholder && NO_RESOURCE_ID.test(impossibleUser(user.arn)?.fault ?? "")) {
            const text = `${says}, but no database can have the resource id ${user.resourceId}`;
            return [{ ...connect, link: link("connect", "missing", text, ...sources) }];
        }
        const unread = this.databases.unreadWithId(user.resourceId);
        if (unread !== undefined) {
            const text = `${says}, a user of ${label(unread)}, whose users and grants are not read`;
            return [{ ...connect, place: unread.name, link: elsewhere("connect", text, ...sources, unread.urn) }];
        }
        const perhaps = this.databases.mayHaveId((server) => this.declares(server, user.user));
        const servers = perhaps.filter((one, at) => perhaps.findIndex(({ server }) => server === one.server) === at);
        const text = `${says}, and no database among these resources is known to have the resource id ${user.resourceId}`;
        return servers.length > 0
            ? servers.map((entrance) => ({
                  ...connect,
                  entrance,
                  link: elsewhere("connect", text, ...sources, entrance.resource?.urn),
              }))
            : [{ ...connect, place: visibleId(user), link: elsewhere("connect", text, ...sources) }];
    }

    private declares(server: Server, user: string): boolean {
        return [...this.logins].some(([entrance, logins]) => entrance.server === server && logins.includes(user));
    }

    private matched(principal: Principal, user: DbUser, entrance: Endpoint): Connect {
        const says = `${label(principal.resource)} may connect to ${visibleId(user)} as ${user.user}`;
        const sources = this.sourcesOf(principal, user.arn);
        const connect = { entrance, user: user.user, wide: false };
        const { place } = entrance;
        for (const part of ["partition", "region", "account"] as const) {
            if (
                place[part] !== undefined &&
                place[part] !== "" &&
                !user[part].includes(PLACEHOLDER) &&
                place[part] !== user[part]
            ) {
                const text = `${says}, but its ARN says ${part} ${user[part]} where the database is in ${place[part]}`;
                return { ...connect, link: link("connect", "missing", text, ...sources) };
            }
        }
        // A permission set's ARN has no account: it applies to those where it is assigned.
        const own = accountOf(principal.arn ?? "");
        if (own !== "" && !user.account.includes(PLACEHOLDER) && own !== user.account) {
            const text = `${says}, but a database lets in no identity of another account`;
            return { ...connect, link: link("connect", "missing", text, ...sources) };
        }
        const bounds = withinBoundary(principal, user.arn);
        if (bounds === "no") {
            const text = `${says}, but its permissions boundary ${boundaryOf(principal)} does not allow that`;
            return { ...connect, link: link("connect", "missing", text, ...sources) };
        }
        const expected = user.arn.includes(PLACEHOLDER) || bounds === "maybe";
        return {
            ...connect,
            link: link("connect", expected ? "expected" : "holds", says, ...sources, entrance.resource?.urn),
        };
    }

    /**
     * Open-ended documents: every login of every database that they actually match, and the users that they match besides, which SQL
     * or another stack may create.
     */
    private everyone(principal: Principal, { reason }: Reach): readonly Connect[] {
        const documents = principal.held.flatMap((held) => held.document ?? []);
        const resources = [...new Set(principal.held.flatMap((held) => held.sources.map((source) => source.urn)))];
        this.wide.push({ principal, reason, resources });
        const open = openResources(documents);
        return [...this.logins].flatMap(([entrance, logins]) => {
            const matched = logins.flatMap((user): Connect[] => {
                const arns = open.map(({ example }) => arnOf(entrance, user, example));
                const answers = arns.map((arn) => worst(mayConnect(documents, arn), withinBoundary(principal, arn)));
                if (answers.every((answer) => answer === "no")) {
                    return [];
                }
                const text = `${label(principal.resource)} may connect to ${entrance.server.key} as ${user}: ${reason}`;
                const state = answers.includes("yes") && entrance.resourceId !== undefined ? "holds" : "expected";
                return [{ entrance, user, wide: true, link: link("connect", state, text, ...resources) }];
            });
            const others = [...new Set(open.flatMap((one) => undeclaredUsers(principal, entrance, logins, one)))];
            return [
                ...matched,
                ...others.map((user): Connect => {
                    const who = user ?? "users that are not among these resources";
                    const text = `${label(principal.resource)} may connect to ${entrance.server.key} as ${who}`;
                    return {
                        entrance,
                        user: user ?? SOME_USER,
                        wide: true,
                        link: elsewhere("connect", text, ...resources),
                    };
                }),
            ];
        });
    }

    /**
     * A policy of the account that is not among the resources: it may let its holders connect to any database. Policies of AWS
     * are known by what they allow.
     */
    private defined(principal: Principal, { elsewhere: policy, sources }: Held): readonly Connect[] {
        if (policy === undefined || !OWN_POLICY.test(policy)) {
            return [];
        }
        const text = `${policy}, which ${label(principal.resource)} holds, is defined elsewhere`;
        return this.anyUser(text, ...sources.map(({ urn }) => urn));
    }

    /**
     * An unknown document: it will name the databases and the logins that supply it; if no login does, those created in the same
     * component as the document. A stack is no such component, so there the user is one that is not known yet.
     */
    private expected(principal: Principal, held: Held): readonly Connect[] {
        const source = held.sources[0];
        if (source === undefined) {
            return [];
        }
        const entrances = this.entrancesBehind(source, held.input);
        const suppliers = this.graph.suppliersOf(source, held.input, [LOGIN]);
        const { parent } = source;
        const inside = parent === undefined || parent.includes(STACK) ? [] : this.graph.childrenOf(parent);
        const siblings = inside.filter((one) => one.type === LOGIN && property(one, "login") === true);
        const logins = (suppliers.length > 0 ? suppliers : siblings).map(nameOf);
        return [...entrances].flatMap((entrance) =>
            (logins.length > 0 ? logins : [SOME_USER]).map((user): Connect => {
                const who = user === SOME_USER ? "some user that is not known yet" : user;
                const text = `${label(principal.resource)} is expected to connect to ${entrance.server.key} as ${who}, once ${label(source)} is known`;
                return {
                    entrance,
                    user,
                    wide: false,
                    link: link(
                        "connect",
                        "expected",
                        text,
                        ...held.sources.map((one) => one.urn),
                        entrance.resource?.urn,
                    ),
                };
            }),
        );
    }

    /** Whether an unknown document's suppliers show which users it will let connect. */
    foresees(principal: Principal, source: Resource, input: string): boolean {
        return this.expected(principal, { sources: [source], input }).length > 0;
    }

    private entrancesBehind(source: Resource, input: string): ReadonlySet<Endpoint> {
        const suppliers = this.graph.originsOf(source, input, [...ENDPOINT_TYPES, CLUSTER_INSTANCE]);
        return new Set(suppliers.flatMap((supplier) => this.databases.of(supplier) ?? []));
    }

    private supplier(principal: Principal): Endpoint | undefined {
        const found = principal.held.flatMap(({ sources: [source], input }) =>
            source === undefined ? [] : [...this.entrancesBehind(source, input)],
        );
        return found[0];
    }

    private sourcesOf(principal: Principal, arn: string): readonly string[] {
        const held = principal.held.filter(
            ({ document }) => document !== undefined && mayConnect([document], arn) !== "no",
        );
        const all = held.length === 0 ? principal.held : held;
        return [...new Set(all.flatMap((one) => one.sources.map((source) => source.urn)))];
    }
}

function boundaryOf({ boundary }: Principal): string {
    const [source] = boundary?.sources ?? [];
    return source === undefined ? "" : label(source);
}

const NO_RESOURCE_ID = /is not a resource id/;

/** A policy in an account, as opposed to one of AWS', or one whose ARN is unknown. */
const OWN_POLICY = /^arn:[^:]*:iam::\d{12}:policy\//;

function visibleId(user: DbUser): string {
    return user.resourceId.includes(PLACEHOLDER) ? "the database to come" : user.resourceId;
}
