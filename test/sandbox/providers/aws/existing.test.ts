import { deepEqual, equal, throws } from "node:assert/strict";

import { Cloud } from "../../../../sandbox/cloud/aws/cloud";
import type { Existing } from "../../../../sandbox/providers/aws/existing";
import { putExisting } from "../../../../sandbox/providers/aws/existing";
import { INGRESS_RULE, SECURITY_GROUP, VPC } from "../../../../sandbox/cloud/aws/tokens";
import { Stage } from "./stage";

const [vpcId, group] = ["vpc-0123456789abcdef0", "sg-0123456789abcdef0"];

describe("objects that existed before the stack", () => {
    let stage: Stage;
    let cloud: Cloud;

    beforeEach(async () => {
        stage = await Stage.open();
        cloud = new Cloud(stage.store, "eu-central-1");
        putExisting(cloud, [
            { type: VPC, id: vpcId, inputs: { cidrBlock: "10.0.0.0/16" } },
            { type: SECURITY_GROUP, id: group, inputs: { name: "web", vpcId } },
        ]);
    });

    it("can be referred to by the stack's resources", async () => {
        await stage.create(INGRESS_RULE, { securityGroupId: group, ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" });
        deepEqual(
            stage.store.get(SECURITY_GROUP, group)?.state["arn"],
            `arn:aws:ec2:eu-central-1:111122223333:security-group/${group}`,
        );
        equal(stage.store.list(SECURITY_GROUP).length, 2, "the VPC has its default group");
    });

    it("are not changed if they are added again", () => {
        const before = stage.store.get(VPC, vpcId);
        putExisting(cloud, [{ type: VPC, id: vpcId, inputs: { cidrBlock: "10.9.0.0/16" } }]);
        deepEqual(stage.store.get(VPC, vpcId), before);
    });

    it("are in the account and the region that they name", () => {
        const inputs = { cidrBlock: "10.9.0.0/16" };
        putExisting(cloud, [
            { type: VPC, id: "vpc-1", region: "eu-west-1", inputs },
            { type: VPC, id: "vpc-2", account: "444455556666", inputs },
        ]);
        deepEqual(
            ["vpc-1", "vpc-2"].map((id) => stage.store.get(VPC, id)?.state["arn"]),
            ["arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", "arn:aws:ec2:eu-central-1:444455556666:vpc/vpc-2"],
        );
    });

    it("are refused together if they are invalid", () => {
        const wrong: Existing[] = [
            { type: "aws:sqs/queue:Queue", id: "q", inputs: {} },
            { type: VPC, id: "vpc-1", inputs: { cidr: "10.0.0.0/16" } },
        ];
        throws(
            () => putExisting(cloud, wrong),
            /^Error: aws:sqs\/queue:Queue q: type: the stand-in for aws does not support this type\naws:ec2\/vpc:Vpc vpc-1: cidr: Invalid or unknown key/,
        );
    });
});
