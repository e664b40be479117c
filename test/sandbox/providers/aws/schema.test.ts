import { deepEqual, equal } from "node:assert/strict";

import { argumentsOf, schemaOf } from "../../../../sandbox/providers/aws/declaring/schema";
import { shapeFailures } from "../../../../sandbox/providers/aws/declaring/shape";
import { UNKNOWN } from "../../../../sandbox/cloud/props";

describe("the shape of a type, read from the SDK", () => {
    it("has the required and optional arguments, and those that AWS chooses", () => {
        const { inputs, outputs } = schemaOf("aws:rds/cluster:Cluster");
        deepEqual(inputs.get("engine"), { type: { kind: "string" }, required: true });
        deepEqual(inputs.get("port"), { type: { kind: "number" }, required: false });
        deepEqual(outputs.get("port"), { always: true, empty: 0 });
        deepEqual(outputs.get("deletionProtection"), { always: false, empty: false });
        deepEqual(outputs.get("masterUserSecrets"), { always: true, empty: [] });
        equal(inputs.has("endpoint"), false);
    });

    it("has lists, maps, documents and nested objects", () => {
        const rule = schemaOf("aws:ec2/securityGroup:SecurityGroup").inputs.get("ingress")?.type;
        const fields = rule?.kind === "array" && rule.of.kind === "object" ? rule.of.fields() : new Map();
        deepEqual(fields.get("cidrBlocks"), { type: { kind: "array", of: { kind: "string" } }, required: false });
        deepEqual(schemaOf("aws:ec2/vpc:Vpc").inputs.get("tags")?.type, { kind: "map", of: { kind: "string" } });
        deepEqual(schemaOf("aws:iam/role:Role").inputs.get("assumeRolePolicy")?.type, { kind: "document" });
        deepEqual(schemaOf("aws:iam/rolePolicy:RolePolicy").inputs.get("role")?.type, { kind: "string" });
    });

    it("has the arguments of data sources", () => {
        deepEqual(argumentsOf("aws:index/getAvailabilityZones:getAvailabilityZones").get("excludeNames"), {
            type: { kind: "array", of: { kind: "string" } },
            required: false,
        });
        deepEqual(argumentsOf("aws:eks/getAddonVersion:getAddonVersion").get("addonName"), {
            type: { kind: "string" },
            required: true,
        });
    });

    it("finds all errors at any depth, and accepts unknown values", () => {
        const { inputs } = schemaOf("aws:eks/cluster:Cluster");
        const props = {
            roleArn: UNKNOWN,
            version: 1.33,
            vpcConfig: { subnetIds: ["a", 2], endpoint: true },
            tags: { a: 1 },
        } as const;
        deepEqual(
            shapeFailures({ ...props, vpcConfig: { ...props.vpcConfig, subnetIds: ["a", 2] } }, inputs).map(
                ({ property, reason }) => `${property}: ${reason.replace(/;.*/, "")}`,
            ),
            [
                "version: expected string type, got number type",
                "vpcConfig.subnetIds[1]: expected string type, got number type",
                "vpcConfig.endpoint: Invalid or unknown key",
                "tags.a: expected string type, got number type",
            ],
        );
    });
});
