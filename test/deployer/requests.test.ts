import assert from "node:assert/strict";

import { rowOf } from "../../deployer/calls";
import { requestsOf, type Phase } from "../../deployer/requests";
import type { Subject } from "../../deployer/subject";

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:111122223333:${resource}`;
const role = "arn:aws:iam::111122223333:role/team/app";
const tags = { project: "keyless", stack: "dev" };
const ours = { "aws:ResourceTag/project": "keyless", "aws:ResourceTag/stack": "dev" };
const asked = { "aws:RequestTag/project": "keyless", "aws:RequestTag/stack": "dev" };

function requests(phase: Phase, about: Partial<Subject> & Pick<Subject, "type">, changed?: readonly string[]) {
    const subject: Subject = {
        partition: "aws",
        region: "eu-central-1",
        account: "111122223333",
        id: undefined,
        properties: {},
        find: (type, value) =>
            type === "aws:iam/role:Role" && [role, "app"].includes(value)
                ? { arn: role, permissionsBoundary: "B" }
                : undefined,
        tagsOf: (of) => (of.includes("vpc-1") ? tags : undefined),
        ...about,
    };
    return requestsOf(rowOf(about.type), phase, subject, changed).map(({ action, resource, context }) => [
        action,
        resource,
        context,
    ]);
}

describe("the requests of the AWS provider", () => {
    it("create with tags in the request, on what exists with the tags that it has", () => {
        assert.deepEqual(requests("create", { type: "aws:ec2/subnet:Subnet", properties: { vpcId: "vpc-1", tags } }), [
            ["ec2:CreateTags", arn("ec2", "subnet/*"), { "ec2:CreateAction": "CreateSubnet", ...asked }],
            ["ec2:CreateSubnet", arn("ec2", "subnet/*"), asked],
            ["ec2:CreateSubnet", arn("ec2", "vpc/vpc-1"), ours],
        ]);
    });

    it("read without regard to tags, because what is gone has none", () => {
        const properties = { clusterIdentifier: "db", tags };
        assert.deepEqual(requests("read", { type: "aws:rds/cluster:Cluster", id: "db", properties })[0], [
            "rds:DescribeDBClusters",
            arn("rds", "cluster:db"),
            {},
        ]);
    });

    it("update with the actions that the changed properties need, and only change tags for tags", () => {
        const key = { type: "aws:kms/key:Key", id: "k", properties: { tags, policy: "{}" } };
        const actions = (changed: string[]) => requests("update", key, changed).map(([action]) => action);
        assert.deepEqual(actions(["policy"]), ["kms:PutKeyPolicy"]);
        assert.deepEqual(actions(["tags"]), ["kms:TagResource", "kms:UntagResource"]);
        assert.deepEqual(actions(["tagsAll", "description"]), [
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateKeyDescription",
        ]);
        assert.equal(requests("update", key).length, 8);
    });

    it("create and change roles with the boundary, and policies of a role with the role's", () => {
        const boundary = { "iam:PermissionsBoundary": "B" };
        const created = requests("create", {
            type: "aws:iam/role:Role",
            properties: { name: "new", path: "/", permissionsBoundary: "B", tags },
        });
        assert.deepEqual(created[1], [
            "iam:CreateRole",
            "arn:aws:iam::111122223333:role/new",
            { ...asked, ...boundary },
        ]);
        assert.deepEqual(requests("create", { type: "aws:iam/rolePolicy:RolePolicy", properties: { role: "app" } }), [
            ["iam:PutRolePolicy", role, boundary],
        ]);
        const attached = { role: "app", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
        assert.deepEqual(
            requests("delete", {
                type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                id: "x",
                properties: attached,
            }),
            [["iam:DetachRolePolicy", role, { ...boundary, "iam:PolicyARN": [attached.policyArn] }]],
        );
    });

    it("pass a role to the service that uses it, also in China", () => {
        const flowLog = { type: "aws:ec2/flowLog:FlowLog", properties: { iamRoleArn: role, vpcId: "vpc-1" } };
        const passed = (partition: string) => requests("create", { ...flowLog, partition }).at(-1);
        assert.deepEqual(passed("aws"), [
            "iam:PassRole",
            role,
            { "iam:PassedToService": ["vpc-flow-logs.amazonaws.com"] },
        ]);
        assert.deepEqual(passed("aws-cn")?.[2], {
            "iam:PassedToService": ["vpc-flow-logs.amazonaws.com.cn", "vpc-flow-logs.amazonaws.com"],
        });
    });

    it("use keys through the service that encrypts", () => {
        const properties = { clusterIdentifier: "db", kmsKeyId: arn("kms", "key/vpc-1") };
        assert.deepEqual(
            requests("create", { type: "aws:rds/cluster:Cluster", properties }).filter(
                ([action]) => typeof action === "string" && action.startsWith("kms:"),
            ),
            [
                [
                    "kms:CreateGrant",
                    properties.kmsKeyId,
                    {
                        ...ours,
                        "kms:ViaService": ["rds.eu-central-1.amazonaws.com"],
                        "kms:GrantIsForAWSResource": "true",
                    },
                ],
                ["kms:DescribeKey", properties.kmsKeyId, { "kms:ViaService": ["rds.eu-central-1.amazonaws.com"] }],
            ],
        );
    });

    it("adopt the default security group by tagging it, which has no tags before", () => {
        assert.deepEqual(
            requests("create", {
                type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
                properties: { vpcId: "vpc-1", tags },
            }),
            [
                ["ec2:CreateTags", arn("ec2", "security-group/*"), asked],
                ["ec2:DescribeSecurityGroups", "*", {}],
            ],
        );
    });

    it("delete what the provider's own name generator named by that name", () => {
        const create = requests("create", {
            type: "aws:rds/clusterInstance:ClusterInstance",
            properties: { clusterIdentifier: "db", tags },
        });
        assert.ok(
            create.some(
                ([action, resource]) => action === "rds:CreateDBInstance" && resource === arn("rds", "db:tf-*"),
            ),
        );
        const properties = { identifier: "tf-1", tags };
        assert.deepEqual(
            requests("delete", { type: "aws:rds/clusterInstance:ClusterInstance", id: "tf-1", properties })[0],
            ["rds:DeleteDBInstance", arn("rds", "db:tf-1"), ours],
        );
    });
});
