import { deepEqual, equal, match, ok } from "node:assert/strict";

import { must } from "../../../../sandbox/cloud/aws/values";
import type { Props } from "../../../../sandbox/cloud/props";
import { Stage, refusal } from "./stage";
import { furnish } from "./world";

describe("the stand-in for the aws provider", () => {
    let stage: Stage;

    beforeEach(async () => {
        stage = await Stage.open();
    });

    const failures = async (config: Props): Promise<string[]> =>
        ((await stage.provider.checkConfig?.(config)) ?? []).map(({ property, reason }) => `${property}: ${reason}`);

    it("accepts a region and the allowed accounts", async () => {
        deepEqual(await failures({ region: "eu-central-1", allowedAccountIds: ["111122223333"] }), []);
    });

    it("refuses an unknown region and an account that is not allowed, both together", async () => {
        deepEqual(await failures({ region: "eu-central-9", allowedAccountIds: ["999999999999"] }), [
            "region: invalid AWS Region: eu-central-9",
            "allowedAccountIds: AWS account ID not allowed: 111122223333",
        ]);
    });

    it("requires a region", async () => {
        const saved = { ...process.env };
        delete process.env["AWS_REGION"];
        delete process.env["AWS_DEFAULT_REGION"];
        try {
            deepEqual(await failures({}), [
                "region: Missing region configuration: set `aws:region` or the environment variable AWS_REGION",
            ]);
        } finally {
            Object.assign(process.env, saved);
        }
    });

    it("returns undefined for an unsupported type", () => {
        equal(stage.provider.kind("aws:ec2/keyPair:KeyPair"), undefined);
    });

    const invoke = async (token: string, args: Props = {}): Promise<Props> =>
        (await stage.provider.invoke?.(token, args)) ?? {};

    it("returns the caller identity and the region", async () => {
        equal((await invoke("aws:index/getCallerIdentity:getCallerIdentity"))["accountId"], "111122223333");
        deepEqual(await invoke("aws:index/getPartition:getPartition"), {
            dnsSuffix: "amazonaws.com",
            id: "aws",
            partition: "aws",
            reverseDnsPrefix: "com.amazonaws",
        });
        equal((await invoke("aws:index/getRegion:getRegion"))["region"], "eu-central-1");
    });

    it("lists the zones of a region", async () => {
        const zones = await invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {
            state: "available",
            filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
        });
        deepEqual(
            [zones["names"], zones["zoneIds"]],
            [
                ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
                ["euc1-az1", "euc1-az2", "euc1-az3"],
            ],
        );
        const without = await invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {
            excludeNames: ["eu-central-1b"],
            region: "eu-central-1",
        });
        deepEqual(without["names"], ["eu-central-1a", "eu-central-1c"]);
    });

    it("refuses unknown arguments of a data source", async () => {
        match(
            await refusal(invoke("aws:index/getRegion:getRegion", { nam: "x" })),
            /^nam: Invalid or unknown key; allowed are endpoint, id, name, region/,
        );
    });

    it("finds objects, add-on versions, engine versions and images", async () => {
        const world = await furnish(stage);
        equal((await invoke("aws:ec2/getVpc:getVpc", { id: world["vpc"] ?? "" }))["cidrBlock"], "10.20.0.0/16");
        equal((await invoke("aws:eks/getCluster:getCluster", { name: "k8s" }))["version"], "1.33");
        equal(
            (await invoke("aws:cloudwatch/getLogGroup:getLogGroup", { name: "/keyless/flow" }))["retentionInDays"],
            0,
        );
        equal(
            (await invoke("aws:iam/getPolicy:getPolicy", { arn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" }))[
                "name"
            ],
            "AmazonEKSClusterPolicy",
        );
        match(
            must(
                await invoke("aws:eks/getAddonVersion:getAddonVersion", {
                    addonName: "vpc-cni",
                    kubernetesVersion: "1.33",
                    mostRecent: true,
                }),
                "version",
            ),
            /^v1\..*-eksbuild/,
        );
        equal(
            (
                await invoke("aws:rds/getEngineVersion:getEngineVersion", {
                    engine: "aurora-postgresql",
                    version: "16.9",
                })
            )["parameterGroupFamily"],
            "aurora-postgresql16",
        );
        match(
            must(
                await invoke("aws:ssm/getParameter:getParameter", {
                    name: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
                }),
                "value",
            ),
            /^ami-0[0-9a-f]{16}$/,
        );
    });

    it("reports objects that do not exist", async () => {
        equal(
            await refusal(invoke("aws:eks/getCluster:getCluster", { name: "no" })),
            "reading EKS Cluster (no): couldn't find resource: no",
        );
        ok(
            (await refusal(invoke("aws:iam/getPolicy:getPolicy", { arn: "arn:aws:iam::aws:policy/No" }))).startsWith(
                "reading IAM policy",
            ),
        );
    });

    it("returns undefined for an unsupported data source", async () => {
        equal(await stage.provider.invoke?.("aws:ec2/getAmi:getAmi", {}), undefined);
    });
});
