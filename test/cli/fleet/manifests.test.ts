import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

import { deploymentSettings } from "../../../cli/fleet/manifests/deployments";
import { ACTIONS, githubWorkflow } from "../../../cli/fleet/manifests/github";
import { jobsOf } from "../../../cli/fleet/manifests/matrix";
import { operatorManifest } from "../../../cli/fleet/manifests/operator";
import { parsePlan } from "../../../cli/fleet/plan";
import { SettingsError } from "../../../config/problems";
import { workflowDir } from "../../github/workflow";
import { described, shard } from "./support";

interface Manifest {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec?: { readonly stack?: string; readonly prerequisites?: readonly object[] };
}

describe("what other engines run a fleet from", () => {
    const { plan, engine, shards } = described();
    const [eu1] = plan.cells;
    assert.ok(eu1 !== undefined);

    it("is for the operator a Stack for each shard of a cell, after the platform's", () => {
        const objects = parseAllDocuments(operatorManifest({ plan, engine, shards }, eu1)).map(
            (document) => document.toJS() as Manifest,
        );
        assert.deepEqual(
            objects.map(({ kind, metadata, spec }) => [kind, metadata.name, spec?.stack, spec?.prerequisites]),
            [
                ["Namespace", "keyless-fleet", undefined, undefined],
                ["ServiceAccount", "keyless-fleet", undefined, undefined],
                ["ClusterRoleBinding", "keyless-fleet:keyless-fleet:system:auth-delegator", undefined, undefined],
                ["SecurityGroupPolicy", "keyless-fleet", undefined, undefined],
                ["Stack", "eu1", "example/keyless/eu1", undefined],
                ["Stack", "prod-eu1-001", "example/keyless/prod-eu1-001", [{ name: "eu1" }]],
                ["Stack", "prod-eu1-002", "example/keyless/prod-eu1-002", [{ name: "eu1" }]],
            ],
        );
        assert.deepEqual(objects.at(-1)?.spec, {
            stack: "example/keyless/prod-eu1-002",
            projectRepo: "https://github.com/example/keyless",
            branch: "main",
            repoDir: ".",
            shallow: true,
            serviceAccountName: "keyless-fleet",
            backend: "s3://example-state?region=eu-central-1",
            secretsProvider: "awskms://alias/pulumi?region=eu-central-1",
            destroyOnFinalize: false,
            retryOnUpdateConflict: true,
            workspaceReclaimPolicy: "Delete",
            prerequisites: [{ name: "eu1" }],
            workspaceTemplate: {
                spec: {
                    image: "pulumi/pulumi-nodejs:3.248.0-nonroot",
                    securityProfile: "restricted",
                    podTemplate: { metadata: { labels: { "keyless/fleet": "prod" } } },
                },
            },
        });
    });

    it("is for Pulumi Deployments the settings of each stack, with a role instead of keys", () => {
        assert.deepEqual(parse(deploymentSettings({ plan, engine, shards }, eu1, shard("prod-eu1-001", "eu1"))), {
            settings: {
                executorContext: { executorImage: { reference: "pulumi/pulumi-nodejs:3.248.0-nonroot" } },
                sourceContext: {
                    git: { repoUrl: "https://github.com/example/keyless.git", branch: "refs/heads/main", repoDir: "." },
                },
                operationContext: {
                    oidc: {
                        aws: {
                            roleArn: "arn:aws:iam::111122223330:role/keyless-deploy",
                            sessionName: "prod-eu1-001",
                            duration: "1h0m0s",
                        },
                    },
                    options: {
                        skipInstallDependencies: false,
                        skipIntermediateDeployments: false,
                        deleteAfterDestroy: false,
                        remediateIfDriftDetected: false,
                    },
                },
                agentPoolID: "pool-1",
            },
        });
    });

    it("is a workflow that GitHub's own parser takes, with the actions of the repository's workflows", async () => {
        const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
            await import("@actions/workflow-parser");
        const content = githubWorkflow({ plan, engine, shards });
        const { context, value } = parseWorkflow({ name: "fleet.yml", content }, new NoOperationTraceWriter());
        assert.ok(value);
        await convertWorkflowTemplate(context, value);
        assert.deepEqual(context.errors.getErrors().map(String), []);
        const ours = readdirSync(workflowDir).map((name) => readFileSync(join(workflowDir, name), "utf8"));
        for (const action of Object.values(ACTIONS)) {
            assert.ok(
                ours.some((text) => text.includes(`uses: ${action}\n`)),
                action,
            );
        }
    });

    it("stores no secret, writes in one job only, and lets no text of the plan into a script", () => {
        const text = githubWorkflow({ plan, engine, shards });
        const { jobs } = parse(text) as {
            jobs: Record<string, { permissions: Record<string, string>; steps: { run?: string }[] }>;
        };
        assert.doesNotMatch(text, /secrets\./);
        assert.deepEqual(
            Object.fromEntries(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions])),
            {
                plan: { contents: "read" },
                deploy: { contents: "read", "id-token": "write" },
                record: { contents: "write" },
            },
        );
        assert.deepEqual(
            Object.values(jobs).flatMap(({ steps }) => steps.filter(({ run = "" }) => run.includes("${{"))),
            [],
        );
        const planted = { repository: "https://github.com/example/keyless", policyPacks: ["policy; curl evil"] };
        assert.throws(() => parsePlan({ name: "a", cells: [], tenants: [], engine: planted }), SettingsError);
    });

    it("has a job for each shard, and several shards in a job where GitHub would refuse so many", () => {
        assert.deepEqual(jobsOf(plan.cells, shards)[2], {
            name: "prod-us1-001",
            cell: "us1",
            role: "arn:aws:iam::111122223331:role/keyless-deploy",
            region: "us-east-1",
            shards: "--shard prod-us1-001",
        });
        const many = Array.from({ length: 2000 }, (_, index) =>
            shard(`prod-${index}`, index % 3 === 0 ? "us1" : "eu1"),
        );
        const jobs = jobsOf(plan.cells, many);
        assert.ok(jobs.length <= 256);
        const named = jobs.flatMap(({ shards: some }) => some.split(" ").filter((word) => word !== "--shard"));
        assert.deepEqual(named.sort(), many.map(({ name }) => name).sort());
    });
});
