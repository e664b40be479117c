import { numberBetween } from "../../protocol/chance";

import { formatAddress, parseIpv4Cidr } from "../../../../toolkit/cidr";
import type { Declaration, Fault, ArgumentCheck, Self } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { hex } from "../declaring/naming";
import { between, conflict, oneOf } from "../declaring/rules";
import { INSTANCE, INSTANCE_PROFILE, KEY, LAUNCH_TEMPLATE, SECURITY_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { flag, given, must, text, texts } from "../../../cloud/aws/values";
import { imageId, instanceType, metadataOptions } from "./launchTemplate";

export const instance: Declaration = {
    type: INSTANCE,
    id: "i",
    defaults: { forceDestroy: false, getPasswordData: false, sourceDestCheck: true, userDataReplaceOnChange: false },
    allowed: {
        ami: imageId,
        instanceType,
        tenancy: oneOf("default", "dedicated", "host"),
        "rootBlockDevice.volumeType": oneOf("gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"),
        "rootBlockDevice.volumeSize": between(1, 65536),
        ...metadataOptions,
    },
    rules: [needed, conflict("userData", "userDataBase64"), oneNetwork],
    references: {
        subnetId: blocksDeletion(SUBNET),
        vpcSecurityGroupIds: blocksDeletion(SECURITY_GROUP),
        iamInstanceProfile: blocksDeletion(INSTANCE_PROFILE, {
            missing: (name) =>
                `InvalidParameterValue: Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
        }),
        "launchTemplate.id": to(LAUNCH_TEMPLATE),
        "rootBlockDevice.kmsKeyId": to(KEY),
    },
    conflicts: [
        ({ inputs }) =>
            given(inputs, "subnetId")
                ? undefined
                : "VPCIdNotSpecified: No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
    ],
    replace: [
        ..."ami associatePublicIpAddress availabilityZone keyName privateIp rootBlockDevice.encrypted".split(" "),
        ..."rootBlockDevice.kmsKeyId subnetId tenancy".split(" "),
    ],
    // Else the instance is stopped and started with the new data, which does not run again: CustomizeDiff of
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/ec2_instance.go
    replaceWith: ({ userDataReplaceOnChange }) =>
        userDataReplaceOnChange === true ? ["userData", "userDataBase64"] : [],
    serverDefaults: ({ inputs, cloud }) => {
        const subnet = cloud.state(SUBNET, text(inputs, "subnetId"));
        const network = parseIpv4Cidr(must(subnet, "cidrBlock"));
        return {
            ...{
                associatePublicIpAddress: flag(subnet, "mapPublicIpOnLaunch"),
                availabilityZone: must(subnet, "availabilityZone"),
                tenancy: "default",
            },
            ...{
                instanceInitiatedShutdownBehavior: "stop",
                metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 },
            },
            privateIp:
                network === undefined
                    ? ""
                    : formatAddress(network.first + BigInt(numberBetween(4, Number(network.last - network.first)))),
        };
    },
    outputs: ({ id, inputs, cloud, keep }) => {
        const internal = cloud.region === "us-east-1" ? "ec2.internal" : `${cloud.region}.compute.internal`;
        const open = flag(inputs, "associatePublicIpAddress");
        return {
            ...{
                arn: cloud.arn("ec2", `instance/${id}`),
                instanceState: "running",
                primaryNetworkInterfaceId: keep("primaryNetworkInterfaceId", () => `eni-0${hex(16)}`),
            },
            privateDns: `ip-${must(inputs, "privateIp").replaceAll(".", "-")}.${internal}`,
            publicIp: open ? keep("publicIp", () => `198.51.100.${numberBetween(1, 255)}`) : "",
        };
    },
    deletionProtection: ({ id, inputs }) =>
        inputs["disableApiTermination"] === true
            ? `OperationNotPermitted: The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`
            : undefined,
    missing: (id) => `InvalidInstanceID.NotFound: The instance ID '${id}' does not exist`,
};

function needed(inputs: Self["inputs"]): Fault[] {
    const missing = given(inputs, "launchTemplate")
        ? []
        : ["ami", "instanceType"].filter((name) => !given(inputs, name));
    return missing.map((name): Fault => [
        name,
        `MissingParameter: The request must contain the parameter ${name === "ami" ? "ImageId" : "InstanceType"}`,
    ]);
}

function oneNetwork(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const subnet = text(inputs, "subnetId");
    const network = text(cloud.state(SUBNET, subnet), "vpcId");
    const foreign = texts(inputs, "vpcSecurityGroupIds").find(
        (id) => (text(cloud.state(SECURITY_GROUP, id), "vpcId") ?? network) !== network && network !== undefined,
    );
    return foreign === undefined
        ? undefined
        : [
              "vpcSecurityGroupIds",
              `InvalidParameter: Security group ${foreign} and subnet ${subnet} belong to different networks.`,
          ];
}
