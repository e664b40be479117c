import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One side of a peering: the part of a network that the other side can reach. */
export interface PeeringSide {
    readonly vpcId: pulumi.Input<string>;
    /** Route tables of the peered subnets: no other subnet of the network has a route to the other side. */
    readonly routeTableIds: readonly pulumi.Input<string>[];
    /** CIDR range of the network that the other side has a route to. */
    readonly range: string;
}

export interface PeeringArgs {
    /** The requester, in the component's own region. */
    readonly near: PeeringSide;
    /** The accepter. */
    readonly far: PeeringSide & {
        readonly region: pulumi.Input<string>;
        /** @default - the requester's account */
        readonly account?: string;
        /** The provider for that region and account. */
        readonly provider: aws.Provider;
    };
}

/** Peers two networks in different regions or accounts, with routes in both directions between the given parts only. */
export class Peering extends pulumi.ComponentResource {
    constructor(name: string, { near, far }: PeeringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("keyless:network:Peering", name, {}, opts);
        const tags = { Name: name };
        const connection = new aws.ec2.VpcPeeringConnection(
            name,
            {
                vpcId: near.vpcId,
                peerVpcId: far.vpcId,
                peerOwnerId: far.account,
                peerRegion: far.region,
                autoAccept: false,
                tags,
            },
            { parent: this },
        );
        const accepted = new aws.ec2.VpcPeeringConnectionAccepter(
            name,
            { vpcPeeringConnectionId: connection.id, autoAccept: true, tags },
            { parent: this, provider: far.provider },
        );
        const lead = (from: PeeringSide, to: PeeringSide, suffix: string, provider?: aws.Provider) => {
            from.routeTableIds.forEach((routeTableId, index) => {
                new aws.ec2.Route(
                    `${name}-${suffix}-${index}`,
                    { routeTableId, destinationCidrBlock: to.range, vpcPeeringConnectionId: connection.id },
                    // AWS refuses routes to a peering that has not been accepted.
                    { parent: this, provider, dependsOn: [accepted] },
                );
            });
        };
        lead(near, far, "there");
        lead(far, near, "back", far.provider);
        this.registerOutputs({});
    }
}
