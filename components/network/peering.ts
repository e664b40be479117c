import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** One side of a peering: what of a network is led to the other. */
export interface PeeringSide {
    readonly vpcId: pulumi.Input<string>;
    /** Tables of the subnets concerned: no other subnet of the network finds the other side. */
    readonly routeTableIds: readonly pulumi.Input<string>[];
    /** The part of the network's range that the other side finds, in CIDR notation. */
    readonly range: string;
}

export interface PeeringArgs {
    /** The side that asks, in the component's own region. */
    readonly near: PeeringSide;
    /** The side that accepts. */
    readonly far: PeeringSide & {
        readonly region: pulumi.Input<string>;
        /** @default - the account of the side that asks */
        readonly account?: string;
        /** For that region and account. */
        readonly provider: aws.Provider;
    };
}

/** Two networks in two regions or accounts, of which only the parts concerned see each other, both ways. */
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
                    // AWS takes no route into a peering that was not accepted.
                    { parent: this, provider, dependsOn: [accepted] },
                );
            });
        };
        lead(near, far, "there");
        lead(far, near, "back", far.provider);
        this.registerOutputs({});
    }
}
