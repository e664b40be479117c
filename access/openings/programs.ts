import { podKey } from "../kubernetes/clusters";
import type { Clusters } from "../kubernetes/clusters";
import { isWorkload, podOf } from "../kubernetes/workloads";
import { Level } from "../model/level";
import type { Cell } from "../model/cell";
import type { Graph } from "../resources/graph";
import { label, property } from "../resources/resource";
import type { Resource } from "../resources/resource";
import { at, isValues, list, text } from "../resources/value";
import type { Value } from "../resources/value";
import type { Opening } from "./opening";
import { referencedContent } from "./referenced";

/** Inputs besides the image that decide what a container does. */
const CONTAINER = [
    ...["command", "args", "env", "envFrom", "workingDir", "volumeMounts", "lifecycle"],
    ...["livenessProbe", "readinessProbe", "startupProbe"],
];

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const TEMPLATE_INPUTS = ["imageId", "userData", "keyName"];

/** Inputs that decide which code a machine, task or function runs; a function's own code does not count. */
const MACHINES: Readonly<Record<string, { readonly kind: string; readonly inputs: readonly string[] }>> = {
    "aws:ec2/instance:Instance": {
        kind: "instance",
        inputs: ["ami", "userData", "userDataBase64", "keyName", "launchTemplate"],
    },
    [TEMPLATE]: { kind: "instance", inputs: TEMPLATE_INPUTS },
    "aws:ecs/taskDefinition:TaskDefinition": {
        kind: "task",
        inputs: ["containerDefinitions", "volumes", "pidMode", "ipcMode"],
    },
    "aws:lambda/function:Function": {
        kind: "function",
        inputs: ["imageUri", "imageConfig", "s3Bucket", "handler", "layers", "environment", "fileSystemConfig"],
    },
};

/** Code that runs with an identity that reaches data, and pods that reach credentials of other pods on their node. */
export function programs(graph: Graph, clusters: Clusters, cells: readonly Cell[]): readonly Opening[] {
    const reaching = new Set(cells.flatMap(({ identity, level }) => (level > Level.Use ? [identity.key] : [])));
    return graph.resources.flatMap((made): readonly Opening[] => {
        // The program's inputs: an API server adds defaults to its response.
        const resource = { ...made, outputs: {} };
        if (isWorkload(resource)) {
            const runs = podProgram(resource);
            const holds = referencedContent(graph, clusters, made);
            const accounts = clusters.accountsOf(resource).filter((account) => reaching.has(podKey(account)));
            const as = accounts.map((account) => `${account.namespace}/${account.name}`);
            return [
                ...as.map((who) => ({
                    key: `${who} runs ${runs.key} ${holds}`,
                    text: `${label(resource)} runs ${runs.images} as ${who}`,
                })),
                ...(onNode(resource)
                    ? [
                          {
                              key: `on nodes ${runs.key}`,
                              text: `${label(resource)} has access to its node, and so to the credentials of other pods there`,
                          },
                      ]
                    : []),
            ];
        }
        const machine = Object.hasOwn(MACHINES, resource.type) ? MACHINES[resource.type] : undefined;
        if (machine === undefined || !reaching.has(`${machine.kind} ${resource.urn}`)) {
            return [];
        }
        const template = templateOf(graph, resource);
        const runs = [
            ...machine.inputs.map((input) => property(resource, input)),
            ...(template === undefined ? [] : TEMPLATE_INPUTS.map((input) => template.inputs[input])),
        ].map((value) => withoutTags(parsed(value)));
        return [
            {
                key: `${resource.urn} runs ${JSON.stringify(runs)}`,
                text: `${label(resource)} runs code as an identity that reaches data (${machine.inputs.join(", ")})`,
            },
        ];
    });
}

/** The launch template that an instance starts with. */
function templateOf(graph: Graph, machine: Resource): Resource | undefined {
    const found = [
        ...graph.follow(machine, ["launchTemplate", "id"], [TEMPLATE]),
        ...graph.follow(machine, ["launchTemplate", "name"], [TEMPLATE], ["name"]),
    ];
    return found[0]?.resource;
}

function podProgram(workload: Resource): { readonly key: string; readonly images: string } {
    const { spec } = podOf(workload);
    const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((kind) => list(at(spec, kind)));
    const images = containers.map((container) =>
        repositoryOf(text(at(container, "image")) ?? "an image that is not known yet"),
    );
    const programs = containers.map((container, index) => [
        images[index],
        ...CONTAINER.map((name) => at(container, name)),
    ]);
    return { key: JSON.stringify([programs, at(spec, "volumes")]), images: [...new Set(images)].join(" and ") };
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/: settings that the baseline profile forbids because they reach the node. */
function onNode(workload: Resource): boolean {
    const { spec } = podOf(workload);
    const containers = ["initContainers", "containers", "ephemeralContainers"].flatMap((kind) => list(at(spec, kind)));
    return (
        ["hostNetwork", "hostPID", "hostIPC"].some((name) => at(spec, name) === true) ||
        list(at(spec, "volumes")).some((volume) => at(volume, "hostPath") !== undefined) ||
        [spec, ...containers].some((one) => at(one, "securityContext", "windowsOptions", "hostProcess") === true) ||
        containers.some(
            (one) =>
                at(one, "securityContext", "privileged") === true ||
                list(at(one, "securityContext", "capabilities", "add")).length > 0,
        )
    );
}

/** An image without its tag and digest, which principals with push access control anyway. */
function repositoryOf(image: string): string {
    return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}

function withoutTags(value: Value | undefined): Value | undefined {
    if (Array.isArray(value)) {
        return value.map((one) => withoutTags(one) ?? null);
    }
    if (isValues(value)) {
        return Object.fromEntries(
            Object.entries(value).map(([name, one]) => [
                name,
                name === "image" && typeof one === "string" ? repositoryOf(one) : (withoutTags(one) ?? null),
            ]),
        );
    }
    return typeof value === "string" && value.includes(".dkr.ecr.") ? repositoryOf(value) : value;
}

/** Container definitions are a JSON string. */
function parsed(value: Value | undefined): Value | undefined {
    try {
        return typeof value === "string" && value.startsWith("[") ? (JSON.parse(value) as Value) : value;
    } catch {
        return value;
    }
}
