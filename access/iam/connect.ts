import { dbUserArn, mayConnect, parseDbUser, PLACEHOLDER, reach } from "../../policy/iam";
import type { Answer, DbUser, Reach } from "../../policy/iam";
import { CLUSTER_INSTANCE, ENDPOINT_TYPES } from "../databases/servers";
import type { Databases, Endpoint } from "../databases/servers";
import type { DeclaredServer } from "../databases/declaredServers";
import { link } from "../chain/link";
import type { Link } from "../chain/link";
import { nameOf } from "../postgres/declared";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { accountOf } from "../../toolkit/arn";
import { withinBoundary } from "./boundary";
import type { Held, Principal, Principals } from "./principals";

/** A connection that a principal may open: an endpoint and a database user. */
export interface Connect {
    /** Undefined when the ARN names no database among the resources. */
    readonly entrance?: Endpoint;
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

    private find(principal: Principal): readonly Connect[] {
        const documents = principal.held.flatMap((held) => held.document ?? []);
        const decided = reach(documents);
        const named = decided.users.map((user) => this.named(principal, user));
        const wide = decided.verdict === "excess" ? this.everyone(principal, decided) : [];
        const known = new Set(named.map((one) => `${one.entrance?.resource?.urn} ${one.user}`));
        const later = principal.held.filter((held) => held.document === undefined && held.elsewhere === undefined);
        return [
            ...named,
            ...wide.filter((one) => !known.has(`${one.entrance?.resource?.urn} ${one.user}`)),
            ...later.flatMap((held) => this.expected(principal, held)),
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
        const text = permits
            ? `${label(proxy)} may itself connect as ${user}`
            : `${label(role.resource)} of ${label(proxy)} may not connect as ${user}`;
        return link("login", permits ? "holds" : "missing", text, proxy.urn, role.resource.urn);
    }

    private named(principal: Principal, user: DbUser): Connect {
        const entrance = user.resourceId.includes(PLACEHOLDER)
            ? this.supplier(principal)
            : this.databases.withId(user.resourceId);
        const says = `${label(principal.resource)} may connect to ${visibleId(user)} as ${user.user}`;
        const sources = this.sourcesOf(principal, user.arn);
        const connect = { entrance, user: user.user, wide: false };
        if (entrance === undefined) {
            const text = `${says}, but no database among these resources has the resource id ${user.resourceId}`;
            return { ...connect, link: link("connect", "missing", text, ...sources) };
        }
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

    /** Open-ended documents: every login of every database that they actually match. */
    private everyone(principal: Principal, { reason, excesses }: Reach): readonly Connect[] {
        const documents = principal.held.flatMap((held) => held.document ?? []);
        const resources = [...new Set(principal.held.flatMap((held) => held.sources.map((source) => source.urn)))];
        this.wide.push({ principal, reason, resources });
        const examples = excesses.flatMap(({ counterexample }) => parseDbUser(counterexample) ?? []);
        return [...this.logins].flatMap(([entrance, logins]) =>
            logins.flatMap((user): Connect[] => {
                const arns = examples.map((example) => arnOf(entrance, user, example));
                const answers = arns.map((arn) => worst(mayConnect(documents, arn), withinBoundary(principal, arn)));
                if (answers.every((answer) => answer === "no")) {
                    return [];
                }
                const text = `${label(principal.resource)} may connect to ${entrance.server.key} as ${user}: ${reason}`;
                const state = answers.includes("yes") && entrance.resourceId !== undefined ? "holds" : "expected";
                return [{ entrance, user, wide: true, link: link("connect", state, text, ...resources) }];
            }),
        );
    }

    /**
     * An unknown document: it will name the databases and the logins that supply it; if no
     * login does, those created in the same component as the document.
     */
    private expected(principal: Principal, held: Held): readonly Connect[] {
        const source = held.sources[0];
        if (source === undefined) {
            return [];
        }
        const entrances = this.entrancesBehind(source, held.input);
        const suppliers = this.graph.suppliersOf(source, held.input, [LOGIN]);
        const inside = source.parent === undefined ? [] : this.graph.childrenOf(source.parent);
        const siblings = inside.filter((one) => one.type === LOGIN && property(one, "login") === true);
        const logins = suppliers.length > 0 ? suppliers : siblings;
        return [...entrances].flatMap((entrance) =>
            logins.map((login): Connect => {
                const text = `${label(principal.resource)} is expected to connect to ${entrance.server.key} as ${nameOf(login)}, once ${label(source)} is known`;
                return {
                    entrance,
                    user: nameOf(login),
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
        const suppliers = this.graph.suppliersOf(source, input, [...ENDPOINT_TYPES, CLUSTER_INSTANCE]);
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

/** The user's ARN; unknown parts of the database's come from an ARN that the documents allow. */
function arnOf(entrance: Endpoint, user: string, example: DbUser): string {
    const { partition, region, account } = entrance.place;
    return dbUserArn({
        partition: partition || example.partition,
        region: region || example.region,
        account: account || example.account,
        resourceId: entrance.resourceId ?? example.resourceId,
        user,
    });
}

function worst(one: Answer, other: Answer): Answer {
    return one === "no" || other === "no" ? "no" : one === "maybe" ? one : other;
}

function boundaryOf({ boundary }: Principal): string {
    const [source] = boundary?.sources ?? [];
    return source === undefined ? "" : label(source);
}

function visibleId(user: DbUser): string {
    return user.resourceId.includes(PLACEHOLDER) ? "the database to come" : user.resourceId;
}
