import type { Declaration, ArgumentCheck } from "../declaring/declaration";
import { to } from "../declaring/declaration";
import { onBehalfOf, trusts } from "../../../identity/permissions";
import { oneOf, pattern } from "../declaring/rules";
import { ECS_CLUSTER, KEY, LOG_GROUP, ROLE, TASK_DEFINITION } from "../../../cloud/aws/tokens";
import { must, number, parsed, text, texts } from "../../../cloud/aws/values";

const name = pattern(
    /^[A-Za-z0-9_-]{1,255}$/,
    "must consist of letters, digits, hyphens and underscores, at most 255 characters",
);

const cluster: Declaration = {
    type: ECS_CLUSTER,
    id: ({ inputs, cloud }) => cloud.arn("ecs", `cluster/${must(inputs, "name")}`),
    allowed: {
        name,
        "settings.name": oneOf("containerInsights"),
        "settings.value": oneOf("disabled", "enabled", "enhanced"),
        "configuration.executeCommandConfiguration.logging": oneOf("NONE", "DEFAULT", "OVERRIDE"),
    },
    references: {
        "configuration.executeCommandConfiguration.kmsKeyId": to(KEY),
        "configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName": to(LOG_GROUP),
    },
    overwrites: true,
    replace: ["name"],
    serverDefaults: () => ({ settings: [{ name: "containerInsights", value: "disabled" }] }),
    outputs: ({ id }) => ({ arn: id }),
    missing: (arn) => `ClusterNotFoundException: Cluster not found: ${arn}`,
};

/** The memory sizes in MiB for each number of CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const fargateSizes: Readonly<Record<string, readonly [min: number, max: number, step: number]>> = {
    "256": [512, 2048, 512],
    "512": [1024, 4096, 1024],
    "1024": [2048, 8192, 1024],
    "2048": [4096, 16384, 1024],
    "4096": [8192, 30720, 1024],
    "8192": [16384, 61440, 4096],
    "16384": [32768, 122880, 8192],
};

/** Every change creates a new revision of its family. */
const taskDefinition: Declaration = {
    type: TASK_DEFINITION,
    id: ({ inputs }) => must(inputs, "family"),
    overwrites: true,
    defaults: { skipDestroy: false, trackLatest: false },
    allowed: {
        family: name,
        networkMode: oneOf("awsvpc", "bridge", "host", "none"),
        requiresCompatibilities: oneOf("EC2", "EXTERNAL", "FARGATE", "MANAGED_INSTANCES"),
        containerDefinitions: containers,
    },
    rules: [fargate],
    references: {
        executionRoleArn: to(ROLE, { missing: () => "ClientException: Role is not valid" }),
        taskRoleArn: to(ROLE, { missing: () => "ClientException: Role is not valid" }),
    },
    conflicts: [
        ({ inputs, cloud }) =>
            ["executionRoleArn", "taskRoleArn"].some((property) => {
                const role = text(inputs, property);
                // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#create_task_iam_policy_and_role
                const task = cloud.arn("ecs", `task/${must(inputs, "family")}`);
                return role !== undefined && !trusts(role, "ecs-tasks.amazonaws.com", cloud, onBehalfOf(task, cloud));
            })
                ? "ClientException: ECS was unable to assume the role that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions"
                : undefined,
    ],
    replace: [
        ..."containerDefinitions cpu enableFaultInjection ephemeralStorage executionRoleArn family ipcMode memory networkMode pidMode".split(
            " ",
        ),
        ..."placementConstraints proxyConfiguration requiresCompatibilities runtimePlatform taskRoleArn volumes".split(
            " ",
        ),
    ],
    serverDefaults: () => ({ networkMode: "bridge", enableFaultInjection: false }),
    outputs: ({ id, cloud }) => {
        const revision = (number(cloud.state(TASK_DEFINITION, id), "revision") ?? 0) + 1;
        const arnWithoutRevision = cloud.arn("ecs", `task-definition/${id}`);
        return { arn: `${arnWithoutRevision}:${revision}`, arnWithoutRevision, revision };
    },
    missing: (family) => `ClientException: Unable to describe task definition: ${family}`,
};

export const ecs = [cluster, taskDefinition];

function containers(value: unknown): string | undefined {
    const list = parsed(String(value));
    if (!Array.isArray(list) || list.length === 0) {
        return "ClientException: Container list cannot be empty.";
    }
    const incomplete = list.some(
        (each) => typeof each !== "object" || each === null || !("name" in each) || !("image" in each),
    );
    return incomplete ? "ClientException: Container.name and Container.image should not be null or empty." : undefined;
}

function fargate(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    if (!texts(inputs, "requiresCompatibilities").includes("FARGATE")) {
        return undefined;
    }
    if (inputs["networkMode"] !== "awsvpc") {
        return [
            "networkMode",
            "ClientException: When networkMode is not awsvpc, requiresCompatibilities must not contain FARGATE",
        ];
    }
    const [min, max, step] = fargateSizes[must(inputs, "cpu")] ?? [1, 0, 1];
    const memory = Number(must(inputs, "memory"));
    return memory >= min && memory <= max && memory % step === 0
        ? undefined
        : ["cpu", "ClientException: No Fargate configuration exists for given values."];
}
