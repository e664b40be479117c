import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DeployerGroup, reachTier } from "../../../components/security/deployerGroup";
import { record } from "../../support/mocks";

describe("the group of deployers", () => {
    it("reaches the database itself, its proxy and the Kubernetes API, and is reached by nothing", async () => {
        const recording = await record(() => {
            const database = { databaseId: pulumi.output("sg-database"), proxyId: pulumi.output("sg-proxy") };
            const group = new DeployerGroup("deployers", { vpcId: "vpc-1", reach: reachTier(database, 5432) });
            group.admitToApi({ securityGroupId: "sg-cluster" });
        });
        const rules = (kind: "Egress" | "Ingress") =>
            recording
                .of(`aws:vpc/securityGroup${kind}Rule:SecurityGroup${kind}Rule`)
                .map(({ inputs }) => [
                    inputs["securityGroupId"],
                    inputs["referencedSecurityGroupId"],
                    inputs["fromPort"],
                    inputs["toPort"],
                ]);
        assert.deepEqual(rules("Egress"), [
            ["deployers-id", "sg-cluster", 443, 443],
            ["deployers-id", "sg-database", 5432, 5432],
            ["deployers-id", "sg-proxy", 5432, 5432],
        ]);
        assert.deepEqual(rules("Ingress"), [
            ["sg-cluster", "deployers-id", 443, 443],
            ["sg-database", "deployers-id", 5432, 5432],
            ["sg-proxy", "deployers-id", 5432, 5432],
        ]);
    });
});
