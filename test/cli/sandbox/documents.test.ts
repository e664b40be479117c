import assert from "node:assert/strict";
import { objectsOf } from "../../../cli/sandbox/conformance";
import { documentsOf } from "../../../cli/sandbox/documents";
import { terraformPlan } from "../../../cli/sandbox/terraformPlan";

const urn = (type: string, name: string) => `urn:pulumi:test::keyless::keyless:platform:Platform$${type}::${name}`;

describe("documents of stacks", () => {
    it("are IAM documents, each named by its resource and property", () => {
        const role = {
            urn: urn("aws:iam/role:Role", "shop"),
            type: "aws:iam/role:Role",
            inputs: { assumeRolePolicy: '{"Statement":[]}', description: '"Statement"' },
        };
        const other = {
            urn: urn("postgresql:index/role:Role", "shop"),
            type: "postgresql:index/role:Role",
            inputs: { name: '{"Statement":[]}' },
        };
        assert.deepEqual(documentsOf([role, other]), [
            { name: "Role.shop.assumeRolePolicy", document: { Statement: [] } },
        ]);
    });

    it("are Kubernetes objects, without the engine's marks", () => {
        const inputs = {
            kind: "Namespace",
            apiVersion: "v1",
            metadata: { name: "shop", __defaults: [] },
            __defaults: [],
        };
        assert.deepEqual(
            objectsOf([
                { type: "kubernetes:core/v1:Namespace", inputs },
                { type: "pulumi:providers:kubernetes", inputs: {} },
            ]),
            [{ kind: "Namespace", apiVersion: "v1", metadata: { name: "shop" } }],
        );
    });

    it("are a Terraform plan with its provider's names and references, for Terraform linters", () => {
        const resources = [
            {
                urn: urn("aws:rds/cluster:Cluster", "db"),
                type: "aws:rds/cluster:Cluster",
                inputs: {
                    iamDatabaseAuthenticationEnabled: true,
                    serverlessv2ScalingConfiguration: { minCapacity: 0.5 },
                    tags: { costCentre: "1" },
                    __defaults: [],
                },
            },
            {
                urn: urn("aws:ec2/vpc:Vpc", "net"),
                type: "aws:ec2/vpc:Vpc",
                id: "vpc-1",
                inputs: { cidrBlock: "10.0.0.0/16" },
                outputs: { arn: "arn:vpc" },
            },
            {
                urn: urn("aws:ec2/flowLog:FlowLog", "flow"),
                type: "aws:ec2/flowLog:FlowLog",
                id: "vpc-1",
                inputs: { vpcId: "vpc-1", tags: { of: ["arn:vpc"] } },
            },
            {
                urn: urn("aws:rds/parameterGroup:ParameterGroup", "db"),
                type: "aws:rds/parameterGroup:ParameterGroup",
                inputs: { parameters: [{ applyMethod: "immediate" }] },
            },
            { urn: urn("kubernetes:core/v1:Namespace", "shop"), type: "kubernetes:core/v1:Namespace", inputs: {} },
        ];
        const values = [
            {
                iam_database_authentication_enabled: true,
                serverlessv2_scaling_configuration: [{ min_capacity: 0.5 }],
                tags: { costCentre: "1" },
            },
            { cidr_block: "10.0.0.0/16" },
            { vpc_id: "vpc-1", tags: { of: ["arn:vpc"] } },
            { parameter: [{ apply_method: "immediate" }] },
        ];
        const names = [
            { address: "aws_rds_cluster.db", mode: "managed", type: "aws_rds_cluster", name: "db" },
            { address: "aws_vpc.net", mode: "managed", type: "aws_vpc", name: "net" },
            { address: "aws_flow_log.flow", mode: "managed", type: "aws_flow_log", name: "flow" },
            { address: "aws_db_parameter_group.db", mode: "managed", type: "aws_db_parameter_group", name: "db" },
        ];
        const references = {
            vpc_id: { references: ["aws_vpc.net.id", "aws_vpc.net"] },
            tags: { references: ["aws_vpc.net.arn", "aws_vpc.net"] },
        };
        assert.deepEqual(terraformPlan(resources), {
            format_version: "1.2",
            terraform_version: "1.9.0",
            planned_values: {
                root_module: { resources: names.map((name, index) => ({ ...name, values: values[index] })) },
            },
            resource_changes: names.map((name, index) => ({
                ...name,
                change: { actions: ["create"], before: null, after: values[index], after_unknown: {} },
            })),
            configuration: {
                root_module: {
                    resources: names.map((name, index) => ({ ...name, expressions: index === 2 ? references : {} })),
                },
            },
        });
    });

    it("have the names of Terraform's types and arguments where the bridge has others", () => {
        const named = (type: string, inputs: Record<string, unknown>) => {
            const plan = terraformPlan([{ urn: urn(type, "x"), type, inputs }]) as {
                planned_values: { root_module: { resources: { type: string; values: object }[] } };
            };
            return plan.planned_values.root_module.resources.map((one) => [one.type, Object.keys(one.values)]).flat();
        };
        assert.deepEqual(named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { fromPort: 443 }), [
            "aws_vpc_security_group_ingress_rule",
            ["from_port"],
        ]);
        assert.deepEqual(
            named("aws:iam/openIdConnectProvider:OpenIdConnectProvider", { clientIdLists: [], thumbprintLists: [] }),
            ["aws_iam_openid_connect_provider", ["client_id_list", "thumbprint_list"]],
        );
        assert.deepEqual(named("aws:sns/topicSubscription:TopicSubscription", { topic: "arn" }), [
            "aws_sns_topic_subscription",
            ["topic_arn"],
        ]);
        assert.deepEqual(named("aws:cloudwatch/metricAlarm:MetricAlarm", { name: "a" }), [
            "aws_cloudwatch_metric_alarm",
            ["alarm_name"],
        ]);
    });
});
