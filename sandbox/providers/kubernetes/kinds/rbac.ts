import { checkText, validateLabelSelector } from "../validation/metadata";
import { dnsSubdomain, pathSegment } from "../validation/names";
import type { ApiKind } from "./kind";
import type { Field } from "../validation/field";
import type { Problems } from "../validation/problems";
import type { Props, Value } from "../../../cloud/props";

const group = "rbac.authorization.k8s.io";
const apiVersion = `${group}/v1`;

/** Source: kubernetes/kubernetes, pkg/apis/rbac/validation. */
export const rbacKinds: readonly ApiKind[] = [
    {
        apiVersion,
        kind: "Role",
        plural: "roles",
        namespaced: true,
        nameRule: pathSegment,
        validate: (object, problems) => validateRules(object.at("rules"), true, problems),
    },
    {
        apiVersion,
        kind: "ClusterRole",
        plural: "clusterroles",
        namespaced: false,
        nameRule: pathSegment,
        validate: validateClusterRole,
    },
    {
        apiVersion,
        kind: "RoleBinding",
        plural: "rolebindings",
        namespaced: true,
        nameRule: pathSegment,
        validate: (object, problems) => validateBinding(object, ["Role", "ClusterRole"], problems),
        forceNew: ["roleRef"],
        complete: completeBinding,
    },
    {
        apiVersion,
        kind: "ClusterRoleBinding",
        plural: "clusterrolebindings",
        namespaced: false,
        nameRule: pathSegment,
        validate: (object, problems) => validateBinding(object, ["ClusterRole"], problems),
        forceNew: ["roleRef"],
        complete: completeBinding,
    },
];

function validateClusterRole(object: Field, problems: Problems): void {
    validateRules(object.at("rules"), false, problems);
    const selectors = object.at("aggregationRule", "clusterRoleSelectors");
    if (object.at("aggregationRule").isSet && selectors.isEmpty) {
        problems.required(selectors, "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }
    selectors.items().forEach((each) => validateLabelSelector(each, problems));
}

function validateRules(rules: Field, namespaced: boolean, problems: Problems): void {
    for (const rule of rules.items()) {
        if (rule.at("verbs").isEmpty) {
            problems.required(rule.at("verbs"), "verbs must contain at least one value");
        }
        const urls = rule.at("nonResourceURLs");
        if (urls.isEmpty) {
            if (rule.at("apiGroups").isEmpty) {
                problems.required(rule.at("apiGroups"), "resource rules must supply at least one api group");
            }
            if (rule.at("resources").isEmpty) {
                problems.required(rule.at("resources"), "resource rules must supply at least one resource");
            }
            continue;
        }
        if (namespaced) {
            problems.invalid(urls, "namespaced rules cannot apply to non-resource URLs");
        }
        if (["apiGroups", "resources", "resourceNames"].some((each) => !rule.at(each).isEmpty)) {
            problems.invalid(urls, "rules cannot apply to both regular resources and non-resource URLs");
        }
    }
}

function validateBinding(object: Field, kinds: readonly string[], problems: Problems): void {
    const role = object.at("roleRef");
    supported(role.at("apiGroup"), [group], group, problems);
    supported(role.at("kind"), kinds, "", problems);
    if (role.at("name").isEmpty) {
        problems.required(role.at("name"));
    }
    checkText(role.at("name"), pathSegment, problems);
    for (const subject of object.at("subjects").items()) {
        validateSubject(subject, object.at("metadata", "namespace").isSet, problems);
    }
}

function validateSubject(subject: Field, namespaced: boolean, problems: Problems): void {
    if (subject.at("name").isEmpty) {
        problems.required(subject.at("name"));
    }
    const kind = subject.at("kind");
    if (kind.value === "ServiceAccount") {
        checkText(subject.at("name"), dnsSubdomain, problems);
        supported(subject.at("apiGroup"), [""], "", problems);
        if (!namespaced && subject.at("namespace").isEmpty) {
            problems.required(subject.at("namespace"));
        }
    } else if (kind.value === "User" || kind.value === "Group") {
        supported(subject.at("apiGroup"), [group], group, problems);
    } else {
        supported(kind, ["ServiceAccount", "User", "Group"], "", problems);
    }
}

/** Unlike elsewhere, an empty string counts as given; an absent one means the default. */
function supported(field: Field, values: readonly string[], byDefault: string, problems: Problems): void {
    if (!field.isUnknown && !values.includes(field.text() ?? byDefault)) {
        problems.unsupported(field, values);
    }
}

/** API groups that the server fills in. */
function completeBinding(object: Props): Props {
    const subjects = object["subjects"];
    const filled: Props = Array.isArray(subjects)
        ? { subjects: subjects.map((each) => completeSubject(each as Props)) }
        : {};
    return { ...object, ...filled, roleRef: { apiGroup: group, ...(object["roleRef"] as Props) } };
}

function completeSubject(subject: Props): Value {
    return subject["kind"] === "ServiceAccount" ? subject : { apiGroup: group, ...subject };
}
