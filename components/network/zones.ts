import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Zones that cannot have what a platform puts into each, by their ids: a zone's name differs from account to account.
 * EKS takes no subnet in these (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html), and RDS Proxy
 * none in use1-az3 (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-setup.html).
 */
const unusableZoneIds = ["use1-az3", "usw1-az2", "cac1-az3"];

/** Names of the zones that a network can use. */
export function usableZones(parent: pulumi.Resource): pulumi.Output<string[]> {
    return aws.getAvailabilityZonesOutput(
        {
            state: "available",
            // Local zones, which one opts in to, have neither NAT gateways nor Aurora.
            filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
            excludeZoneIds: unusableZoneIds,
        },
        { parent },
    ).names;
}

/**
 * A subnet stays in its zone, whichever zones the region has later: another zone would replace it
 * (`availability_zone` is ForceNew).
 */
export const staysInItsZone: pulumi.CustomResourceOptions = { ignoreChanges: ["availabilityZone"] };

/** The name of the zone at a position; names are sorted, so that AWS' order does not matter. */
export function zoneName(names: readonly string[], zone: number): string {
    const name = [...names].sort()[zone];
    if (name === undefined) {
        throw new pulumi.RunError(
            `zone ${zone + 1} is wanted, the region has ${names.length} (${names.join(", ")}): lower platform.network.zones`,
        );
    }
    return name;
}
