import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Fault, Live, ArgumentCheck, Self } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { documentRule } from "../iam/document";
import { hex } from "../declaring/naming";
import { oneOf } from "../declaring/rules";
import { ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC, VPC_ENDPOINT } from "../../../cloud/aws/tokens";
import { flag, given, must, text, texts } from "../../../cloud/aws/values";

const gatewayServices = ["s3", "dynamodb"];

/** The services that programs like this one reach privately. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */
const interfaceServices = [
    ...gatewayServices,
    ..."autoscaling cloudtrail ec2 ec2messages ecr.api ecr.dkr ecs ecs-agent ecs-telemetry eks eks-auth elasticloadbalancing".split(
        " ",
    ),
    ..."events kms lambda logs monitoring rds rds-data scheduler secretsmanager sns sqs ssm ssmmessages states sts xray".split(
        " ",
    ),
];

export const vpcEndpoint: Declaration = {
    type: VPC_ENDPOINT,
    id: "vpce",
    defaults: { vpcEndpointType: "Gateway" },
    allowed: {
        vpcEndpointType: oneOf("Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"),
        ipAddressType: oneOf("dualstack", "ipv4", "ipv6"),
        policy: documentRule("resource"),
    },
    rules: [knownService, fittingArguments, oneNetwork, privateNames],
    references: {
        vpcId: blocksDeletion(VPC),
        subnetIds: blocksDeletion(SUBNET),
        securityGroupIds: blocksDeletion(SECURITY_GROUP),
        routeTableIds: to(ROUTE_TABLE),
    },
    conflicts: [ownNames],
    replace: [
        "vpcId",
        "serviceName",
        "vpcEndpointType",
        "serviceRegion",
        "resourceConfigurationArn",
        "serviceNetworkArn",
    ],
    serverDefaults: ({ inputs, cloud }) => ({
        ipAddressType: "ipv4",
        privateDnsEnabled: false,
        serviceRegion: cloud.region,
        policy: JSON.stringify({
            Version: "2008-10-17",
            Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
        }),
        ...(isInterface(inputs) ? { securityGroupIds: [must(network(inputs, cloud), "defaultSecurityGroupId")] } : {}),
    }),
    outputs: (self) => ({
        arn: self.cloud.arn("ec2", `vpc-endpoint/${self.id}`),
        ownerId: self.cloud.account,
        state: "available",
        requesterManaged: false,
        ...(isInterface(self.inputs)
            ? interfaceOutputs(self)
            : { prefixListId: self.keep("prefixListId", () => `pl-${hex(8)}`) }),
    }),
    missing: (id) => `InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id '${id}' does not exist`,
};

function isInterface(inputs: Self["inputs"]): boolean {
    return inputs["vpcEndpointType"] === "Interface";
}

function network(inputs: Self["inputs"], cloud: Cloud): Self["inputs"] {
    return cloud.state(VPC, text(inputs, "vpcId"));
}

function interfaceOutputs({ id, inputs, cloud }: Self): Self["inputs"] {
    const service = serviceOf(must(inputs, "serviceName")) ?? "";
    return {
        networkInterfaceIds: texts(inputs, "subnetIds").map((subnet) => subnet.replace("subnet-", "eni-")),
        dnsEntries: [
            {
                dnsName: `${id}-${id.slice(-8)}.${service}.${cloud.region}.vpce.${cloud.partition.dnsSuffix}`,
                hostedZoneId: "Z273ZU8SZ5RJPC",
            },
            ...(flag(inputs, "privateDnsEnabled")
                ? [{ dnsName: `${service}.${cloud.region}.${cloud.partition.dnsSuffix}`, hostedZoneId: "" }]
                : []),
        ],
    };
}

/** `ecr.api` of `com.amazonaws.eu-central-1.ecr.api`. */
function serviceOf(serviceName: string): string | undefined {
    return /^(?:cn\.)?com\.amazonaws\.[a-z]+(?:-[a-z]+)+-\d\.(.+)$/.exec(serviceName)?.[1];
}

function knownService(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const name = text(inputs, "serviceName");
    if (name === undefined || name.includes(".vpce.")) {
        return undefined;
    }
    const services = isInterface(inputs) ? interfaceServices : gatewayServices;
    const known =
        services.includes(serviceOf(name) ?? "") && name.includes(`.${text(inputs, "serviceRegion") ?? cloud.region}.`);
    return known ? undefined : ["serviceName", `InvalidServiceName: The Vpc Endpoint Service '${name}' does not exist`];
}

function fittingArguments(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const [kind, foreign] = isInterface(inputs)
        ? ["Interface", ["routeTableIds"]]
        : ["Gateway", ["subnetIds", "securityGroupIds", "privateDnsEnabled"]];
    return foreign
        .filter((name) => given(inputs, name) && inputs[name] !== false)
        .map((name): Fault => [name, `InvalidParameter: ${name} can't be given for an endpoint of type ${kind}`]);
}

function oneNetwork(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const own = text(inputs, "vpcId");
    const foreign = (type: string, id: string): boolean => {
        const other = cloud.state(type, id)["vpcId"];
        return own !== undefined && other !== undefined && other !== own;
    };
    const zones = texts(inputs, "subnetIds").map((id) => cloud.state(SUBNET, id)["availabilityZone"]);
    const twice = texts(inputs, "subnetIds").filter((_, i) => zones[i] !== undefined && zones.indexOf(zones[i]) !== i);
    return [
        ...texts(inputs, "subnetIds")
            .filter((id) => foreign(SUBNET, id))
            .map((id): Fault => ["subnetIds", `InvalidSubnetId: The subnet '${id}' does not belong to VPC ${own}`]),
        ...texts(inputs, "securityGroupIds")
            .filter((id) => foreign(SECURITY_GROUP, id))
            .map((id): Fault => [
                "securityGroupIds",
                `InvalidParameter: The security group '${id}' does not belong to VPC ${own}`,
            ]),
        ...texts(inputs, "routeTableIds")
            .filter((id) => foreign(ROUTE_TABLE, id))
            .map((id): Fault => [
                "routeTableIds",
                `InvalidParameter: Route table '${id}' does not belong to VPC ${own}`,
            ]),
        ...twice.map((id): Fault => [
            "subnetIds",
            `DuplicateSubnetsInSameZone: Found another VPC endpoint subnet in the availability zone of ${id}`,
        ]),
    ];
}

function privateNames(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const { enableDnsSupport, enableDnsHostnames } = network(inputs, cloud);
    const off = enableDnsSupport === false || enableDnsHostnames === false;
    return flag(inputs, "privateDnsEnabled") && off
        ? [
              "privateDnsEnabled",
              `InvalidParameter: Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${text(inputs, "vpcId")}`,
          ]
        : undefined;
}

function ownNames({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const clash = cloud
        .all(VPC_ENDPOINT)
        .some(
            ({ id: other, state }) =>
                other !== id &&
                state["vpcId"] === inputs["vpcId"] &&
                state["serviceName"] === inputs["serviceName"] &&
                flag(state, "privateDnsEnabled"),
        );
    return clash && flag(inputs, "privateDnsEnabled")
        ? `InvalidParameter: private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${text(inputs, "serviceName")} in the VPC ${text(inputs, "vpcId")}`
        : undefined;
}
