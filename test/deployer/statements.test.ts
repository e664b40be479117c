import assert from "node:assert/strict";

import { documentsOf, MAX_CHARACTERS, sizeOf } from "../../deployer/documents";
import type { Request } from "../../deployer/requests";
import { statementsFor } from "../../deployer/statements";

const stack = (kind: "RequestTag" | "ResourceTag") => ({
    [`aws:${kind}/project`]: "keyless",
    [`aws:${kind}/stack`]: "dev",
});
const request = (action: string, resource: string, context: Request["context"] = {}): Request => ({
    action,
    resource,
    context,
});
const statements = (...requests: Request[]) => statementsFor(requests, (text) => text.replace(/\d{3}/g, "???"));

describe("the statements for requests", () => {
    it("join what has the same conditions and resources, or resources of the stack alone", () => {
        const ours = stack("ResourceTag");
        assert.deepEqual(
            statements(
                request("ec2:DeleteVpc", "vpc/*", ours),
                request("ec2:DeleteSubnet", "subnet/*", { ...ours, "aws:ResourceTag/owner": "ann" }),
                request("iam:DeleteRole", "role/a", ours),
                request("iam:DeleteRole", "role/b", ours),
                request("iam:DeletePolicy", "policy/a", ours),
                request("ec2:DescribeVpcs", "*"),
                request("ec2:DescribeSubnets", "*"),
            ).map(({ Action, Resource }) => [Action.join(" "), Resource.join(" ")]),
            [
                ["ec2:DeleteSubnet ec2:DeleteVpc", "subnet/* vpc/*"],
                ["ec2:DescribeSubnets ec2:DescribeVpcs", "*"],
                ["iam:DeletePolicy", "policy/a"],
                ["iam:DeleteRole", "role/a role/b"],
            ],
        );
    });

    it("never widen a statement that names resources to all of them", () => {
        assert.deepEqual(
            statements(request("ec2:RunInstances", "instance/*"), request("ec2:DescribeInstances", "*")).map(
                ({ Resource }) => Resource,
            ),
            [["*"], ["instance/*"]],
        );
    });

    it("let tags be added only to what is being created, or has none of a stack", () => {
        assert.deepEqual(
            statements(
                request("ec2:CreateTags", "vpc/*", { ...stack("RequestTag"), "ec2:CreateAction": "CreateVpc" }),
                request("kms:TagResource", "key/*", stack("RequestTag")),
            ).map(({ Condition }) => Condition),
            [
                {
                    StringEquals: {
                        "aws:RequestTag/project": ["keyless"],
                        "aws:RequestTag/stack": ["dev"],
                        "ec2:CreateAction": ["CreateVpc"],
                    },
                },
                {
                    StringEquals: { "aws:RequestTag/project": ["keyless"], "aws:RequestTag/stack": ["dev"] },
                    Null: { "aws:ResourceTag/stack": ["true"] },
                },
            ],
        );
    });

    it("collect the policies that may be attached, and match generated names by a pattern", () => {
        assert.deepEqual(
            statements(
                request("iam:AttachRolePolicy", "role/a-123", { "iam:PolicyARN": ["policy/one"] }),
                request("iam:AttachRolePolicy", "role/a-123", { "iam:PolicyARN": ["policy/two-456"] }),
            ),
            [
                {
                    Effect: "Allow",
                    Action: ["iam:AttachRolePolicy"],
                    Resource: ["role/a-???"],
                    Condition: { StringLike: { "iam:PolicyARN": ["policy/one", "policy/two-???"] } },
                },
            ],
        );
    });

    it("leave out what another one allows under fewer conditions, and resources that a pattern covers", () => {
        const ours = stack("ResourceTag");
        assert.deepEqual(
            statements(
                request("kms:CreateGrant", "key/*", { ...ours, "kms:ViaService": ["rds"] }),
                request("kms:CreateGrant", "key/*", ours),
                request("kms:DescribeKey", "key/a"),
                request("kms:DescribeKey", "key/*"),
            ).map(({ Action, Resource, Condition }) => [
                Action.join(),
                Resource.join(),
                Object.keys(Condition?.["StringEquals"] ?? {}).length,
            ]),
            [
                ["kms:CreateGrant", "key/*", 2],
                ["kms:DescribeKey", "key/*", 0],
            ],
        );
    });
});

describe("the documents of statements", () => {
    const statement = (resources: number) => ({
        Effect: "Allow" as const,
        Action: ["iam:GetRole"],
        Resource: Array.from(
            { length: resources },
            (_, index) => `arn:aws:iam::111122223333:role/${String(index).padStart(40, "x")}`,
        ),
    });

    it("fit a managed policy, and together contain every statement", () => {
        const documents = documentsOf([statement(30), statement(40), statement(50)]);
        assert.ok(documents.length > 1 && documents.every(({ Statement }) => sizeOf(Statement) <= MAX_CHARACTERS));
        assert.equal(documents.flatMap(({ Statement }) => Statement).length, 3);
    });

    it("divide a statement that is longer than a managed policy", () => {
        const documents = documentsOf([statement(200)]);
        assert.ok(documents.every(({ Statement }) => sizeOf(Statement) <= MAX_CHARACTERS));
        assert.deepEqual(
            documents.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource)),
            statement(200).Resource,
        );
    });
});
