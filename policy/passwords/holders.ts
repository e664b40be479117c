import type { Resource } from "../resources/resource";
import { field, isUnknown, items } from "../resources/unknownValues";
import { entriesInCommand, flat } from "./texts";
import type { Entry } from "./texts";

/** What hands values to a program, or stores them: a container, a Secret. */
export interface Holder {
    /** The container's name; undefined for what only stores values. */
    readonly container?: string;
    /** The argument with the values: `data`. */
    readonly argument: string;
    readonly entries: readonly Entry[];
}

/** The path of the pod spec in each Kubernetes type that runs pods. */
const pods: Readonly<Record<string, readonly string[]>> = {
    "core/v1:Pod": ["spec"],
    "core/v1:ReplicationController": ["spec", "template", "spec"],
    "core/v1:PodTemplate": ["template", "spec"],
    "apps/v1:Deployment": ["spec", "template", "spec"],
    "apps/v1:StatefulSet": ["spec", "template", "spec"],
    "apps/v1:DaemonSet": ["spec", "template", "spec"],
    "apps/v1:ReplicaSet": ["spec", "template", "spec"],
    "batch/v1:Job": ["spec", "template", "spec"],
    "batch/v1:CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
};

/** The arguments of each Kubernetes type that stores values; those of `data` in a Secret are in base64. */
const stores: Readonly<Record<string, readonly string[]>> = {
    "core/v1:Secret": ["stringData", "data"],
    "core/v1:ConfigMap": ["data"],
};

/** A type and its patch, which sets some fields of an object that exists. */
const withPatches = (types: Readonly<Record<string, readonly string[]>>): [string, readonly string[]][] =>
    Object.entries(types).flatMap(([type, path]) =>
        [`kubernetes:${type}`, `kubernetes:${type}Patch`].map((token): [string, readonly string[]] => [token, path]),
    );

/** What a resource of a type holds. */
const holders = new Map<string, (resource: Resource) => readonly Holder[]>([
    ...withPatches(pods).map(([type, path]) => [type, ofPods(path)] as const),
    ...withPatches(stores).map(([type, names]) => [type, ofStore(names, type.includes(":Secret"))] as const),
    ["kubernetes:helm.sh/v3:Release", ({ props }) => [{ argument: "values", entries: flat(known(props["values"])) }]],
    ["aws:ecs/taskDefinition:TaskDefinition", ofTasks],
    ["aws-native:ecs:TaskDefinition", ofTasks],
    ["aws:lambda/function:Function", ofFunction],
    ["aws-native:lambda:Function", ofFunction],
    ["aws:batch/jobDefinition:JobDefinition", ({ props }) => ofContainer(parse(props["containerProperties"]), "job")],
    ["aws:apprunner/service:Service", ofAppRunner],
    ["aws:ssm/parameter:Parameter", ofParameter],
    [
        "aws:secretsmanager/secretVersion:SecretVersion",
        ({ props }) => [{ argument: "secretString", entries: flat(parse(props["secretString"])) }],
    ],
]);

/** The types that pass values to programs or store them. */
export const holdingTypes: readonly string[] = [...holders.keys()];

/** What a resource passes to programs and stores, by container and argument. */
export function holdersOf(resource: Resource): readonly Holder[] {
    return holders.get(resource.type)?.(resource) ?? [];
}

function ofPods(path: readonly string[]): (resource: Resource) => readonly Holder[] {
    return ({ props }) => {
        const pod = path.reduce<unknown>((value, name) => field(value, name), props);
        return ["containers", "initContainers", "ephemeralContainers"]
            .flatMap((list) => items(field(pod, list)))
            .flatMap((container) => ofContainer(container));
    };
}

function ofTasks({ props }: Resource): readonly Holder[] {
    return items(parse(props["containerDefinitions"])).flatMap((container) => ofContainer(container));
}

/** A container of Kubernetes, ECS or Batch: its variables together with what its command line sets. */
function ofContainer(container: unknown, unnamed = "?"): readonly Holder[] {
    const variables = ["env", "environment", "secrets"].flatMap((list) => items(field(container, list)));
    const commands = ["command", "args", "entryPoint"].flatMap((list) => items(field(container, list)));
    const name = field(container, "name");
    return [
        {
            container: typeof name === "string" && !isUnknown(name) ? name : unnamed,
            argument: "env",
            entries: [...variables.flatMap(variable), ...addressed(commands), ...entriesInCommand(commands)],
        },
    ];
}

function variable(one: unknown): readonly Entry[] {
    const key = field(one, "name");
    if (typeof key !== "string" || isUnknown(key)) {
        return [];
    }
    // A value given by reference is recognised by its name, and by that of the key it comes from.
    const source = field(one, "valueFrom");
    const alias = ["secretKeyRef", "configMapKeyRef"].map((kind) => field(field(source, kind), "key"));
    const [known] = alias.filter((name) => typeof name === "string" && !isUnknown(name)) as readonly string[];
    return [{ key, value: field(one, "value"), ...(known === undefined ? {} : { alias: known }) }];
}

/** The words of a command line that may be connection strings. */
function addressed(words: readonly unknown[]): readonly Entry[] {
    return words.map((value, index) => ({ key: `argument ${index + 1}`, value }));
}

function ofStore(names: readonly string[], secret: boolean): (resource: Resource) => readonly Holder[] {
    return ({ props }) =>
        names.map((argument) => ({ argument, entries: keyed(props[argument], secret && argument === "data") }));
}

function ofFunction({ name, props }: Resource): readonly Holder[] {
    const entries = keyed(field(props["environment"], "variables"), false);
    return [{ container: name, argument: "environment", entries }];
}

function ofAppRunner({ name, props }: Resource): readonly Holder[] {
    const source = props["sourceConfiguration"];
    return [
        field(field(source, "imageRepository"), "imageConfiguration"),
        field(field(field(source, "codeRepository"), "codeConfiguration"), "codeConfigurationValues"),
    ].map((configuration) => ({
        container: name,
        argument: "sourceConfiguration",
        entries: ["runtimeEnvironmentVariables", "runtimeEnvironmentSecrets"].flatMap((list) =>
            keyed(field(configuration, list), false),
        ),
    }));
}

/** A parameter's last name says what it holds: `/shop/db/password`. */
function ofParameter({ props }: Resource): readonly Holder[] {
    const { name, value } = props;
    const key = typeof name === "string" && !isUnknown(name) ? name : "value";
    return [{ argument: "value", entries: [{ key, value }] }];
}

/** The entries of an object of strings, which are in base64 if `encoded`. */
function keyed(value: unknown, encoded: boolean): readonly Entry[] {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return [];
    }
    return Object.entries(value).map(([key, one]: [string, unknown]) => ({
        key,
        value:
            encoded && typeof one === "string" && !isUnknown(one) ? Buffer.from(one, "base64").toString("utf8") : one,
    }));
}

function known(value: unknown): unknown {
    return isUnknown(value) ? undefined : value;
}

function parse(text: unknown): unknown {
    if (typeof text !== "string" || isUnknown(text)) {
        return known(text);
    }
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
