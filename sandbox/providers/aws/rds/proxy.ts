import type { CloudObject } from "../../../cloud/store";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { Declaration, Live, ArgumentCheck, Self } from "../declaring/declaration";
import { blocksDeletion, to } from "../declaring/declaration";
import { placesOf } from "../ec2/subnet";
import { onBehalfOf, trusts } from "../../../identity/permissions";
import { hex } from "../declaring/naming";
import { between, oneOf } from "../declaring/rules";
import {
    DB_PROXY,
    DB_PROXY_ENDPOINT,
    DB_PROXY_TARGET_GROUP,
    ROLE,
    SECRET,
    SECURITY_GROUP,
    SUBNET,
} from "../../../cloud/aws/tokens";
import { zoneIdOf } from "../../../cloud/aws/region";
import { given, must, text, texts } from "../../../cloud/aws/values";
import { missingGroup } from "./cluster";
import { hostName, resourceId } from "./hosts";
import { identifier } from "./names";

const missingSubnet = (id: string): string => `InvalidSubnet: The requested subnet ${id} is invalid.`;

export const proxy: Declaration = {
    type: DB_PROXY,
    id: ({ inputs }) => must(inputs, "name"),
    naming: { max: 63 },
    allowed: {
        name: identifier,
        engineFamily: oneOf("MYSQL", "POSTGRESQL", "SQLSERVER"),
        defaultAuthScheme: oneOf("IAM_AUTH", "NONE"),
        idleClientTimeout: between(1, 28800),
        "auths.authScheme": oneOf("SECRETS"),
        "auths.iamAuth": oneOf("DISABLED", "ENABLED", "REQUIRED"),
    },
    rules: [authentication, zones],
    references: {
        roleArn: to(ROLE, { missing: unusableRole }),
        vpcSubnetIds: blocksDeletion(SUBNET, { missing: missingSubnet }),
        vpcSecurityGroupIds: blocksDeletion(SECURITY_GROUP, { missing: missingGroup }),
        "auths.secretArn": to(SECRET, {
            missing: (arn) => `InvalidParameterValue: The provided SecretArn ${arn} does not exist`,
        }),
    },
    conflicts: [
        assumable,
        ({ id, inputs, cloud }) =>
            id !== undefined &&
            cloud.all(DB_PROXY).some((other) => other.id !== id && other.state["name"] === inputs["name"])
                ? `DBProxyAlreadyExistsFault: DB proxy ${text(inputs, "name")} already exists.`
                : undefined,
    ],
    // Not `name`: https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/proxy.go renames it in place.
    replace: ["endpointNetworkType", "engineFamily", "targetConnectionNetworkType", "vpcSubnetIds"],
    serverDefaults: ({ inputs }) => ({
        defaultAuthScheme: given(inputs, "auths") ? "NONE" : "",
        endpointNetworkType: "IPV4",
        idleClientTimeout: 1800,
        targetConnectionNetworkType: "IPV4",
    }),
    outputs: ({ inputs, cloud, keep }) => ({
        arn: keep("arn", () => cloud.arn("rds", `db-proxy:${resourceId("prx")}`)),
        endpoint: hostName(must(inputs, "name"), "proxy-", cloud),
    }),
    locate: locateProxy,
    missing: (name) => `DBProxyNotFoundFault: DB proxy ${name} doesn't exist.`,
    exists: ({ inputs }) => `DBProxyAlreadyExistsFault: DB proxy ${text(inputs, "name")} already exists.`,
    inUse: (id) => `InvalidDBProxyStateFault: DB proxy ${id} has additional endpoints`,
};

/** Proxies are found by their current name and by the one that they were created with. */
export function locateProxy(value: string, cloud: Cloud): CloudObject | undefined {
    return cloud.all(DB_PROXY).find(({ state }) => state["name"] === value) ?? cloud.find(DB_PROXY, value);
}

/** The proxy signs in either with IAM or with secrets. */
function authentication(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    return inputs["defaultAuthScheme"] === "IAM_AUTH" ||
        given(inputs, "auths") ||
        (given(inputs, "defaultAuthScheme") && text(inputs, "defaultAuthScheme") === undefined)
        ? undefined
        : ["auths", "InvalidParameterValue: auth must be given when defaultAuthScheme is not IAM_AUTH"];
}

function zones(...[inputs, cloud]: Parameters<ArgumentCheck>): ReturnType<ArgumentCheck> {
    const places = placesOf(texts(inputs, "vpcSubnetIds"), cloud);
    if (places.vpcs.size > 1) {
        return ["vpcSubnetIds", "InvalidSubnet: The subnets of a DB proxy must all be in the same VPC."];
    }
    const [network] = places.vpcs;
    const foreign = texts(inputs, "vpcSecurityGroupIds").find(
        (id) => (text(cloud.state(SECURITY_GROUP, id), "vpcId") ?? network) !== network && network !== undefined,
    );
    if (foreign !== undefined) {
        return [
            "vpcSecurityGroupIds",
            `InvalidParameterCombination: The DB proxy is in ${network} and the EC2 security group ${foreign} is not`,
        ];
    }
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-setup.html: RDS Proxy is not in use1-az3.
    const without = [...places.zones].find((zone) => zoneIdOf(zone) === "use1-az3");
    if (without !== undefined) {
        return ["vpcSubnetIds", `InvalidSubnet: RDS Proxy is not supported in the Availability Zone ${without}`];
    }
    const known = texts(inputs, "vpcSubnetIds").every((id) => cloud.find(SUBNET, id) !== undefined);
    return known && places.zones.size === 1
        ? ["vpcSubnetIds", "InvalidSubnet: Your VPC subnets must cover at least two different Availability Zones"]
        : undefined;
}

function unusableRole(arn: string): string {
    return `InvalidParameterValue: RDS is not authorized to assume the role ${arn}`;
}

function assumable({ inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const role = must(inputs, "roleArn");
    const proxy = cloud.arn("rds", `db-proxy:${must(inputs, "name")}`);
    return trusts(role, "rds.amazonaws.com", cloud, onBehalfOf(proxy, cloud)) ? undefined : unusableRole(role);
}

/** Every proxy has one target group; the resource configures its connection pool. */
export const proxyDefaultTargetGroup: Declaration = {
    type: DB_PROXY_TARGET_GROUP,
    id: ({ inputs }) => must(inputs, "dbProxyName"),
    parent: "dbProxyName",
    overwrites: true,
    allowed: {
        "connectionPoolConfig.connectionBorrowTimeout": between(0, 3600),
        "connectionPoolConfig.maxConnectionsPercent": between(1, 100),
        "connectionPoolConfig.maxIdleConnectionsPercent": between(0, 100),
        "connectionPoolConfig.sessionPinningFilters": oneOf("EXCLUDE_VARIABLE_SETS"),
    },
    references: { dbProxyName: to(DB_PROXY) },
    replace: ["dbProxyName"],
    serverDefaults: () => ({
        connectionPoolConfig: {
            connectionBorrowTimeout: 120,
            maxConnectionsPercent: 100,
            maxIdleConnectionsPercent: 50,
        },
    }),
    outputs: ({ cloud, keep }) => ({
        name: "default",
        arn: keep("arn", () => cloud.arn("rds", `target-group:prx-tg-0${hex(16)}`)),
    }),
    missing: (id) => `DBProxyTargetGroupNotFoundFault: the target group of DB proxy ${id} doesn't exist.`,
};

export const proxyEndpoint: Declaration = {
    type: DB_PROXY_ENDPOINT,
    id: ({ inputs }) => `${text(inputs, "dbProxyName")}/${text(inputs, "dbProxyEndpointName")}`,
    parent: "dbProxyName",
    defaults: { targetRole: "READ_WRITE" },
    allowed: { dbProxyEndpointName: identifier, targetRole: oneOf("READ_WRITE", "READ_ONLY") },
    rules: [zones],
    references: {
        dbProxyName: blocksDeletion(DB_PROXY),
        vpcSubnetIds: blocksDeletion(SUBNET, { missing: missingSubnet }),
        vpcSecurityGroupIds: blocksDeletion(SECURITY_GROUP, { missing: missingGroup }),
    },
    replace: ["dbProxyEndpointName", "dbProxyName", "targetRole", "vpcSubnetIds"],
    outputs: (self) => ({
        arn: self.keep("arn", () => self.cloud.arn("rds", `db-proxy-endpoint:prx-endpoint-0${hex(16)}`)),
        endpoint: hostName(`${must(self.inputs, "dbProxyEndpointName").toLowerCase()}.endpoint`, "proxy-", self.cloud),
        vpcId: networkOf(self),
    }),
    missing: (id) => `DBProxyEndpointNotFoundFault: DB proxy endpoint ${id} doesn't exist.`,
    exists: ({ inputs }) =>
        `DBProxyEndpointAlreadyExistsFault: DB proxy endpoint ${text(inputs, "dbProxyEndpointName")} already exists.`,
};

function networkOf({ inputs, cloud }: Self): string {
    return [...placesOf(texts(inputs, "vpcSubnetIds"), cloud).vpcs][0] ?? "";
}
