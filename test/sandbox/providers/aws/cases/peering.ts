import * as tokens from "../../../../../sandbox/cloud/aws/tokens";
import type { Case } from "./case";

const nowhere = "0123456789abcdef0";

export const peering: readonly Case[] = [
    {
        type: tokens.PEERING,
        sample: ({ otherVpc = "", vpc = "" }) => ({ vpcId: otherVpc, peerVpcId: vpc, autoAccept: true }),
        refused: [
            [
                "a peer that does not exist",
                () => ({ peerVpcId: `vpc-${nowhere}` }),
                ({ otherVpc }) =>
                    `VPC peering connection from ${otherVpc} to vpc-${nowhere} in eu-central-1 failed: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range`,
            ],
            [
                "a peer in another region",
                () => ({ autoAccept: null, peerRegion: "us-east-1" }),
                ({ otherVpc, vpc }) =>
                    `VPC peering connection from ${otherVpc} to ${vpc} in us-east-1 failed: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range`,
            ],
            [
                "overlapping addresses",
                ({ vpc = "" }) => ({ vpcId: vpc }),
                ({ vpc }) =>
                    `VPC peering connection from ${vpc} to ${vpc} in eu-central-1 failed: Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range`,
            ],
            [
                "accepting for another region",
                () => ({ peerRegion: "us-east-1" }),
                () =>
                    "peerRegion: `peer_region` cannot be set whilst `auto_accept` is `true` when creating an EC2 VPC Peering Connection",
            ],
        ],
    },
    {
        type: tokens.PEERING_ACCEPTER,
        sample: ({ peering = "" }) => ({ vpcPeeringConnectionId: peering, autoAccept: true }),
        refused: [
            [
                "a connection that does not exist",
                () => ({ vpcPeeringConnectionId: `pcx-${nowhere}` }),
                () =>
                    `vpcPeeringConnectionId: InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID 'pcx-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.PEERING_OPTIONS,
        sample: ({ peering = "" }) => ({
            vpcPeeringConnectionId: peering,
            requester: { allowRemoteVpcDnsResolution: true },
        }),
        refused: [
            [
                "a connection that does not exist",
                () => ({ vpcPeeringConnectionId: `pcx-${nowhere}` }),
                () =>
                    `vpcPeeringConnectionId: InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID 'pcx-${nowhere}' does not exist`,
            ],
        ],
    },
    {
        type: tokens.INSTANCE,
        sample: ({ subnetA = "", group = "", profile = "" }) => ({
            ...{
                ami: `ami-${nowhere}`,
                instanceType: "t4g.nano",
                subnetId: subnetA,
                vpcSecurityGroupIds: [group],
                iamInstanceProfile: profile,
            },
            metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        }),
        refused: [
            [
                "no image",
                () => ({ ami: null }),
                () => "ami: MissingParameter: The request must contain the parameter ImageId",
            ],
            [
                "an invalid instance type",
                () => ({ instanceType: "small" }),
                () => "instanceType: InvalidParameterValue: Invalid value 'small' for InstanceType.",
            ],
            [
                "a group of another VPC",
                ({ otherGroup = "" }) => ({ vpcSecurityGroupIds: [otherGroup] }),
                ({ otherGroup, subnetA }) =>
                    `vpcSecurityGroupIds: InvalidParameter: Security group ${otherGroup} and subnet ${subnetA} belong to different networks.`,
            ],
            [
                "a profile that does not exist",
                () => ({ iamInstanceProfile: "no" }),
                () =>
                    "InvalidParameterValue: Value (no) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
            ],
            [
                "no subnet and no default one",
                () => ({ subnetId: null }),
                () =>
                    "VPCIdNotSpecified: No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
            ],
        ],
    },
];
