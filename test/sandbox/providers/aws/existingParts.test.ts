import { deepEqual, equal, throws } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import { SUBNET, VPC, VPC_ENDPOINT } from "../../../../sandbox/cloud/aws/tokens";
import type { Props } from "../../../../sandbox/cloud/props";
import { putExistingObjects, type ExistingObject } from "../../../../sandbox/run/existingObjects";
import { invoke } from "../../../../sandbox/providers/aws/functions";
import { projectDir } from "../../../../toolkit/paths";
import { Stage } from "./stage";

const file = join(projectDir, "examples", "stacks", "existing-cluster.existing.json");
const vpcId = "vpc-0c1d2e3f4a5b60718";
const [main, database] = ["rtb-0c1d2e3f4a5b60700", "rtb-0c1d2e3f4a5b60702"];

describe("the look-ups of an existing network and cluster in the stand-in for AWS", () => {
    let cloud: Cloud;

    before(async () => {
        cloud = new Cloud((await Stage.open()).store, "eu-central-1");
        putExistingObjects(cloud, JSON.parse(readFileSync(file, "utf8")) as ExistingObject[]);
    });

    const look = (name: string, args: Props): Props => invoke(`aws:${name}`, args, cloud) ?? {};
    const subnets = (args: Props) => look("ec2/getSubnets:getSubnets", args)["ids"];
    const table = (args: Props) => look("ec2/getRouteTable:getRouteTable", args);

    it("find subnets by filters and tags, whose values can have wildcards", () => {
        const inVpc = { name: "vpc-id", values: [vpcId] };
        deepEqual(subnets({ filters: [inVpc], tags: { Name: "production-database-b" } }), ["subnet-0c1d2e3f4a5b60721"]);
        deepEqual(subnets({ filters: [inVpc, { name: "tag:Name", values: ["production-database-?"] }] }), [
            "subnet-0c1d2e3f4a5b60720",
            "subnet-0c1d2e3f4a5b60721",
        ]);
        deepEqual(subnets({ filters: [{ name: "vpc-id", values: ["vpc-1"] }] }), []);
        throws(() => subnets({ filters: [{ name: "vpc", values: [vpcId] }] }), {
            message: "InvalidParameterValue: The filter 'vpc' is invalid",
        });
        throws(() => subnets({ vpcId }), /vpcId: Invalid or unknown key/);
    });

    it("find route tables with their routes but the local one, and what they are associated with", () => {
        deepEqual(look("ec2/getRouteTables:getRouteTables", { vpcId })["ids"], [main, database]);
        const { routes, associations } = table({ routeTableId: main });
        const none = {
            ...{ ipv6CidrBlock: "", destinationPrefixListId: "", carrierGatewayId: "", coreNetworkArn: "" },
            ...{ egressOnlyGatewayId: "", gatewayId: "", instanceId: "", localGatewayId: "", networkInterfaceId: "" },
            ...{ odbNetworkArn: "", transitGatewayId: "", vpcEndpointId: "", vpcPeeringConnectionId: "" },
        };
        deepEqual(routes, [{ ...none, cidrBlock: "0.0.0.0/0", natGatewayId: "nat-0c1d2e3f4a5b60718" }]);
        deepEqual(associations, [
            {
                ...{ gatewayId: "", subnetId: "", main: true, routeTableId: main },
                routeTableAssociationId: "rtbassoc-0c1d2e3f4a5b60700",
            },
        ]);
        equal(table({ subnetId: "subnet-0c1d2e3f4a5b60720" })["routeTableId"], database);
    });

    it("find one route table or none", () => {
        throws(() => table({ subnetId: "subnet-0c1d2e3f4a5b60710" }), {
            message: "query returned no results. Please change your search criteria and try again",
        });
        throws(() => table({ vpcId }), /multiple Route Tables matched; use additional constraints/);
    });

    it("find one endpoint or none", () => {
        const args = { vpcId, serviceName: "com.amazonaws.eu-central-1.sts" };
        const find = () => look("ec2/getVpcEndpoint:getVpcEndpoint", args);
        throws(find, { message: "no matching EC2 VPC Endpoint found" });
        const endpoint = (id: string): ExistingObject => ({
            type: VPC_ENDPOINT,
            id,
            inputs: { ...args, vpcEndpointType: "Interface", subnetIds: ["subnet-0c1d2e3f4a5b60710"] },
        });
        putExistingObjects(cloud, [endpoint("vpce-1")]);
        deepEqual([find()["id"], find()["subnetIds"]], ["vpce-1", ["subnet-0c1d2e3f4a5b60710"]]);
        putExistingObjects(cloud, [endpoint("vpce-2")]);
        throws(find, /multiple EC2 VPC Endpoints matched/);
    });

    it("find a cluster with blocks as lists, and its add-ons", () => {
        const found = look("eks/getCluster:getCluster", { name: "production" });
        const { status, accessConfigs, vpcConfig, identities } = found;
        deepEqual(
            [status, accessConfigs],
            ["ACTIVE", [{ authenticationMode: "API_AND_CONFIG_MAP", bootstrapClusterCreatorAdminPermissions: true }]],
        );
        equal((vpcConfig as Props)["vpcId"], vpcId);
        equal((vpcConfig as Props)["clusterSecurityGroupId"], "sg-0c1d2e3f4a5b60718");
        deepEqual(identities, [
            {
                oidcs: [{ issuer: "https://oidc.eks.eu-central-1.amazonaws.com/id/0C1D2E3F4A5B60718293A4B5C6D7E8F9" }],
            },
        ]);
        const addon = (addonName: string) => look("eks/getAddon:getAddon", { clusterName: "production", addonName });
        equal(addon("vpc-cni")["configurationValues"], "");
        throws(() => addon("coredns"), /reading EKS Add-On \(production:coredns\): couldn't find resource/);
    });

    it("refuse an existing object with an output that its type does not have", () => {
        const wrong: ExistingObject = {
            type: VPC,
            id: "vpc-1",
            inputs: { cidrBlock: "10.0.0.0/16" },
            outputs: { mainTable: "x" },
        };
        throws(
            () => putExistingObjects(cloud, [wrong]),
            /aws:ec2\/vpc:Vpc vpc-1: mainTable: no output; outputs are arn, /,
        );
        deepEqual(cloud.find(SUBNET, "subnet-0c1d2e3f4a5b60720")?.inputs["vpcId"], vpcId);
    });
});
