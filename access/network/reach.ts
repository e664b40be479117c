import type { Databases, Endpoint } from "../databases/servers";
import { PROXY } from "../databases/servers";
import { link } from "../chain/link";
import type { Link } from "../chain/link";
import type { Graph } from "../resources/graph";
import type { Resource } from "../resources/resource";
import { overlapping } from "./cidr";
import { Groups } from "./groups";
import type { GroupKey, SecurityGroupRule } from "./groups";
import { NetworkLocations } from "./networkLocation";
import type { NetworkLocation } from "./networkLocation";

/** Decides whether the network allows a connection to a database's port. */
export class Network {
    readonly groups: Groups;
    readonly places: NetworkLocations;

    constructor(
        graph: Graph,
        private readonly databases: Databases,
    ) {
        this.groups = new Groups(graph);
        this.places = new NetworkLocations(graph);
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
        return [
            this.linkTo(from, resource, entrance.port),
            ...(behind?.resource === undefined
                ? []
                : [this.linkTo(this.placeOf(resource), behind.resource, behind.port)]),
        ];
    }

    private linkTo(from: NetworkLocation, database: Resource, port: number): Link {
        const to = this.placeOf(database);
        const resources = [...from.resources, ...to.resources];
        const fail = (text: string): Link => link("network", "missing", text, ...resources);
        const gap = this.places.gap(from.subnets, to.subnets);
        if (gap !== undefined) {
            return fail(`${from.text} cannot reach ${database.name}: ${gap}`);
        }
        if (to.groups.length === 0) {
            const text = `${database.name} names no security group, so its VPC's default one decides about port ${port}`;
            return link("network", "expected", text, ...resources);
        }
        const entry = this.opening("in", to.groups, from, port);
        if (entry === undefined) {
            const names = to.groups.map((group) => this.groups.nameOf(group)).join(" and ");
            return fail(
                `${names} of ${database.name} does not let ${from.text} (${this.describe(from)}) through to port ${port}`,
            );
        }
        const exit = this.opening("out", from.groups, to, port);
        if (exit === undefined) {
            return fail(`${this.describe(from)} of ${from.text} lets nothing out to ${database.name} on port ${port}`);
        }
        const used = [entry, exit].filter((rule) => rule !== "presumed");
        const state = used.some((rule) => rule.unknown) || entry === "presumed" ? "expected" : "holds";
        const text = `${from.text} may reach port ${port} of ${database.name}`;
        return link("network", state, text, ...resources, ...used.map((rule) => rule.source.urn));
    }

    /** The rule of one of the groups that matches the other side; groups of other stacks and of AWS are presumed to allow it. */
    private opening(
        direction: SecurityGroupRule["direction"],
        groups: readonly GroupKey[],
        other: NetworkLocation,
        port: number,
    ): SecurityGroupRule | "presumed" | undefined {
        const ranges = this.places.ranges(other.subnets);
        let open: SecurityGroupRule | "presumed" | undefined;
        for (const rule of groups.flatMap((group) => this.groups.rulesOf(group, direction, port))) {
            const named = rule.groups.some((group) => other.groups.includes(group));
            const within = rule.cidrs.some(
                (cidr) => cidr === "0.0.0.0/0" || ranges.some((range) => overlapping(cidr, range)),
            );
            if ((named || within) && !rule.unknown) {
                return rule;
            }
            open ??= rule.unknown || named || within ? rule : undefined;
        }
        return (
            open ??
            (groups.every((group) => this.groups.isDeclared(group)) && groups.length > 0 ? undefined : "presumed")
        );
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
            ? "without a security group"
            : place.groups.map((group) => this.groups.nameOf(group)).join(" and ");
    }
}
