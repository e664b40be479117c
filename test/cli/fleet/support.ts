import type { Described } from "../../../cli/fleet/manifests/described";
import { parsePlan } from "../../../cli/fleet/plan";
import type { ShardStack } from "../../../cli/fleet/shards";

/** Two cells with two shards and one, and an engine with everything set. */
export function described(): Described {
    const plan = parsePlan({
        name: "prod",
        cells: ["eu1", "us1"].map((name, index) => ({
            name,
            platformStack: `example/keyless/${name}`,
            config: { "aws:region": index === 0 ? "eu-central-1" : "us-east-1" },
            deployer: `arn:aws:iam::11112222333${index}:role/keyless-deploy`,
            securityGroups: ["sg-0a1b2c3d4e5f60718"],
        })),
        tenants: [{ name: "shop" }],
        engine: {
            repository: "https://github.com/example/keyless",
            backend: "s3://example-state?region=eu-central-1",
            secretsProvider: "awskms://alias/pulumi?region=eu-central-1",
            agentPool: "pool-1",
        },
    });
    if (plan.engine === undefined) {
        throw new Error("the plan has an engine");
    }
    return {
        plan,
        engine: plan.engine,
        shards: [shard("prod-eu1-001", "eu1"), shard("prod-eu1-002", "eu1"), shard("prod-us1-001", "us1")],
    };
}

export function shard(name: string, cell: string): ShardStack {
    return { name, stack: `example/keyless/${name}`, cell, tenants: [], databases: 1, config: {}, digest: "" };
}
