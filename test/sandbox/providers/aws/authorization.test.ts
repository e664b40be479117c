import assert from "node:assert/strict";

import { limitDeployer } from "../../../../sandbox/identity/deployer";
import { withEmptyState } from "../../../support/ownState";
import { Stage } from "./stage";

const session = "arn:aws:sts::111122223333:assumed-role/keyless-sandbox/session";
const read =
    "ec2:DescribeVpcs ec2:DescribeVpcAttribute ec2:DescribeNetworkAcls ec2:DescribeRouteTables ec2:DescribeSecurityGroups";

function limit(actions: string, Condition?: object, Effect = "Allow"): void {
    const allowed = { Effect: "Allow", Action: actions.split(" "), Resource: "*" };
    const Statement =
        Effect === "Allow" ? [{ ...allowed, ...(Condition && { Condition }) }] : [allowed, { ...allowed, Effect }];
    const document = { Version: "2012-10-17", Statement };
    limitDeployer(JSON.stringify({ principals: [{ role: "", account: "111122223333", policies: [{ document }] }] }));
}

describe("a call to AWS that the caller's policies do not allow", () => {
    withEmptyState();
    after(() => limitDeployer(undefined));

    const vpc = { cidrBlock: "10.0.0.0/16", tags: { stack: "dev" } };
    const create = async (): Promise<{ stage: Stage; id: string }> => {
        const stage = await Stage.open();
        const { id } = await stage.create("aws:ec2/vpc:Vpc", vpc);
        return { stage, id };
    };

    it("fails in EC2's words, before anything exists", async () => {
        limit(`${read} ec2:CreateTags`);
        await assert.rejects(create(), {
            message: `UnauthorizedOperation: You are not authorized to perform this operation. User: ${session} is not authorized to perform: ec2:CreateVpc on resource: arn:aws:ec2:eu-central-1:111122223333:vpc/* because no identity-based policy allows the ec2:CreateVpc action`,
        });
    });

    it("fails for the tags of the request", async () => {
        limit(`${read} ec2:CreateVpc ec2:CreateTags`, { StringEquals: { "aws:RequestTag/stack": "prod" } });
        await assert.rejects(create(), /not authorized to perform: ec2:CreateTags on resource: .+:vpc\/\* because/);
    });

    it("leaves behind what was created, if it cannot be read", async () => {
        limit("ec2:CreateVpc ec2:CreateTags ec2:DescribeVpcs");
        await assert.rejects(create(), (error: Error & { left?: { id: string } }) => {
            assert.match(error.message, /is not authorized to perform: ec2:DescribeNetworkAcls on resource: \*/);
            assert.match(error.left?.id ?? "", /^vpc-0/);
            return true;
        });
    });

    it("fails in the words of an explicit deny", async () => {
        limit(`${read} ec2:CreateVpc ec2:CreateTags`, undefined, "Deny");
        await assert.rejects(
            create(),
            /ec2:CreateTags on resource: \S+ with an explicit deny in an identity-based policy/,
        );
    });

    it("fails for the tags of an existing resource, and for other services with their codes", async () => {
        const { stage, id } = await (limitDeployer(undefined), create());
        limit(`${read} ec2:CreateSubnet ec2:CreateTags`, { StringEquals: { "aws:ResourceTag/stack": "prod" } });
        const limited = await stage.beside({ region: "eu-central-1" });
        await assert.rejects(
            limited.create("aws:ec2/subnet:Subnet", {
                vpcId: id,
                cidrBlock: "10.0.0.0/24",
                availabilityZone: "eu-central-1a",
            }),
            /ec2:CreateSubnet on resource: arn:aws:ec2:eu-central-1:111122223333:subnet\/\*/,
        );
        await assert.rejects(
            limited.create("aws:kms/key:Key", {}),
            new RegExp(
                `^Error: AccessDeniedException: User: ${session} is not authorized to perform: kms:CreateKey on resource: \\* because`,
            ),
        );
    });

    it("does not fail without policies: the caller is the account's administrator", async () => {
        limitDeployer(undefined);
        assert.match((await create()).id, /^vpc-0/);
    });
});
