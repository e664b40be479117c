import { oneOf, validateContainer, validateHandlers, validateIds, validateSeccomp } from "./containers";
import { checkText, validateAnnotations, validateLabelSelector, validateLabels } from "./metadata";
import { Field } from "./field";
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from "./names";
import { validateVolumes } from "./volumes";
import type { Problems } from "./problems";

const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** The pod template of a workload. */
export function validatePodTemplate(template: Field, problems: Problems): void {
    // Without `metadata`, as in the API server.
    validateLabels(new Field(`${template.path}.labels`, template.at("metadata", "labels").value), problems);
    validateAnnotations(
        new Field(`${template.path}.annotations`, template.at("metadata", "annotations").value),
        problems,
    );
    validatePodSpec(template.at("spec"), problems);
    if (template.at("spec", "ephemeralContainers").items().length > 0) {
        problems.forbidden(
            template.at("spec", "ephemeralContainers"),
            "ephemeral containers not allowed in pod template",
        );
    }
}

/** A pod's `spec`. Source: kubernetes/kubernetes, pkg/apis/core/validation, in the order of ValidatePodSpec. */
export function validatePodSpec(spec: Field, problems: Problems): void {
    if (spec.isUnknown) {
        return;
    }
    const volumes = validateVolumes(spec.at("volumes"), problems);
    const mountable =
        spec.at("volumes").isUnknown ||
        spec
            .at("volumes")
            .items()
            .some((each) => each.at("name").isUnknown)
            ? undefined
            : volumes;
    validateContainers(spec, mountable, problems);
    oneOf(spec.at("restartPolicy"), ["Always", "OnFailure", "Never"], problems);
    oneOf(spec.at("dnsPolicy"), dnsPolicies, problems);
    validateLabels(spec.at("nodeSelector"), problems);
    const context = spec.at("securityContext");
    validateIds(context, ["fsGroup", "runAsUser", "runAsGroup"], problems);
    oneOf(context.at("fsGroupChangePolicy"), ["Always", "OnRootMismatch"], problems);
    validateSeccomp(context.at("seccompProfile"), problems);
    for (const term of affinityTerms(spec.at("affinity"))) {
        validateLabelSelector(term.at("labelSelector"), problems);
        validateLabelSelector(term.at("namespaceSelector"), problems);
        const key = term.at("topologyKey");
        if (key.isEmpty) {
            problems.required(key, "can not be empty");
        }
        problems.invalid(key, key.isUnknown ? [] : qualifiedName(key.text() ?? ""), key.text() ?? "");
    }
    validateSpread(spec.at("topologySpreadConstraints"), problems);
    checkText(spec.at("serviceAccountName"), dnsSubdomain, problems);
    const seconds = spec.at("activeDeadlineSeconds").number();
    if (seconds !== undefined && (seconds < 1 || seconds > 2 ** 31 - 1)) {
        problems.invalid(spec.at("activeDeadlineSeconds"), "must be between 1 and 2147483647, inclusive");
    }
    checkText(spec.at("hostname"), dnsLabel, problems);
    checkText(spec.at("subdomain"), dnsLabel, problems);
    spec.at("tolerations")
        .items()
        .forEach((each) => validateToleration(each, problems));
    checkText(spec.at("priorityClassName"), dnsSubdomain, problems);
}

function validateContainers(spec: Field, volumes: ReadonlySet<string> | undefined, problems: Problems): void {
    const containers = spec.at("containers");
    if (containers.isEmpty) {
        problems.required(containers);
    }
    const names = new Set<string>();
    for (const container of containers.items()) {
        validateContainer(container, volumes, problems);
        unique(container.at("name"), names, problems);
        validateHandlers(container, problems);
        if (container.at("restartPolicy").isSet) {
            problems.forbidden(container.at("restartPolicy"), "may not be set for non-init containers");
        }
    }
    for (const container of spec.at("initContainers").items()) {
        validateContainer(container, volumes, problems);
        unique(container.at("name"), names, problems);
        if (container.at("restartPolicy").isSet) {
            oneOf(container.at("restartPolicy"), ["Always"], problems);
            validateHandlers(container, problems);
            continue;
        }
        for (const each of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]) {
            if (container.at(each).isSet) {
                problems.forbidden(
                    container.at(each),
                    "may not be set for init containers without restartPolicy=Always",
                );
            }
        }
    }
}

function unique(name: Field, names: Set<string>, problems: Problems): void {
    const text = name.text();
    if (text === undefined || text === "") {
        return;
    }
    if (names.has(text)) {
        problems.duplicate(name);
    }
    names.add(text);
}

function affinityTerms(affinity: Field): Field[] {
    return ["podAffinity", "podAntiAffinity"].flatMap((each) => [
        ...affinity.at(each, "requiredDuringSchedulingIgnoredDuringExecution").items(),
        ...affinity
            .at(each, "preferredDuringSchedulingIgnoredDuringExecution")
            .items()
            .map((term) => term.at("podAffinityTerm")),
    ]);
}

function validateSpread(constraints: Field, problems: Problems): void {
    for (const constraint of constraints.items()) {
        if ((constraint.at("maxSkew").number() ?? (constraint.at("maxSkew").isUnknown ? 1 : 0)) <= 0) {
            problems.invalid(
                constraint.at("maxSkew"),
                "must be greater than zero",
                constraint.at("maxSkew").number() ?? 0,
            );
        }
        if (constraint.at("topologyKey").isEmpty) {
            problems.required(constraint.at("topologyKey"), "can not be empty");
        }
        oneOf(constraint.at("whenUnsatisfiable"), ["DoNotSchedule", "ScheduleAnyway"], problems);
        validateLabelSelector(constraint.at("labelSelector"), problems);
    }
}

function validateToleration(toleration: Field, problems: Problems): void {
    checkText(toleration.at("key"), qualifiedName, problems);
    const operator = toleration.at("operator");
    if (toleration.at("key").isEmpty && operator.value !== "Exists" && !operator.isUnknown) {
        const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
        problems.invalid(operator, detail, operator.value ?? "");
    }
    if (operator.value === "Exists" && !toleration.at("value").isEmpty) {
        problems.invalid(operator, "value must be empty when `operator` is 'Exists'", toleration.at("value").value);
    } else {
        oneOf(operator, ["Equal", "Exists"], problems);
        const value = toleration.at("value").text() ?? "";
        problems.invalid(operator, operator.isEmpty || operator.value === "Equal" ? labelValue(value) : [], value);
    }
    oneOf(toleration.at("effect"), taintEffects, problems);
}
