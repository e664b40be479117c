import { existingInKubernetes } from "../components/access/entries";
import { choice, list, text } from "./fields";
import { allowedLabel, isLabel } from "./validators";

export const allowedNamespace = `${allowedLabel}, not default, not kube-…`;

export const namespace = text({
    allowed: allowedNamespace,
    fix: "choose a namespace for this tenant, like payments",
    // A service may run there already: see tenantProblems.
    wrong: (given) => (given === "default" ? undefined : wrongNamespace(given)),
});

export const serviceAccount = text({
    allowed: `${allowedLabel}, not default`,
    fix: "choose a service account for this tenant, like billing-api",
    wrong: wrongServiceAccount,
});

/** What of a service is in the cluster already. */
export const existingObjects = list(
    choice(existingInKubernetes, "write which of the two the cluster has already"),
    "a list of namespace, serviceAccount",
)
    .optional()
    .meta({
        description:
            "Which of `namespace` and `serviceAccount` are in the cluster already: the stack deletes neither and changes no namespace; a service account gets only what `irsa` (an annotation) and `appTier: pods` (a label) need, which creates one that is not there",
        absent: "none: the stack creates both",
        examples: [["namespace", "serviceAccount"]],
        more: "existing.md",
    });

/** Says why a namespace is not allowed, if so. */
export function wrongNamespace(given: string): string | undefined {
    if (!isLabel(given)) {
        return "not an RFC 1123 label";
    }
    return given === "default" || given.startsWith("kube-") ? "belongs to Kubernetes" : undefined;
}

export function wrongServiceAccount(given: string): string | undefined {
    if (!isLabel(given)) {
        return "not an RFC 1123 label";
    }
    return given === "default" ? "created by Kubernetes in every namespace" : undefined;
}
