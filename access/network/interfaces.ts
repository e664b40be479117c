import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { list } from "../resources/value";
import type { GroupKey, Groups } from "./groups";
import { somewhere } from "./networkLocation";
import type { NetworkLocation, NetworkLocations } from "./networkLocation";

type Path = readonly [string, ...(string | number)[]];

const INSTANCE = "aws:ec2/instance:Instance";
const INTERFACE = "aws:ec2/networkInterface:NetworkInterface";
const ATTACHMENT = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment";
const GROUP_ATTACHMENT = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment";

/**
 * The network interfaces of instances that are resources of their own, each with its groups and its subnet, and the groups that are
 * attached to an interface: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html. One that is let in is enough.
 */
export class NetworkInterfaces {
    constructor(
        private readonly graph: Graph,
        private readonly groups: Groups,
        private readonly places: NetworkLocations,
    ) {}

    /** The location of an instance's first interface, with the groups that resources attach to it. */
    withAttached(place: NetworkLocation, machine: Resource): NetworkLocation {
        return this.added(place, this.attached(machine, [INSTANCE], ["primaryNetworkInterfaceId"]));
    }

    /** The locations of an instance's interfaces, or of those that a launch template names after the first. */
    of(machine: Resource): readonly NetworkLocation[] {
        const listed = list(property(machine, "networkInterfaces")).map(
            (_, index) => ["networkInterfaces", index] as const,
        );
        const named: readonly Path[] = [
            ["primaryNetworkInterface", "networkInterfaceId"],
            ...listed.map((path) => [...path, "networkInterfaceId"] as const),
        ];
        const written = listed
            .slice(1)
            .map((path) => this.placeOf(machine, machine, [...path, "securityGroups"], [...path, "subnetId"]));
        return [
            ...written.filter(({ groups, subnets }) => groups.length > 0 || subnets.known.length > 0),
            ...named.flatMap((path) => this.interfacesAt(machine, path, machine)),
            ...this.graph
                .ofType(INTERFACE)
                .filter((one) => this.isAttached(one, machine))
                .map((one) => this.interface(one, machine)),
            ...this.graph
                .ofType(ATTACHMENT)
                .filter((one) => this.graph.follow(one, ["instanceId"], [INSTANCE])[0]?.resource === machine)
                .flatMap((one) => this.interfacesAt(one, ["networkInterfaceId"], machine)),
        ];
    }

    /** The interfaces that a property names; nothing is known of one that is not among the resources. */
    private interfacesAt(from: Resource, path: Path, machine: Resource): readonly NetworkLocation[] {
        return this.graph
            .follow(from, path, [INTERFACE])
            .map(({ resource, value = "" }) =>
                resource === undefined
                    ? somewhere(`${label(machine)} with network interface ${value}`, machine.urn)
                    : this.interface(resource, machine),
            );
    }

    private interface(one: Resource, machine: Resource): NetworkLocation {
        const place = this.placeOf(one, machine, ["securityGroups"], ["subnetId"]);
        return this.added(place, this.attached(one, [INTERFACE], ["id"]));
    }

    /** Where the other groups are unknown, such as a VPC's default one, all are. */
    private added(place: NetworkLocation, groups: readonly GroupKey[]): NetworkLocation {
        return place.groups.length === 0 ? place : { ...place, groups: [...place.groups, ...groups] };
    }

    private placeOf(one: Resource, machine: Resource, groups: Path, subnets: Path): NetworkLocation {
        return {
            text: machine.name,
            groups: this.groups.named(one, ...groups),
            subnets: this.places.subnets(one, ...subnets),
            resources: [...new Set([machine.urn, one.urn])],
        };
    }

    private isAttached(one: Resource, machine: Resource): boolean {
        return list(property(one, "attachments")).some(
            (_, index) =>
                this.graph.follow(one, ["attachments", index, "instance"], [INSTANCE])[0]?.resource === machine,
        );
    }

    private attached(to: Resource, types: readonly string[], keys: readonly string[]): readonly GroupKey[] {
        return this.graph
            .ofType(GROUP_ATTACHMENT)
            .filter((one) => this.graph.follow(one, ["networkInterfaceId"], types, keys)[0]?.resource === to)
            .flatMap((one) => this.groups.named(one, "securityGroupId"));
    }
}
