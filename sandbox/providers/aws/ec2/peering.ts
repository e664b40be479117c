import { overlap, parseIpv4Cidr } from "../../../../toolkit/cidr";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, Self } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { PEERING, PEERING_ACCEPTER, PEERING_OPTIONS, VPC } from "../../../cloud/aws/tokens";
import { given, must, text } from "../../../cloud/aws/values";

type Inputs = Self["inputs"];

const noOptions = {
    accepter: { allowRemoteVpcDnsResolution: false },
    requester: { allowRemoteVpcDnsResolution: false },
};

/** Two peered VPCs, in one region or two; the other side accepts. */
export const vpcPeeringConnection: Declaration = {
    type: PEERING,
    id: "pcx",
    rules: [
        (inputs) =>
            inputs["autoAccept"] === true && given(inputs, "peerRegion")
                ? [
                      "peerRegion",
                      "`peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection",
                  ]
                : undefined,
    ],
    references: { vpcId: blocksDeletion(VPC) },
    conflicts: [otherSide],
    replace: ["peerOwnerId", "peerRegion", "peerVpcId", "vpcId"],
    serverDefaults: ({ cloud }) => ({ ...noOptions, peerOwnerId: cloud.account, peerRegion: cloud.region }),
    outputs: ({ id, inputs, cloud }) => ({
        acceptStatus:
            inputs["autoAccept"] === true
                ? "active"
                : (text(cloud.state(PEERING, id), "acceptStatus") ?? "pending-acceptance"),
    }),
    missing: missingPeering,
};

export const vpcPeeringConnectionAccepter: Declaration = {
    type: PEERING_ACCEPTER,
    id: ({ inputs }) => must(inputs, "vpcPeeringConnectionId"),
    parent: "vpcPeeringConnectionId",
    overwrites: true,
    references: { vpcPeeringConnectionId: to(PEERING) },
    conflicts: [acceptedHere],
    replace: ["vpcPeeringConnectionId"],
    serverDefaults: () => noOptions,
    outputs: ({ id, inputs, cloud }) => {
        const asked = cloud.state(PEERING, id);
        // The provider reads both resources alike, and takes itself for the requester within one account:
        // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/vpc_peering_connection.go
        const requester = cloud.store.list(VPC).find((vpc) => vpc.id === asked["vpcId"])?.account ?? cloud.account;
        const [near, far] = [must(asked, "vpcId"), must(asked, "peerVpcId")];
        const [vpcId, peerVpcId, peerOwnerId] =
            requester === cloud.account ? [near, far, must(asked, "peerOwnerId")] : [far, near, requester];
        return {
            acceptStatus: inputs["autoAccept"] === true ? "active" : must(asked, "acceptStatus"),
            peerOwnerId,
            peerRegion: must(asked, "peerRegion"),
            peerVpcId,
            vpcId,
        };
    },
    effects: {
        made: ({ id, inputs, cloud }) => {
            const asked = cloud.find(PEERING, id);
            if (asked !== undefined && inputs["autoAccept"] === true) {
                cloud.store.put({ ...asked, state: { ...asked.state, acceptStatus: "active" } });
            }
        },
    },
    missing: missingPeering,
};

export const peeringConnectionOptions: Declaration = {
    type: PEERING_OPTIONS,
    id: ({ inputs }) => must(inputs, "vpcPeeringConnectionId"),
    parent: "vpcPeeringConnectionId",
    overwrites: true,
    references: { vpcPeeringConnectionId: to(PEERING) },
    conflicts: [
        ({ inputs, cloud }) => {
            const id = must(inputs, "vpcPeeringConnectionId");
            return cloud.state(PEERING, id)["acceptStatus"] === "active"
                ? undefined
                : `OperationNotPermitted: Peering ${id} is not active. Peering options can be added only to active peerings.`;
        },
        ownSide,
    ],
    replace: ["vpcPeeringConnectionId"],
    serverDefaults: () => noOptions,
    missing: missingPeering,
};

function missingPeering(id: string): string {
    return `InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID '${id}' does not exist`;
}

/** The peer must exist, and its addresses must not overlap. */
function otherSide({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const place = {
        region: text(inputs, "peerRegion") ?? cloud.region,
        account: text(inputs, "peerOwnerId") ?? cloud.account,
    };
    const peer = cloud.store.get(VPC, must(inputs, "peerVpcId"), place);
    const [own, other] = [networkOf(cloud.state(VPC, text(inputs, "vpcId"))), networkOf(peer?.state ?? {})];
    return own !== undefined && other !== undefined && !overlap(own, other)
        ? undefined
        : `VPC peering connection from ${text(inputs, "vpcId")} to ${text(inputs, "peerVpcId")} in ${place.region} failed: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range`;
}

function networkOf(vpc: Inputs) {
    return parseIpv4Cidr(must(vpc, "cidrBlock"));
}

function acceptedHere({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const id = must(inputs, "vpcPeeringConnectionId");
    const asked = cloud.state(PEERING, id);
    return asked["peerRegion"] === cloud.region && asked["peerOwnerId"] === cloud.account
        ? undefined
        : missingPeering(id);
}

/** Across regions, each side sets its own options. */
function ownSide({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const asked = cloud.state(PEERING, text(inputs, "vpcPeeringConnectionId"));
    const wrong = (["requester", "accepter"] as const).find(
        (side) => given(inputs, side) && must(asked, side === "requester" ? "region" : "peerRegion") !== cloud.region,
    );
    return wrong === undefined
        ? undefined
        : `OperationNotPermitted: User ${cloud.account} cannot modify ${wrong} peering options from ${cloud.region}`;
}

/** True if both are the same VPC, or are peered in this region. */
export function reachable(one: string, other: string, cloud: Cloud): boolean {
    const pairs = cloud
        .all(PEERING)
        .filter(({ state }) => state["acceptStatus"] === "active" && state["region"] === state["peerRegion"]);
    return (
        one === other ||
        pairs.some(({ state }) => [one, other].every((vpc) => vpc === state["vpcId"] || vpc === state["peerVpcId"]))
    );
}
