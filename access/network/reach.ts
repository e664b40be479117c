import type { Databases, Endpoint } from "../databases/servers";
import { PROXY } from "../databases/types";
import { elsewhere, link, some } from "../chain/link";
import type { Link, State } from "../chain/link";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { overlapping } from "./cidr";
import { Groups } from "./groups";
import type { SecurityGroupRule } from "./groups";
import { NetworkInterfaces } from "./interfaces";
import { NetworkLocations } from "./networkLocation";
import type { NetworkLocation } from "./networkLocation";

/** Whether security groups let traffic through: by a rule, or by one that another stack may have. */
interface Passage {
    readonly state: State;
    /** The rule that decides; undefined if none does. */
    readonly rule?: SecurityGroupRule | undefined;
    /** Whether deployment will tell. */
    readonly later?: boolean | undefined;
}

const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/**
 * A network load balancer. It forwards connections to addresses, and TLS and the token pass through it:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
 */
interface Relay {
    readonly resource: Resource;
    readonly place: NetworkLocation;
}

/** Decides whether the network allows a connection to a database's port. */
export class Network {
    readonly groups: Groups;
    readonly places: NetworkLocations;
    readonly interfaces: NetworkInterfaces;
    private readonly relays: readonly Relay[];

    constructor(
        graph: Graph,
        private readonly databases: Databases,
    ) {
        this.groups = new Groups(graph);
        this.places = new NetworkLocations(graph);
        this.interfaces = new NetworkInterfaces(graph, this.groups, this.places);
        this.relays = graph
            .ofType("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
            .filter((one) => property(one, "loadBalancerType") === "network")
            .map((resource) => ({
                resource,
                place: {
                    text: resource.name,
                    groups: this.groups.named(resource, "securityGroups"),
                    subnets: this.places.subnets(resource, "subnets"),
                    resources: [resource.urn],
                },
            }));
    }

    /** The links from a location to an endpoint, and from a proxy to the database behind it. */
    reach(from: NetworkLocation, entrance: Endpoint): readonly Link[] {
        const { resource } = entrance;
        if (resource === undefined) {
            return [];
        }
        const behind =
            resource.type === PROXY
                ? this.databases.entrances.find((one) => one.server === entrance.server && one.kind !== "proxy")
                : undefined;
        // The endpoints of a proxy have groups and subnets of their own; one that admits the client is enough.
        const links = [resource, ...this.databases.endpointsOf(resource)].map((one) =>
            this.linkTo(from, one, entrance.port),
        );
        const best = links.find(({ state }) => state === some(links.map((one) => one.state)));
        return [
            ...(best === undefined ? [] : [best]),
            ...(behind?.resource === undefined
                ? []
                : [this.linkTo(this.placeOf(resource), behind.resource, behind.port)]),
        ];
    }

    private linkTo(from: NetworkLocation, database: Resource, port: number): Link {
        const to = this.placeOf(database);
        const resources = [...from.resources, ...to.resources];
        const say = (state: State, text: string): Link => link("network", state, text, ...resources);
        if (to.groups.length === 0) {
            const text = `${database.name} names no security group, so its VPC's default one decides about port ${port}`;
            return elsewhere("network", text, ...resources);
        }
        const entry = this.passage("in", to, from, port);
        const names = to.groups.map((group) => this.groups.nameOf(group)).join(" and ");
        const who = `${from.text} (${this.describe(from)})`;
        const relay = entry.state === "missing" ? this.relayTo(to, port) : undefined;
        if (relay !== undefined) {
            const text = `${who} is expected to reach port ${port} of ${database.name} through ${label(relay)}, which ${names} lets through: what it forwards is not read`;
            return elsewhere("network", text, ...resources, relay.urn);
        }
        if (entry.state === "missing") {
            return say("missing", `${names} of ${database.name} does not let ${who} through to port ${port}`);
        }
        const exit = this.passage("out", from, to, port);
        if (exit.state === "missing") {
            const text = `${this.describe(from)} of ${from.text} lets nothing out to ${database.name} on port ${port}`;
            return say("missing", text);
        }
        const gap = this.places.gap(from.subnets, to.subnets);
        const rules = [entry, exit].flatMap(({ rule }) => rule?.source.urn ?? []);
        if (gap === undefined && entry.state === "holds" && exit.state === "holds") {
            const text = `${from.text} may reach port ${port} of ${database.name}`;
            return link("network", "holds", text, ...resources, ...rules);
        }
        const reasons = [
            ...(entry.state === "holds" ? [] : [`what ${names} lets through is not known from these resources`]),
            ...(exit.state === "holds"
                ? []
                : [`what ${this.describe(from)} lets out is not known from these resources`]),
            ...(gap === undefined ? [] : [gap]),
        ];
        const text = `${from.text} is expected to reach port ${port} of ${database.name}: ${reasons.join(", and ")}`;
        const later = gap === undefined && [entry, exit].every((one) => one.state === "holds" || one.later === true);
        return later
            ? link("network", "expected", text, ...resources, ...rules)
            : elsewhere("network", text, ...resources, ...rules);
    }

    /** A relay that the groups admit. */
    private relayTo(to: NetworkLocation, port: number): Resource | undefined {
        return this.relays.find(({ place }) => this.passage("in", to, place, port).state !== "missing")?.resource;
    }

    /**
     * Whether the groups of one side let the other side through. A group that is not among the resources, or whose rules another
     * stack may extend, may do so; so may a range, as long as the other side's addresses are unknown.
     */
    private passage(
        direction: SecurityGroupRule["direction"],
        { groups }: NetworkLocation,
        other: NetworkLocation,
        port: number,
    ): Passage {
        const judged = groups
            .flatMap((group) => this.groups.rulesOf(group, direction, port))
            .map((rule): Passage => ({ rule, state: this.admits(rule, other) }));
        if (direction === "out" && groups.some((group) => this.groups.letsAllOut(group))) {
            return { state: "holds" };
        }
        const complete = groups.length > 0 && groups.every((group) => this.groups.isComplete(group, direction));
        const state = some([...judged.map((one) => one.state), complete ? "missing" : "expected"]) ?? "missing";
        const rule = judged.find((one) => one.state === state && state !== "missing")?.rule;
        return { state, rule, later: rule?.unknown };
    }

    private admits(rule: SecurityGroupRule, other: NetworkLocation): State {
        const ranges = this.places.ranges(other.subnets);
        const named = rule.groups.some((group) => other.groups.includes(group));
        const within = rule.cidrs.some(
            (cidr) => EVERYWHERE.includes(cidr) || ranges.known.some((range) => overlapping(cidr, range)),
        );
        if (named || within) {
            return rule.unknown ? "expected" : "holds";
        }
        const perhapsNamed = rule.groups.some(
            (group) => other.groups.length === 0 || other.groups.some((one) => this.groups.maybeSame(group, one)),
        );
        const perhapsWithin = rule.cidrs.length > 0 && !ranges.complete;
        return rule.unknown || perhapsNamed || perhapsWithin ? "expected" : "missing";
    }

    private placeOf(database: Resource): NetworkLocation {
        return {
            text: `proxy ${database.name}`,
            groups: this.groups.named(database, "vpcSecurityGroupIds"),
            subnets: this.places.databaseSubnets(database),
            resources: [database.urn],
        };
    }

    private describe(place: NetworkLocation): string {
        return place.groups.length === 0
            ? "security groups that are not known"
            : place.groups.map((group) => this.groups.nameOf(group)).join(" and ");
    }
}
