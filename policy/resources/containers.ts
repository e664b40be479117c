import { field, isUnknown, items } from "./unknownValues";
import type { Resource } from "./resource";

/** A named value: an environment variable or a key of a Secret. */
export interface Entry {
    readonly key: string;
    /** Undefined for a reference, such as to a Secret. */
    readonly value: unknown;
}

export interface EnvHolder {
    readonly container: string;
    readonly entries: readonly Entry[];
}

/** The path of the pod spec in each Kubernetes type that runs pods. */
const pods: Readonly<Record<string, readonly string[]>> = {
    "kubernetes:core/v1:Pod": ["spec"],
    "kubernetes:core/v1:ReplicationController": ["spec", "template", "spec"],
    "kubernetes:core/v1:PodTemplate": ["template", "spec"],
    "kubernetes:apps/v1:Deployment": ["spec", "template", "spec"],
    "kubernetes:apps/v1:StatefulSet": ["spec", "template", "spec"],
    "kubernetes:apps/v1:DaemonSet": ["spec", "template", "spec"],
    "kubernetes:apps/v1:ReplicaSet": ["spec", "template", "spec"],
    "kubernetes:batch/v1:Job": ["spec", "template", "spec"],
    "kubernetes:batch/v1:CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
};

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const lambda = "aws:lambda/function:Function";

/** The types that pass environment variables to containers. */
export const podTypes: readonly string[] = [...Object.keys(pods), taskDefinition, lambda];

/** The containers of a resource, each with its environment. */
export function envHolders(resource: Resource): EnvHolder[] {
    const { type, props } = resource;
    if (type === lambda) {
        return [{ container: resource.name, entries: keyed(field(props["environment"], "variables"), false) }];
    }
    if (type === taskDefinition) {
        return items(parse(props["containerDefinitions"])).map((container) =>
            holder(container, ["environment", "secrets"]),
        );
    }
    const path = pods[type];
    if (path === undefined) {
        return [];
    }
    const pod = path.reduce<unknown>((value, name) => field(value, name), props);
    return ["containers", "initContainers", "ephemeralContainers"]
        .flatMap((list) => items(field(pod, list)))
        .map((container) => holder(container, ["env"]));
}

function holder(container: unknown, lists: readonly string[]): EnvHolder {
    const name = field(container, "name");
    const entries = lists
        .flatMap((list) => items(field(container, list)))
        .flatMap((one): Entry[] => {
            const key = field(one, "name");
            // A value given by reference is still recognised by its name.
            return typeof key === "string" && !isUnknown(key) ? [{ key, value: field(one, "value") }] : [];
        });
    return { container: typeof name === "string" && !isUnknown(name) ? name : "?", entries };
}

/** The entries of an object of strings, which are in base64 if `encoded`. */
export function keyed(value: unknown, encoded: boolean): Entry[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return [];
    }
    return Object.entries(value).map(([key, one]: [string, unknown]) => ({
        key,
        value:
            encoded && typeof one === "string" && !isUnknown(one) ? Buffer.from(one, "base64").toString("utf8") : one,
    }));
}

function parse(text: unknown): unknown {
    if (typeof text !== "string" || isUnknown(text)) {
        return text;
    }
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
