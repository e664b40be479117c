import type { Declaration, ValueRule } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { between, conflict, oneOf, pattern } from "../declaring/rules";
import { INSTANCE_PROFILE, KEY, LAUNCH_TEMPLATE, SECURITY_GROUP, SUBNET } from "../../../cloud/aws/tokens";
import { flag, number, text } from "../../../cloud/aws/values";

/** `t3.large`; the instance families change every month. */
export const instanceType: ValueRule = (value) =>
    /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/.test(String(value))
        ? undefined
        : `InvalidParameterValue: Invalid value '${String(value)}' for InstanceType.`;

export const imageId: ValueRule = (value) =>
    /^(ami-[0-9a-f]{8}([0-9a-f]{9})?|resolve:ssm:.+)$/.test(String(value))
        ? undefined
        : `InvalidAMIID.Malformed: Invalid id: "${String(value)}" (expecting "ami-...")`;

export const metadataOptions: Readonly<Record<string, ValueRule>> = {
    "metadataOptions.httpEndpoint": oneOf("enabled", "disabled"),
    "metadataOptions.httpTokens": oneOf("optional", "required"),
    "metadataOptions.httpPutResponseHopLimit": between(1, 64),
    "metadataOptions.instanceMetadataTags": oneOf("enabled", "disabled"),
};

/** What a preview does not take for a new default version, and for a new version: a new description makes one all the same. */
const DESCRIPTIVE = ["name", "namePrefix", "description"];
const UNVERSIONED = [...DESCRIPTIVE, "defaultVersion", "updateDefaultVersion"];

export const launchTemplate: Declaration = {
    type: LAUNCH_TEMPLATE,
    id: "lt",
    naming: { max: 128 },
    allowed: {
        // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/ec2/validate.go
        name: pattern(/^[A-Za-z0-9().\-/_]{3,125}$/, "3 to 125 letters, digits and ().-/_"),
        imageId,
        instanceType,
        userData: pattern(/^[A-Za-z0-9+/]*={0,2}$/, "InvalidUserData.Malformed: Invalid BASE64 encoding of user data"),
        "tagSpecifications.resourceType": oneOf(
            "instance",
            "volume",
            "network-interface",
            "spot-instances-request",
            "elastic-gpu",
        ),
        "blockDeviceMappings.ebs.volumeType": oneOf("gp2", "gp3", "io1", "io2", "sc1", "st1", "standard"),
        "blockDeviceMappings.ebs.volumeSize": between(1, 65536),
        ...metadataOptions,
    },
    rules: [
        conflict("name", "namePrefix"),
        conflict("vpcSecurityGroupIds", "securityGroupNames"),
        conflict("updateDefaultVersion", "defaultVersion"),
    ],
    references: {
        vpcSecurityGroupIds: to(SECURITY_GROUP),
        "networkInterfaces.securityGroups": to(SECURITY_GROUP),
        "networkInterfaces.subnetId": to(SUBNET),
        "iamInstanceProfile.arn": to(INSTANCE_PROFILE),
        "iamInstanceProfile.name": to(INSTANCE_PROFILE),
        "blockDeviceMappings.ebs.kmsKeyId": to(KEY),
    },
    conflicts: [
        ({ id, inputs, cloud }) =>
            cloud.all(LAUNCH_TEMPLATE).some((other) => other.id !== id && other.state["name"] === inputs["name"])
                ? `InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use: ${text(inputs, "name")}`
                : undefined,
    ],
    replace: ["name", "namePrefix"],
    serverDefaults: () => ({ defaultVersion: 1 }),
    // https://github.com/hashicorp/terraform-provider-aws/blob/v5.46.0/internal/service/ec2/ec2_launch_template.go
    renewed: (changed, inputs) => [
        ...(changed.every((name) => UNVERSIONED.includes(name)) ? [] : ["latestVersion"]),
        ...(changed.every((name) => DESCRIPTIVE.includes(name)) || !flag(inputs, "updateDefaultVersion")
            ? []
            : ["defaultVersion"]),
    ],
    outputs: ({ id, inputs, cloud }) => {
        const latestVersion = (number(cloud.state(LAUNCH_TEMPLATE, id), "latestVersion") ?? 0) + 1;
        return {
            arn: cloud.arn("ec2", `launch-template/${id}`),
            latestVersion,
            ...(flag(inputs, "updateDefaultVersion") ? { defaultVersion: latestVersion } : {}),
        };
    },
    missing: (id) =>
        `InvalidLaunchTemplateId.NotFound: The specified launch template, with template ID ${id}, does not exist.`,
};
