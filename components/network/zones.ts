import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Ids of zones that do not support a platform's resources; a zone's name differs between accounts.
 * EKS accepts no subnet in these (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html), and RDS Proxy
 * accepts none in use1-az3 (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-setup.html).
 */
export const unusableZoneIds = ["use1-az3", "usw1-az2", "cac1-az3"];

/** Names of the zones that a network can use. */
export function usableZones(parent: pulumi.Resource): pulumi.Output<string[]> {
    return aws.getAvailabilityZonesOutput(
        {
            state: "available",
            // Local zones, which accounts opt in to, have neither NAT gateways nor Aurora.
            filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
            excludeZoneIds: unusableZoneIds,
        },
        { parent },
    ).names;
}

/**
 * Keeps a subnet in its zone even if the region's zones change: a different zone would replace it
 * (`availability_zone` is ForceNew).
 */
export const staysInItsZone: pulumi.CustomResourceOptions = { ignoreChanges: ["availabilityZone"] };

/** The name of the zone at a position in alphabetical order, which does not depend on AWS' order. */
export function zoneName(names: readonly string[], zone: number): string {
    const name = [...names].sort()[zone];
    if (name === undefined) {
        throw new pulumi.RunError(
            `zone ${zone + 1} is wanted, the region has ${names.length} (${names.join(", ")}): lower platform.network.zones`,
        );
    }
    return name;
}
