import type { Props } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";
import { refuse } from "../declaring/declaration";
import { managedPolicy } from "../iam/managed";
import { engineVersion } from "../rds/engineVersion";
import { identityCenter } from "../ssoadmin";
import {
    KEY_ALIAS,
    LOG_GROUP,
    OIDC_PROVIDER,
    POLICY,
    ROLE,
    SECURITY_GROUP,
    SUBNET,
    VPC,
} from "../../../cloud/aws/tokens";
import { must, text } from "../../../cloud/aws/values";
import { byId, type DataSource } from "./dataSource";

/** Data sources that find an object by id or name and return all its outputs. */
export const lookups: Readonly<Record<string, DataSource>> = {
    "aws:ec2/getVpc:getVpc": byId(VPC, "id", "no matching EC2 VPC found"),
    "aws:ec2/getSubnet:getSubnet": byId(SUBNET, "id", "no matching EC2 Subnet found"),
    "aws:ec2/getSecurityGroup:getSecurityGroup": byId(SECURITY_GROUP, "id", "no matching EC2 Security Group found"),
    "aws:cloudwatch/getLogGroup:getLogGroup": byId(
        LOG_GROUP,
        "name",
        "reading CloudWatch Logs Log Group: couldn't find resource",
    ),
    "aws:iam/getRole:getRole": byId(ROLE, "name", "reading IAM Role: NoSuchEntity: The role cannot be found"),
    // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/iam/openid_connect_provider_data_source.go
    "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider": (args, cloud) => {
        const [arn, url] = [text(args, "arn"), text(args, "url")?.replace(/^https:\/\//, "")];
        const found = cloud.all(OIDC_PROVIDER).find(({ id, state }) => id === arn || state["url"] === url);
        return found === undefined
            ? refuse(`finding IAM OIDC Provider by url (${url ?? arn}): not found`)
            : { ...found.state, id: found.id };
    },
    "aws:kms/getAlias:getAlias": byId(KEY_ALIAS, "name", "reading KMS Alias: couldn't find resource"),
    "aws:iam/getPolicy:getPolicy": (args, cloud) => {
        const arn = text(args, "arn");
        const own = cloud
            .all(POLICY)
            .find(({ id, state }) => id === arn || (arn === undefined && state["name"] === args["name"]));
        const found = own ?? managedPolicy(arn ?? "", cloud);
        return found === undefined
            ? refuse(`reading IAM policy (${arn ?? text(args, "name")}): couldn't find resource`)
            : { ...found.state, id: found.id };
    },
    "aws:rds/getEngineVersion:getEngineVersion": engineVersion,
    "aws:ssoadmin/getInstances:getInstances": (_args, cloud) => ({
        arns: [cloud.arn("sso", `instance/${identityCenter.instance}`, { region: "", account: "" })],
        id: cloud.region,
        identityStoreIds: [identityCenter.store],
        region: cloud.region,
    }),
    "aws:ssm/getParameter:getParameter": (args, cloud) => {
        const name = must(args, "name");
        // Public parameters name images; any id will do as long as it is always the same.
        return name.startsWith("/aws/service/")
            ? parameter(name, imageFor(name), cloud)
            : refuse(`reading SSM Parameter (${name}): couldn't find resource`);
    },
};

function imageFor(name: string): string {
    const sum = [...name].reduce((total, character) => (total * 31 + character.charCodeAt(0)) % 0xffff_ffff, 7);
    return `ami-0${sum.toString(16).padStart(16, "0")}`;
}

function parameter(name: string, value: string, cloud: Cloud): Props {
    const arn = cloud.arn("ssm", `parameter${name}`, { account: "" });
    return { arn, id: name, insecureValue: value, name, region: cloud.region, type: "String", value, version: 1 };
}
