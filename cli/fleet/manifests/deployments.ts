import { stringify } from "yaml";

import type { Cell } from "../plan";
import type { ShardStack } from "../shards";
import { type Described, parallelIn } from "./described";

/**
 * A shard's settings for Pulumi Deployments, as `pulumi deployment settings push` reads them from `Pulumi.STACK.deploy.yaml`
 * (https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/deployments.go, DeploymentSettings).
 */
export function deploymentSettings({ engine }: Described, cell: Cell, shard: ShardStack): string {
    const { operations } = parallelIn(engine);
    return stringify(
        {
            settings: {
                executorContext: { executorImage: { reference: engine.image } },
                sourceContext: {
                    git: {
                        repoUrl: `${engine.repository}.git`,
                        branch: `refs/heads/${engine.branch}`,
                        repoDir: engine.folder,
                    },
                },
                operationContext: {
                    ...(cell.deployer !== undefined && {
                        oidc: { aws: { roleArn: cell.deployer, sessionName: shard.name, duration: "1h0m0s" } },
                    }),
                    // Pulumi's default for --parallel: https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/env/env.go
                    ...(operations !== undefined && {
                        environmentVariables: { PULUMI_PARALLEL: String(operations) },
                    }),
                    options: {
                        skipInstallDependencies: false,
                        // A killed run goes on from its checkpoints.
                        skipIntermediateDeployments: false,
                        deleteAfterDestroy: false,
                        remediateIfDriftDetected: false,
                    },
                },
                ...(engine.agentPool !== undefined && { agentPoolID: engine.agentPool }),
            },
        },
        { lineWidth: 0 },
    );
}
