import { isRecord } from "../../../toolkit/record";

/** What creates a Secret again when somebody deletes it, by a label or an annotation that it sets. */
const MARKS: readonly (readonly [mark: string, keeper: string])[] = [
    // https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/, and /en/release-2.9/ of it for labels
    ["argocd.argoproj.io/tracking-id", "Argo CD"],
    ["argocd.argoproj.io/instance", "Argo CD"],
    // https://github.com/fluxcd/kustomize-controller/blob/main/internal/controller/kustomization_controller.go (SetOwnerLabels)
    ["kustomize.toolkit.fluxcd.io/name", "Flux"],
    // https://github.com/fluxcd/helm-controller/blob/main/internal/postrender/common_renderer.go (originLabels)
    ["helm.toolkit.fluxcd.io/name", "Flux"],
    // https://github.com/helm/helm/blob/main/pkg/action/validate.go
    ["meta.helm.sh/release-name", "Helm"],
    // https://github.com/external-secrets/external-secrets/blob/main/apis/externalsecrets/v1/externalsecret_types.go
    ["reconcile.external-secrets.io/data-hash", "External Secrets"],
    ["reconcile.external-secrets.io/managed", "External Secrets"],
    ["reconcile.external-secrets.io/created-by", "External Secrets"],
    // https://github.com/bitnami-labs/sealed-secrets#managing-existing-secrets, and the two sections after it
    ["sealedsecrets.bitnami.com/managed", "Sealed Secrets"],
    ["sealedsecrets.bitnami.com/patch", "Sealed Secrets"],
    ["sealedsecrets.bitnami.com/skip-set-owner-references", "Sealed Secrets"],
    // https://github.com/kubernetes-sigs/secrets-store-csi-driver/blob/main/controllers/secretproviderclasspodstatus_controller.go
    ["secrets-store.csi.k8s.io/managed", "the Secrets Store CSI driver"],
];

/** By default the only mark of Argo CD 2; charts set it beside Helm's own: https://helm.sh/docs/chart_best_practices/labels/ */
const INSTANCE = "app.kubernetes.io/instance";

/** Why deleting a Secret would be in vain: what owns it, or has put its mark on it, would create it again. */
export function secretKeeper({
    ownerReferences,
    labels,
    annotations,
}: Readonly<Record<string, unknown>>): string | undefined {
    const owners = (Array.isArray(ownerReferences) ? ownerReferences : [])
        .filter(isRecord)
        .map(({ kind, name }) => `${String(kind)} ${String(name)}`);
    const marks = [labels, annotations].flatMap((one) => (isRecord(one) ? Object.keys(one) : []));
    const keepers = MARKS.filter(([mark]) => marks.includes(mark)).map(([, keeper]) => keeper);
    const certain = [...new Set([...owners, ...keepers])];
    const all = certain.length === 0 && marks.includes(INSTANCE) ? [`Argo CD or Helm (${INSTANCE})`] : certain;
    return all.length === 0
        ? undefined
        : `${all.join(" and ")} would create it again: remove it there, which deletes it here`;
}
