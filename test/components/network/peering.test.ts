import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { Peering } from "../../../components/network/peering";
import { record } from "../../support/mocks";

describe("a peering", () => {
    it("is requested here, accepted there, and routed in both directions between the given tables and ranges", async () => {
        const recording = await record(() => {
            const provider = new aws.Provider("there", { region: "eu-west-1" });
            new Peering("peering", {
                near: { vpcId: "vpc-near", routeTableIds: ["rtb-a", "rtb-b"], range: "10.20.0.0/17" },
                far: {
                    vpcId: "vpc-far",
                    routeTableIds: ["rtb-far"],
                    range: "10.21.160.0/19",
                    region: "eu-west-1",
                    provider,
                },
            });
        });
        assert.deepEqual(recording.inventory(), {
            "aws:ec2/route:Route": 3,
            "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": 1,
            "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": 1,
            "keyless:network:Peering": 1,
            "pulumi:providers:aws": 1,
        });
        assert.deepEqual(recording.inputs("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "peering"), {
            vpcId: "vpc-near",
            peerVpcId: "vpc-far",
            peerRegion: "eu-west-1",
            autoAccept: false,
            tags: { Name: "peering" },
        });
        assert.deepEqual(
            recording.inputs("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter", "peering"),
            {
                vpcPeeringConnectionId: "peering-id",
                autoAccept: true,
                tags: { Name: "peering" },
            },
        );
        assert.deepEqual(
            recording
                .of("aws:ec2/route:Route")
                .map(({ name, inputs }) => [
                    name,
                    inputs["routeTableId"],
                    inputs["destinationCidrBlock"],
                    inputs["vpcPeeringConnectionId"],
                ]),
            [
                ["peering-back-0", "rtb-far", "10.20.0.0/17", "peering-id"],
                ["peering-there-0", "rtb-a", "10.21.160.0/19", "peering-id"],
                ["peering-there-1", "rtb-b", "10.21.160.0/19", "peering-id"],
            ],
        );
    });
});
