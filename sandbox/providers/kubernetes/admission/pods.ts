import { podSecurityViolation } from "./podSecurity";
import { mapOf } from "../validation/field";
import type { Field } from "../validation/field";
import type { Props } from "../../../cloud/props";

/** Finds an object of a core kind in the pod's namespace, or that namespace itself (whatever the name). */
export type Lookup = (kind: "ConfigMap" | "Namespace" | "Secret" | "ServiceAccount", name: string) => Props | undefined;

/** The ServiceAccount plugin's error for a pod whose service account does not exist. */
export function serviceAccountProblem(pod: Field, lookup: Lookup): string | undefined {
    const name = pod.at("spec", "serviceAccountName").text() ?? "default";
    if (lookup("ServiceAccount", name) !== undefined) {
        return undefined;
    }
    const namespace = pod.at("metadata", "namespace").text();
    return `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`;
}

/** The Pod Security error for a pod in this namespace; undefined if it violates nothing that is enforced there. */
export function securityProblem(spec: Field, lookup: Lookup): string | undefined {
    const labels = mapOf(mapOf(lookup("Namespace", "")?.["metadata"])["labels"]);
    const level = labels["pod-security.kubernetes.io/enforce"];
    if (level !== "baseline" && level !== "restricted") {
        return undefined;
    }
    const version = labels["pod-security.kubernetes.io/enforce-version"];
    const violation = podSecurityViolation(spec, level);
    return violation === undefined
        ? undefined
        : `violates PodSecurity "${level}:${typeof version === "string" ? version : "latest"}": ${violation}`;
}

/** Objects that a pod needs to start and that do not exist: its service account, ConfigMaps, Secrets. */
export function startProblems(spec: Field, lookup: Lookup): readonly string[] {
    const account = { kind: "ServiceAccount" as const, name: spec.at("serviceAccountName").text() ?? "default" };
    const missing = [account, ...references(spec)].filter(({ kind, name }) => lookup(kind, name) === undefined);
    return [...new Set(missing.map(({ kind, name }) => `${kind.toLowerCase()} "${name}" not found`))];
}

interface Reference {
    readonly kind: "ConfigMap" | "Secret";
    readonly name: string;
}

/** The ConfigMaps and Secrets that the kubelet needs to start the pod's containers. */
function references(spec: Field): Reference[] {
    const containers = ["initContainers", "containers"].flatMap((each) => spec.at(each).items());
    const volumes = spec.at("volumes").items();
    return [
        ...volumes.flatMap((each) => reference("ConfigMap", each.at("configMap"))),
        ...volumes.flatMap((each) => reference("Secret", each.at("secret"), "secretName")),
        ...volumes
            .flatMap((each) => each.at("projected", "sources").items())
            .flatMap((each) => either(each, "configMap", "secret")),
        ...containers
            .flatMap((each) => each.at("envFrom").items())
            .flatMap((each) => either(each, "configMapRef", "secretRef")),
        ...containers
            .flatMap((each) => each.at("env").items())
            .flatMap((each) => either(each.at("valueFrom"), "configMapKeyRef", "secretKeyRef")),
    ];
}

function either(parent: Field, configMap: string, secret: string): Reference[] {
    return [...reference("ConfigMap", parent.at(configMap)), ...reference("Secret", parent.at(secret))];
}

function reference(kind: Reference["kind"], source: Field, nameField = "name"): Reference[] {
    const name = source.at(nameField).text();
    return name === undefined || source.at("optional").value === true ? [] : [{ kind, name }];
}
