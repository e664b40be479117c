import { match, rejects } from "node:assert/strict";

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { callerArn, refuseSecondEntry } from "../../components/cluster/people";
import { InlineStack } from "../support/inlineStack";

class Parent extends pulumi.ComponentResource {
    constructor() {
        super("test:index:Parent", "parent");
    }
}

/** A cluster whose creator EKS admits by itself, as earlier versions of the program created it. */
async function earlier(): Promise<{ readonly name: pulumi.Output<string>; readonly parent: pulumi.Resource }> {
    const parent = new Parent();
    const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
    const subnetIds = ["a", "b"].map((zone, index) => {
        const place = { cidrBlock: `10.0.${index}.0/24`, availabilityZone: `eu-central-1${zone}` };
        return new aws.ec2.Subnet(zone, { vpcId: vpc.id, ...place }).id;
    });
    const trust = aws.iam.assumeRolePolicyForPrincipal({ Service: "eks.amazonaws.com" });
    const { arn: roleArn } = new aws.iam.Role("eks", { assumeRolePolicy: trust });
    const accessConfig = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true };
    const { name } = new aws.eks.Cluster("eks", { name: "apps", roleArn, accessConfig, vpcConfig: { subnetIds } });
    return { name, parent };
}

/** The same, with an entry for the caller. */
const now = async () => {
    const { name: clusterName, parent } = await earlier();
    const principalArn = callerArn(parent);
    const refusal = refuseSecondEntry("eks", parent);
    new aws.eks.AccessEntry("deployer", { clusterName, principalArn }, { hooks: { beforeCreate: [refusal] } });
};

describe("a cluster with EKS's own access entry for its creator", () => {
    let stack: InlineStack;

    before(async () => {
        stack = await InlineStack.create();
    });
    after(() => stack.remove());

    it("is refused in the preview, with the command that removes the entry, before the deployer's own one is created", async () => {
        await stack.up(async () => void (await earlier()));
        await rejects(stack.preview(now), (error: Error) => {
            match(error.message, /aws eks delete-access-entry --cluster-name apps --principal-arn arn:aws:iam::/);
            return true;
        });
    });
});
