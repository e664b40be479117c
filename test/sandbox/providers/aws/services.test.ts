import { deepEqual, equal, match } from "node:assert/strict";

import * as tokens from "../../../../sandbox/cloud/aws/tokens";
import { must } from "../../../../sandbox/cloud/aws/values";
import { UNKNOWN, type Props } from "../../../../sandbox/cloud/props";
import { Stage, refusal } from "./stage";
import type { World } from "./world";
import { allow, furnish, instanceArn } from "./world";

describe("the aws stand-in's services", () => {
    let original: Stage;
    let stage: Stage;
    let world: World;

    before(async () => {
        original = await Stage.open();
        world = await furnish(original);
    });

    beforeEach(async () => {
        stage = await original.copy();
    });

    it("gives an EKS cluster an issuer and a security group, which are unknown in a preview", async () => {
        const inputs = {
            ...{
                roleArn: "arn:aws:iam::111122223333:role/eks",
                vpcConfig: { subnetIds: [world["subnetA"] ?? "", world["subnetB"] ?? ""] },
            },
            enabledClusterLogTypes: ["audit"],
        };
        const { id, state } = await stage.create(tokens.EKS_CLUSTER, inputs);
        const [
            {
                oidcs: [{ issuer }],
            },
        ] = state["identities"] as [{ oidcs: [{ issuer: string }] }];
        match(issuer, /^https:\/\/oidc\.eks\.eu-central-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
        const { clusterSecurityGroupId, vpcId } = state["vpcConfig"] as {
            clusterSecurityGroupId: string;
            vpcId: string;
        };
        equal(vpcId, world["vpc"]);
        match(
            must(stage.store.get(tokens.SECURITY_GROUP, clusterSecurityGroupId)?.state ?? {}, "name"),
            new RegExp(`^eks-cluster-sg-${id}-\\d+$`),
        );
        equal(stage.store.get(tokens.LOG_GROUP, `/aws/eks/${id}/cluster`)?.id, `/aws/eks/${id}/cluster`);
        const preview = (await stage.preview(tokens.EKS_CLUSTER, inputs)).state["vpcConfig"] as Record<string, unknown>;
        equal(preview["clusterSecurityGroupId"], UNKNOWN);
    });

    it("merges the provider's tags with a resource's own", async () => {
        const tagged = await stage.beside({
            region: "eu-central-1",
            defaultTags: { tags: { owner: "platform", stack: "dev" } },
        });
        const made = await tagged.create(tokens.KEY, { tags: { stack: "test" } });
        deepEqual(
            [made.state["tags"], made.state["tagsAll"]],
            [{ stack: "test" }, { owner: "platform", stack: "test" }],
        );
        const retagged = await stage.beside({ region: "eu-central-1", defaultTags: { tags: { owner: "team" } } });
        const { changed, state } = await retagged.change(tokens.KEY, made, { tags: { stack: "test" } });
        deepEqual([changed, state["tagsAll"]], [["tagsAll"], { owner: "team", stack: "test" }]);
    });

    it("empties a VPC's default group when a resource adopts it, and never deletes it", async () => {
        const vpc = await stage.create(tokens.VPC, { cidrBlock: "10.50.0.0/16" });
        const made = await stage.create(tokens.DEFAULT_SECURITY_GROUP, { vpcId: vpc.id });
        equal(made.id, vpc.state["defaultSecurityGroupId"]);
        const rules = () => [
            stage.store.get(tokens.SECURITY_GROUP, made.id)?.state["ingress"],
            stage.store.get(tokens.SECURITY_GROUP, made.id)?.state["egress"],
        ];
        deepEqual(rules(), [[], []]);
        await stage.remove(tokens.DEFAULT_SECURITY_GROUP, made);
        deepEqual(rules(), [[], []]);
    });

    it("refuses a duplicate rule from any resource, and the sixty-first rule", async () => {
        const group = world["group"] ?? "";
        await stage.create(tokens.INGRESS_RULE, {
            securityGroupId: group,
            ipProtocol: "tcp",
            fromPort: 443,
            toPort: 443,
            cidrIpv4: "10.0.0.0/8",
        });
        equal(
            await refusal(
                stage.create(tokens.SECURITY_GROUP_RULE, {
                    securityGroupId: group,
                    type: "ingress",
                    protocol: "6",
                    fromPort: 443,
                    toPort: 443,
                    cidrBlocks: ["10.0.0.0/8"],
                }),
            ),
            'InvalidPermission.Duplicate: the specified rule "peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW" already exists',
        );
        const cidrBlocks = Array.from({ length: 60 }, (_, i) => `10.${i}.0.0/16`);
        const more = (blocks: string[]) => ({
            securityGroupId: group,
            type: "ingress",
            protocol: "tcp",
            fromPort: 80,
            toPort: 80,
            cidrBlocks: blocks,
        });
        equal(
            await refusal(stage.create(tokens.SECURITY_GROUP_RULE, more(cidrBlocks))),
            "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.",
        );
        await stage.create(tokens.SECURITY_GROUP_RULE, more(cidrBlocks.slice(1)));
    });

    it("requires an internet gateway for a NAT gateway", async () => {
        const inputs = { subnetId: world["subnetA"] ?? "", allocationId: world["address"] ?? "" };
        const made = await stage.create(tokens.NAT_GATEWAY, inputs);
        equal(made.state["publicIp"], stage.store.get(tokens.EIP, inputs.allocationId)?.state["publicIp"]);
        match(await refusal(stage.create(tokens.NAT_GATEWAY, inputs)), /^Resource\.AlreadyAssociated/);
        const gateway = {
            id: world["gateway"] ?? "",
            state: stage.store.get(tokens.INTERNET_GATEWAY, world["gateway"] ?? "")?.state ?? {},
        };
        match(
            await refusal(stage.remove(tokens.INTERNET_GATEWAY, gateway)),
            /^DependencyViolation: Network vpc-\w+ has some mapped public address/,
        );
        await stage.remove(tokens.NAT_GATEWAY, made);
        await stage.remove(tokens.INTERNET_GATEWAY, gateway);
        equal(
            await refusal(stage.create(tokens.NAT_GATEWAY, inputs)),
            `Gateway.NotAttached: Network ${world["vpc"]} has no Internet gateway attached`,
        );
    });

    it("returns an issuer's URL without its scheme, and shows no difference", async () => {
        const inputs = {
            url: "https://oidc.eks.eu-central-1.amazonaws.com/id/AB",
            clientIdLists: ["sts.amazonaws.com"],
        };
        const made = await stage.create(tokens.OIDC_PROVIDER, inputs);
        deepEqual(
            [made.id, made.state["url"]],
            [
                "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/AB",
                "oidc.eks.eu-central-1.amazonaws.com/id/AB",
            ],
        );
        deepEqual((await stage.change(tokens.OIDC_PROVIDER, made, inputs)).changed, []);
    });

    it("counts a launch template's versions", async () => {
        const made = await stage.create(tokens.LAUNCH_TEMPLATE, { name: "tmpl" });
        const { state } = await stage.change(tokens.LAUNCH_TEMPLATE, made, {
            name: "tmpl",
            instanceType: "t3.large",
            updateDefaultVersion: true,
        });
        deepEqual([made.state["latestVersion"], state["latestVersion"], state["defaultVersion"]], [1, 2, 2]);
    });

    it("does not know in a preview which version a template or a document gets, unless it keeps the one it has", async () => {
        const template = await stage.create(tokens.LAUNCH_TEMPLATE, { name: "tmpl" });
        const latest = async (news: Props) =>
            (await stage.previewChange(tokens.LAUNCH_TEMPLATE, template, { name: "tmpl", ...news }))["latestVersion"];
        deepEqual([await latest({ instanceType: "t3.large" }), await latest({ description: "nodes" })], [UNKNOWN, 1]);
        const { latestVersion, defaultVersion } = await stage.previewChange(tokens.LAUNCH_TEMPLATE, template, {
            name: "tmpl",
            updateDefaultVersion: true,
        });
        deepEqual([latestVersion, defaultVersion], [1, UNKNOWN]);
        const content = (description: string) => JSON.stringify({ schemaVersion: "2.2", description, mainSteps: [] });
        const inputs = { name: "doc", documentType: "Command", documentFormat: "JSON" };
        const document = await stage.create(tokens.SSM_DOCUMENT, { ...inputs, content: content("one") });
        const changed = await stage.previewChange(tokens.SSM_DOCUMENT, document, {
            ...inputs,
            content: content("two"),
        });
        deepEqual([changed["latestVersion"], changed["arn"]], [UNKNOWN, document.state["arn"]]);
    });

    it("requires a bucket policy that lets a trail write", async () => {
        await stage.create(tokens.BUCKET, { bucket: "plain-bucket" });
        equal(
            await refusal(stage.create(tokens.TRAIL, { name: "all", s3BucketName: "plain-bucket" })),
            "InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: plain-bucket",
        );
    });

    it("keeps an event rule while it has targets", async () => {
        const target = await stage.create(tokens.EVENT_TARGET, {
            rule: world["rule"] ?? "",
            arn: world["topic"] ?? "",
        });
        const rule = { id: world["rule"] ?? "", state: {} };
        equal(
            await refusal(stage.remove(tokens.EVENT_RULE, rule)),
            "ValidationException: Rule can't be deleted since it has targets.",
        );
        await stage.remove(tokens.EVENT_TARGET, target);
        await stage.remove(tokens.EVENT_RULE, rule);
    });

    it("creates a new revision for every change of a task definition", async () => {
        const task = (image: string) => ({
            family: "app",
            containerDefinitions: JSON.stringify([{ name: "app", image }]),
        });
        const first = await stage.create(tokens.TASK_DEFINITION, task("a"));
        deepEqual((await stage.change(tokens.TASK_DEFINITION, first, task("b"))).replace, ["containerDefinitions"]);
        const second = await stage.create(tokens.TASK_DEFINITION, task("b"));
        deepEqual(
            [first.state["arn"], second.state["arn"]],
            [1, 2].map((revision) => `arn:aws:ecs:eu-central-1:111122223333:task-definition/app:${revision}`),
        );
    });

    it("keeps the newer revision of a task definition if the older one is deleted", async () => {
        const task = (image: string) => ({
            family: "app",
            containerDefinitions: JSON.stringify([{ name: "app", image }]),
        });
        const first = await stage.create(tokens.TASK_DEFINITION, task("a"));
        const second = await stage.create(tokens.TASK_DEFINITION, task("b"));
        await stage.remove(tokens.TASK_DEFINITION, first);
        deepEqual(stage.store.get(tokens.TASK_DEFINITION, "app")?.state["arn"], second.state["arn"]);
    });

    it("accepts a hundred metric filters per log group, and changes to existing ones", async () => {
        const logGroupName = world["logs"] ?? "";
        const metricTransformation = { name: "F", namespace: "K", value: "1" };
        const filter = (name: string, pattern = "x") => ({ logGroupName, name, pattern, metricTransformation });
        const made = await stage.create(tokens.METRIC_FILTER, filter("first"));
        for (let index = 1; index < 100; index += 1) {
            await stage.create(tokens.METRIC_FILTER, filter(`more-${index}`));
        }
        equal(
            await refusal(stage.create(tokens.METRIC_FILTER, filter("last"))),
            "LimitExceededException: Resource limit exceeded: at most 100 metric filters per log group",
        );
        equal((await stage.change(tokens.METRIC_FILTER, made, filter("first", "y"))).state["pattern"], "y");
    });

    it("refuses a change of a permission set while another one of its policies is provisioned", async () => {
        const set = { permissionSetArn: world["permissionSet"] ?? "", instanceArn };
        const assign = (digit: string) =>
            stage.create(tokens.ACCOUNT_ASSIGNMENT, {
                ...set,
                ...{ principalType: "USER", principalId: `${digit}1111111-2222-3333-4444-555555555555` },
                ...{ targetType: "AWS_ACCOUNT", targetId: "111122223333" },
            });
        const attach = () =>
            stage.create(tokens.PERMISSION_SET_CUSTOMER_ATTACHMENT, {
                ...set,
                customerManagedPolicyReference: { name: "read" },
            });
        const conflict = `ConflictException: A conflict occurred with a previous write to ${set.permissionSetArn} that is still being processed.`;
        await Promise.all([assign("1"), assign("2")]);
        const [attached, third] = await Promise.allSettled([attach(), assign("3")]);
        deepEqual([attached.status, reasonOf(third)], ["fulfilled", conflict]);
        const inlinePolicy = allow(
            "rds-db:connect",
            "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-A/reader",
        );
        const inline = () => stage.create(tokens.PERMISSION_SET_INLINE_POLICY, { ...set, inlinePolicy });
        const [first, second] = await Promise.allSettled([assign("3"), inline()]);
        deepEqual([first.status, reasonOf(second)], ["fulfilled", conflict]);
        await inline();
    });

    it("creates a permission set's role in each account where it is assigned, and deletes it", async () => {
        const set = { permissionSetArn: world["permissionSet"] ?? "", instanceArn };
        const customerManagedPolicyReference = { name: "read" };
        await stage.create(tokens.PERMISSION_SET_CUSTOMER_ATTACHMENT, { ...set, customerManagedPolicyReference });
        const assignment = {
            ...set,
            ...{ principalType: "USER", principalId: "11111111-2222-3333-4444-555555555555" },
            ...{ targetType: "AWS_ACCOUNT", targetId: "111122223333" },
        };
        const lost = "arn:aws:iam::444455556666:policy/read";
        equal(
            await refusal(stage.create(tokens.ACCOUNT_ASSIGNMENT, { ...assignment, targetId: "444455556666" })),
            `waiting for SSO Account Assignment create: unexpected state 'FAILED': Received a 404 status error: Not supported policy ${lost}.`,
        );
        const roles = () => stage.store.list(tokens.ROLE).filter(({ id }) => id.startsWith("AWSReservedSSO_"));
        deepEqual(roles(), []);
        const made = await stage.create(tokens.ACCOUNT_ASSIGNMENT, assignment);
        const policy = allow("rds-db:connect", "arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-A/reader");
        await stage.create(tokens.PERMISSION_SET_INLINE_POLICY, { ...set, inlinePolicy: policy });
        const [role, ...others] = roles();
        match(role?.id ?? "", /^AWSReservedSSO_Developer_[0-9a-f]{16}$/);
        deepEqual(
            [role?.state["arn"], role?.state["maxSessionDuration"], role?.state["managedPolicyArns"], others],
            [
                `arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/${role?.id}`,
                3600,
                ["arn:aws:iam::111122223333:policy/read"],
                [],
            ],
        );
        deepEqual(role?.state["inlinePolicies"], [{ name: "AwsSSOInlinePolicy", policy }]);
        await stage.remove(tokens.ACCOUNT_ASSIGNMENT, made);
        deepEqual(roles(), []);
    });
});

function reasonOf(result: PromiseSettledResult<unknown>): string | undefined {
    return result.status === "rejected" && result.reason instanceof Error ? result.reason.message : undefined;
}
