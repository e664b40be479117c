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
    /** Whole arguments, lists or names that are not known yet. */
    readonly unknown: readonly string[];
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
    ["kubernetes:helm.sh/v3:Release", ({ props }) => [held("values", flat(props["values"]), props["values"])]],
    ["aws:ecs/taskDefinition:TaskDefinition", ofTasks],
    ["aws-native:ecs:TaskDefinition", ofTasks],
    ["aws:lambda/function:Function", ofFunction],
    ["aws-native:lambda:Function", ofFunction],
    [
        "aws:batch/jobDefinition:JobDefinition",
        ({ props }) => ofContainer(parse(props["containerProperties"]), "job", "containerProperties"),
    ],
    ["aws:apprunner/service:Service", ofAppRunner],
    ["aws:ssm/parameter:Parameter", ofParameter],
    ["aws-native:ssm:Parameter", ofParameter],
    ["aws:secretsmanager/secretVersion:SecretVersion", ({ props }) => ofSecret(props["secretId"], props)],
    ["aws-native:secretsmanager:Secret", ({ props }) => ofSecret(props["name"], props)],
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
    return items(parse(props["containerDefinitions"])).flatMap((container) =>
        ofContainer(container, "?", "containerDefinitions"),
    );
}

/** What an argument holds, which may not be known yet as a whole. */
function held(argument: string, entries: readonly Entry[], value: unknown, container?: string): Holder {
    return {
        ...(container !== undefined && { container }),
        argument,
        entries,
        unknown: isUnknown(value) ? [argument] : [],
    };
}

/** A container of Kubernetes, ECS or Batch: its variables together with what its command line sets. */
function ofContainer(container: unknown, unnamed = "?", argument = "containers"): readonly Holder[] {
    if (isUnknown(container)) {
        return [{ argument, entries: [], unknown: [argument] }];
    }
    const lists = ["env", "environment", "secrets"];
    const variables = lists.flatMap((list) => items(field(container, list)));
    const commands = ["command", "args", "entryPoint"].flatMap((list) => items(field(container, list)));
    const given = field(container, "name");
    const name = typeof given === "string" && !isUnknown(given) ? given : unnamed;
    return [
        {
            container: name,
            argument: "env",
            entries: [...variables.flatMap(variable), ...addressed(commands), ...entriesInCommand(commands)],
            unknown: lists
                .filter((list) => items(field(container, list)).some((one) => isUnknown(field(one, "name"))))
                .map((list) => `${list} of container ${name}`),
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
        names.map((argument) => held(argument, keyed(props[argument], secret && argument === "data"), props[argument]));
}

function ofFunction({ name, props }: Resource): readonly Holder[] {
    const variables = field(props["environment"], "variables");
    return [held("environment", keyed(variables, false), variables, name)];
}

function ofAppRunner({ name, props }: Resource): readonly Holder[] {
    const source = props["sourceConfiguration"];
    return [
        field(field(source, "imageRepository"), "imageConfiguration"),
        field(field(field(source, "codeRepository"), "codeConfiguration"), "codeConfigurationValues"),
    ].flatMap((configuration) =>
        ["runtimeEnvironmentVariables", "runtimeEnvironmentSecrets"].map((list) => {
            const variables = field(configuration, list);
            return held("sourceConfiguration", keyed(variables, false), variables, name);
        }),
    );
}

/** A parameter's last name says what it holds: `/shop/db/password`. */
function ofParameter({ props }: Resource): readonly Holder[] {
    const { name, value } = props;
    const key = typeof name === "string" && !isUnknown(name) ? name : "value";
    return [held("value", [{ key, value }], undefined)];
}

/** The entries of a secret in JSON; any other text is the whole value, which the secret's own name describes. */
function ofSecret(name: unknown, { secretString }: Resource["props"]): readonly Holder[] {
    const entries = flat(parse(secretString));
    if (entries.length > 0 || typeof secretString !== "string" || isUnknown(secretString)) {
        return [held("secretString", entries, secretString)];
    }
    // An ARN ends with the name, a hyphen and six more characters.
    const key =
        typeof name === "string" && !isUnknown(name)
            ? name.replace(/^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.*)-\w{6}$/, "$1")
            : "value";
    return [held("secretString", [{ key, value: secretString }], undefined)];
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
