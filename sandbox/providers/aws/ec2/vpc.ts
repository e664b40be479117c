import type { Declaration, Self } from "../declaring/declaration";
import { hex } from "../declaring/naming";
import { cidr, oneOf, someOf } from "../declaring/rules";
import { ROUTE_TABLE, SECURITY_GROUP, VPC } from "../../../cloud/aws/tokens";
import { must } from "../../../cloud/aws/values";

export const vpc: Declaration = {
    type: VPC,
    id: "vpc",
    defaults: { enableDnsSupport: true, instanceTenancy: "default" },
    allowed: { cidrBlock: cidr(16, 28), instanceTenancy: oneOf("default", "dedicated") },
    rules: [someOf("cidrBlock", "ipv4IpamPoolId")],
    replace: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
    serverDefaults: () => ({ enableDnsHostnames: false, enableNetworkAddressUsageMetrics: false }),
    outputs: ({ id, cloud, keep }) => {
        const mainRouteTableId = keep("mainRouteTableId", () => `rtb-0${hex(16)}`);
        return {
            arn: cloud.arn("ec2", `vpc/${id}`),
            ownerId: cloud.account,
            mainRouteTableId,
            defaultRouteTableId: mainRouteTableId,
            defaultSecurityGroupId: keep("defaultSecurityGroupId", () => `sg-0${hex(16)}`),
            defaultNetworkAclId: keep("defaultNetworkAclId", () => `acl-0${hex(16)}`),
            dhcpOptionsId: keep("dhcpOptionsId", () => `dopt-0${hex(16)}`),
        };
    },
    implicitObjects: (self) => [defaultGroup(self), mainTable(self)],
    missing: (id) => `InvalidVpcID.NotFound: The vpc ID '${id}' does not exist`,
    inUse: (id) => `DependencyViolation: The vpc '${id}' has dependencies and cannot be deleted.`,
};

/** Every VPC has a default group that allows traffic among its members and all egress. */
function defaultGroup({ id, cloud, inputs }: Self) {
    const group = must(inputs, "defaultSecurityGroupId");
    const inputsOfGroup = { name: "default", description: "default VPC security group", vpcId: id };
    const open = { fromPort: 0, toPort: 0, protocol: "-1" };
    return {
        type: SECURITY_GROUP,
        id: group,
        inputs: inputsOfGroup,
        state: {
            ...inputsOfGroup,
            arn: cloud.arn("ec2", `security-group/${group}`),
            ownerId: cloud.account,
            region: cloud.region,
            ingress: [{ ...open, self: true }],
            egress: [{ ...open, cidrBlocks: ["0.0.0.0/0"] }],
        },
    };
}

function mainTable({ id, cloud, inputs }: Self) {
    const table = must(inputs, "mainRouteTableId");
    return {
        type: ROUTE_TABLE,
        id: table,
        inputs: { vpcId: id },
        state: {
            vpcId: id,
            arn: cloud.arn("ec2", `route-table/${table}`),
            ownerId: cloud.account,
            region: cloud.region,
            routes: [],
        },
    };
}
