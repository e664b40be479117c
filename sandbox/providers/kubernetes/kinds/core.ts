import { completePod } from "./defaults";
import { validatePodSecurityLabels } from "../validation/metadata";
import { configKey, dnsLabel, dnsLabel1035, dnsSubdomain } from "../validation/names";
import { validatePodSpec } from "../validation/pod";
import { completeService, validateService } from "./service";
import type { ApiKind } from "./kind";
import { Field } from "../validation/field";
import type { Problems } from "../validation/problems";
import type { Props } from "../../../cloud/props";

/** The size limit in bytes of a ConfigMap's or a Secret's values together (MaxSecretSize). */
const dataLimit = 1024 * 1024;

/** Required keys of Secrets with a well-known type. */
const secretKeys: Record<string, readonly string[]> = {
    "kubernetes.io/tls": ["tls.crt", "tls.key"],
    "kubernetes.io/ssh-auth": ["ssh-privatekey"],
    "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
    "kubernetes.io/dockercfg": [".dockercfg"],
};

const containerFields = [
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
];
const podFields = [
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostname",
    "imagePullSecrets",
    "nodeName",
    "nodeSelector",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "serviceAccount",
    "serviceAccountName",
    "shareProcessNamespace",
    "subdomain",
    "terminationGracePeriodSeconds",
    "volumes",
];

export const coreKinds: readonly ApiKind[] = [
    {
        apiVersion: "v1",
        kind: "Namespace",
        plural: "namespaces",
        namespaced: false,
        nameRule: dnsLabel,
        validate: (object, problems) => validatePodSecurityLabels(object.at("metadata"), problems),
        complete: completeNamespace,
        status: { phase: "Active" },
    },
    { apiVersion: "v1", kind: "ServiceAccount", plural: "serviceaccounts", namespaced: true, nameRule: dnsSubdomain },
    {
        apiVersion: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: validateConfigMap,
        forceNew: ["binaryData", "data"],
    },
    {
        apiVersion: "v1",
        kind: "Secret",
        plural: "secrets",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: validateSecret,
        forceNew: ["type", "stringData", "data"],
        complete: completeSecret,
    },
    {
        apiVersion: "v1",
        kind: "Pod",
        plural: "pods",
        namespaced: true,
        nameRule: dnsSubdomain,
        validate: (object, problems) => validatePodSpec(object.at("spec"), problems),
        forceNew: [
            ...podFields.map((each) => `spec.${each}`),
            ...["containers", "initContainers"].flatMap((list) =>
                containerFields.map((each) => `spec.${list}[*].${each}`),
            ),
        ],
        podAt: [],
        complete: completePod,
        status: { phase: "Pending" },
    },
    {
        apiVersion: "v1",
        kind: "Service",
        plural: "services",
        namespaced: true,
        nameRule: dnsLabel1035,
        validate: (object, problems) => validateService(object.at("spec"), problems),
        forceNew: ["spec.clusterIP"],
        complete: completeService,
        status: { loadBalancer: {} },
    },
];

function validateConfigMap(object: Field, problems: Problems): void {
    validateData(object, ["data", "binaryData"], problems);
    for (const key of object.at("data").keys()) {
        if (object.at("binaryData").entry(key).isSet) {
            problems.invalid(object.at("data").entry(key), "duplicate of key present in binaryData", key);
        }
    }
}

function validateSecret(object: Field, problems: Problems): void {
    validateData(object, ["data", "stringData"], problems);
    if (object.at("data").isUnknown || object.at("stringData").isUnknown) {
        return;
    }
    for (const key of secretKeys[object.at("type").text() ?? ""] ?? []) {
        const data = object.at("data").entry(key);
        if (!data.isSet && !object.at("stringData").entry(key).isSet) {
            problems.required(data);
        }
    }
}

function validateData(object: Field, maps: readonly string[], problems: Problems): void {
    let size = 0;
    for (const map of maps) {
        for (const key of object.at(map).keys()) {
            problems.invalid(object.at(map).entry(key), configKey(key), key);
            const text = object.at(map).entry(key).text() ?? "";
            size +=
                map === "data" || map === "stringData" ? Buffer.byteLength(text) : Buffer.byteLength(text, "base64");
        }
    }
    if (size > dataLimit) {
        // The API server names the whole object this way.
        problems.tooLong(new Field("[]", null), dataLimit);
    }
}

/** Each namespace has its own name as a label, and a finalizer. */
function completeNamespace(object: Props): Props {
    const metadata = object["metadata"] as Props;
    const labels: Props = {
        ...(metadata["labels"] as Props | undefined),
        "kubernetes.io/metadata.name": metadata["name"] ?? null,
    };
    return {
        ...object,
        metadata: { ...metadata, labels },
        spec: { finalizers: ["kubernetes"], ...(object["spec"] as Props | undefined) },
    };
}

/** `stringData` is returned encoded. */
function completeSecret(object: Props): Props {
    const { stringData, ...rest } = object;
    const encoded = Object.entries((stringData as Record<string, string> | undefined) ?? {}).map(
        ([key, text]): [string, string] => [key, Buffer.from(text).toString("base64")],
    );
    const data = { ...(rest["data"] as Props | undefined), ...Object.fromEntries(encoded) };
    return { type: "Opaque", ...rest, ...(Object.keys(data).length === 0 ? {} : { data }) };
}
