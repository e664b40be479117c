import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

import { deploymentSettings } from "../../../cli/fleet/manifests/deployments";
import { ACTIONS, githubWorkflow } from "../../../cli/fleet/manifests/github";
import { jobsOf } from "../../../cli/fleet/manifests/matrix";
import { operatorManifest, unfitNames } from "../../../cli/fleet/manifests/operator";
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

    it("divides the operations in flight among the runs at once, for each engine", () => {
        const bounded = { plan, engine: { ...engine, parallel: 4, operations: 10 }, shards };
        const stack = parseAllDocuments(operatorManifest(bounded, eu1)).at(-1)?.toJS() as { spec: object };
        const settings = parse(deploymentSettings(bounded, eu1, shard("prod-eu1-001", "eu1"))) as {
            settings: { operationContext: { environmentVariables: object } };
        };
        assert.deepEqual(
            [stack.spec, settings.settings.operationContext.environmentVariables],
            [{ ...stack.spec, updateTemplate: { spec: { parallel: 2 } } }, { PULUMI_PARALLEL: "2" }],
        );
        const text = githubWorkflow({ ...bounded, engine: { ...bounded.engine, operations: 3 } });
        assert.match(text, /max-parallel: 3\n/);
        assert.match(text, /fleet up --parallel 1 --operations 1 --policy-pack policy "/);
    });

    it("has names that the operator can make Services and StatefulSets of, or is refused", () => {
        const names = ["prod-eu1-001", "a".repeat(42), "b".repeat(43), "Prod", "a.b", "1a"];
        const own = names.map((name) => shard(name, "eu1"));
        assert.deepEqual(unfitNames({ plan, engine, shards: own }, eu1), names.slice(2));
        const elsewhere = { ...eu1, platformStack: "acme/network/EU", databaseStack: "acme/keyless/EU_db" };
        assert.deepEqual(unfitNames({ plan, engine, shards: [] }, elsewhere), ["EU_db"]);
        const kinds = parseAllDocuments(
            operatorManifest({ plan, engine, shards: [] }, { ...elsewhere, databaseStack: "acme/network/EU" }),
        );
        assert.deepEqual(
            kinds.filter((one) => one.get("kind") === "Stack"),
            [],
        );
    });

    it("names no backend with a password, which would be committed", () => {
        const given = (backend: string) => ({ repository: "https://github.com/example/keyless", backend });
        const parsed = (backend: string) => parsePlan({ name: "a", cells: [], tenants: [], engine: given(backend) });
        assert.equal(parsed("s3://bucket/a@b").engine?.backend, "s3://bucket/a@b");
        assert.equal(
            parsed("postgres://h/db?user=u&sslmode=require").engine?.backend,
            "postgres://h/db?user=u&sslmode=require",
        );
        for (const secret of [
            "postgres://pulumi:secret@example.com/state",
            "postgres://h/db?user=u&password=secret",
            "postgres://h/db?ssl%70assword=secret",
            "azblob://state?sig=secret",
        ]) {
            assert.throws(() => parsed(secret), SettingsError);
        }
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
