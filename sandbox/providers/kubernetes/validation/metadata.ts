import { dnsLabel, labelValue, qualifiedName } from "./names";
import type { NameRule } from "./names";
import type { Field } from "./field";
import type { Problems } from "./problems";

/** The size limit in bytes of an object's annotations together. */
const annotationsLimit = 256 * 1024;
const standardFinalizers = ["foregroundDeletion", "kubernetes", "orphan"];
/** Values of the namespace label for Pod Security. */
const podSecurityLevels = ["privileged", "baseline", "restricted"];

/** The `metadata` of an object. The namespace of `namespaced` objects has already been filled in. */
export function validateMetadata(metadata: Field, nameRule: NameRule, namespaced: boolean, problems: Problems): void {
    const name = metadata.at("name");
    if (!name.isSet || name.value === "") {
        problems.required(name, "name or generateName is required");
    }
    checkText(name, nameRule, problems);
    const namespace = metadata.at("namespace");
    if (namespaced) {
        checkText(namespace, dnsLabel, problems);
    } else if (!namespace.isEmpty) {
        problems.forbidden(namespace, "not allowed on this type");
    }
    validateLabels(metadata.at("labels"), problems);
    validateAnnotations(metadata.at("annotations"), problems);
    validateFinalizers(metadata.at("finalizers"), problems);
    for (const owner of metadata.at("ownerReferences").items()) {
        for (const each of ["apiVersion", "kind", "name", "uid"]) {
            if (owner.at(each).isEmpty) {
                problems.required(owner.at(each), "must not be empty");
            }
        }
    }
}

function validateFinalizers(finalizers: Field, problems: Problems): void {
    for (const finalizer of finalizers.items()) {
        const text = finalizer.text();
        if (text === undefined) {
            continue;
        }
        problems.invalid(finalizers, qualifiedName(text), text);
        if (!text.includes("/") && !standardFinalizers.includes(text)) {
            problems.invalid(finalizer, "name is neither a standard finalizer name nor is it fully qualified");
        }
    }
}

/** Labels, or a map in the same form (a node selector). */
export function validateLabels(labels: Field, problems: Problems): void {
    for (const key of labels.keys()) {
        problems.invalid(labels, qualifiedName(key), key);
        const value = labels.entry(key).text();
        if (value !== undefined) {
            problems.invalid(labels, labelValue(value), value);
        }
    }
}

export function validateAnnotations(annotations: Field, problems: Problems): void {
    let size = 0;
    for (const key of annotations.keys()) {
        problems.invalid(annotations, qualifiedName(key.toLowerCase()), key);
        size += Buffer.byteLength(key) + Buffer.byteLength(annotations.entry(key).text() ?? "");
    }
    if (size > annotationsLimit) {
        problems.tooLong(annotations, annotationsLimit);
    }
}

/** A selector's two halves: `matchLabels` and `matchExpressions`. */
export function validateLabelSelector(selector: Field, problems: Problems): void {
    validateLabels(selector.at("matchLabels"), problems);
    for (const expression of selector.at("matchExpressions").items()) {
        const operator = expression.at("operator");
        const values = expression.at("values");
        if (operator.value === "In" || operator.value === "NotIn") {
            if (values.isEmpty) {
                problems.required(values, "must be specified when `operator` is 'In' or 'NotIn'");
            }
        } else if (operator.value === "Exists" || operator.value === "DoesNotExist") {
            if (!values.isEmpty) {
                problems.forbidden(values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
        } else if (!operator.isUnknown) {
            problems.invalid(operator, "not a valid selector operator", operator.value ?? "");
        }
        problems.invalid(
            expression.at("key"),
            expression.at("key").isUnknown ? [] : qualifiedName(expression.at("key").text() ?? ""),
        );
        values.items().forEach((value) => checkText(value, labelValue, problems));
    }
}

/** The namespace labels that set how strictly its pods are checked. */
export function validatePodSecurityLabels(metadata: Field, problems: Problems): void {
    for (const mode of ["enforce", "audit", "warn"]) {
        const level = metadata.at("labels").entry(`pod-security.kubernetes.io/${mode}`);
        if (level.text() !== undefined && !podSecurityLevels.includes(level.text() ?? "")) {
            problems.invalid(level, `must be one of ${podSecurityLevels.join(", ")}`);
        }
        const version = metadata.at("labels").entry(`pod-security.kubernetes.io/${mode}-version`);
        if (version.text() !== undefined && !/^(latest|v1\.(0|[1-9][0-9]*))$/.test(version.text() ?? "")) {
            problems.invalid(version, 'must be "latest" or "v1.x"');
        }
    }
}

/** Applies a rule to a string; `""` counts as absent. */
export function checkText(field: Field, rule: NameRule, problems: Problems): void {
    const text = field.text();
    if (text !== undefined && text !== "") {
        problems.invalid(field, rule(text));
    }
}
