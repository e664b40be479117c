import * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "./database";

/** An instance of a database, and the zone that RDS runs it in. */
export interface PlacedInstance {
    readonly identifier: pulumi.Input<string>;
    readonly availabilityZone: pulumi.Input<string>;
}

/**
 * The zones of a database's instances. RDS removes no subnet from a group while an instance is in it, which it would say
 * only midway: https://repost.aws/knowledge-center/rds-db-subnet-group
 *
 * @throws pulumi.RunError in previews, for an instance whose zone has no subnet
 */
export function zonesInUse(instances: readonly PlacedInstance[], { zones }: DatabaseArgs): pulumi.Output<string[]> {
    const placed = pulumi.all(
        instances.map(({ identifier, availabilityZone }) => pulumi.output({ identifier, availabilityZone })),
    );
    return pulumi.all([placed, pulumi.output(zones)]).apply(([instances, kept]) => {
        const reason = kept && refusedZones(instances, kept);
        if (reason !== undefined) {
            throw new pulumi.RunError(reason);
        }
        return instances.map(({ availabilityZone }) => availabilityZone);
    });
}

/** Why the zones of a database cannot be these; undefined if they can. */
export function refusedZones(
    instances: readonly { readonly identifier: string; readonly availabilityZone: string }[],
    zones: readonly string[],
): string | undefined {
    const outside = instances.filter(({ availabilityZone }) => !zones.includes(availabilityZone));
    const list = outside.map(({ identifier, availabilityZone }) => `${identifier} in ${availabilityZone}`).join(", ");
    return outside.length === 0
        ? undefined
        : `zones: ${zones.join(", ")} would remain, but RDS runs ${list}: keep the zone, or lower readers until no instance is in it, failing over first if it has the writer`;
}
