import type { Declaration, Self } from "../declaring/declaration";
import { blocksDeletion } from "../declaring/declaration";
import { hex } from "../declaring/naming";
import { NETWORK_INTERFACE, SECURITY_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { text } from "../../../cloud/aws/values";

/** An address in a subnet. What services attach is part of their own declarations; this is one that stands alone. */
export const networkInterface: Declaration = {
    type: NETWORK_INTERFACE,
    id: "eni",
    defaults: { sourceDestCheck: true },
    references: { subnetId: blocksDeletion(SUBNET), securityGroups: blocksDeletion(SECURITY_GROUP) },
    replace: ["subnetId", "interfaceType"],
    serverDefaults: ({ inputs, cloud }) => ({
        interfaceType: "interface",
        securityGroups: [],
        description: text(inputs, "description") ?? "",
        ownerId: cloud.account,
    }),
    outputs: ({ id, cloud }) => ({ arn: cloud.arn("ec2", `network-interface/${id}`), ownerId: cloud.account }),
    missing: (id) => `InvalidNetworkInterfaceID.NotFound: The networkInterface ID '${id}' does not exist`,
};

/**
 * Leaves a service's network interface behind, which no resource of a program owns: subnet and groups cannot be deleted
 * until somebody deletes it.
 */
export function leaveInterface(
    description: string,
    subnetId: string,
    securityGroups: readonly string[],
    { cloud }: Pick<Self, "cloud">,
): void {
    const state = { description, subnetId, securityGroups: [...securityGroups] };
    const id = `eni-0${hex(16)}`;
    cloud.store.put({ type: NETWORK_INTERFACE, id, ...cloud.home(NETWORK_INTERFACE), inputs: state, state });
}
