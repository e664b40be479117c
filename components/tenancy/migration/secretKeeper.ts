import { isRecord } from "../../../toolkit/record";

/**
 * What creates a Secret again when somebody deletes it, by a label or an annotation that it sets:
 * https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/,
 * https://fluxcd.io/flux/components/kustomize/kustomizations/#labels, https://fluxcd.io/flux/components/helm/helmreleases/,
 * https://helm.sh/docs/chart_best_practices/labels/,
 * https://external-secrets.io/latest/guides/ownership-deletion-policy/,
 * https://github.com/bitnami-labs/sealed-secrets#managing-existing-secrets,
 * https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
 */
const MARKS: readonly (readonly [mark: string, keeper: string])[] = [
    ["argocd.argoproj.io/tracking-id", "Argo CD"],
    ["argocd.argoproj.io/instance", "Argo CD"],
    ["kustomize.toolkit.fluxcd.io/name", "Flux"],
    ["helm.toolkit.fluxcd.io/name", "Flux"],
    ["meta.helm.sh/release-name", "Helm"],
    ["reconcile.external-secrets.io/data-hash", "External Secrets"],
    ["reconcile.external-secrets.io/managed", "External Secrets"],
    ["sealedsecrets.bitnami.com/managed", "Sealed Secrets"],
    ["secrets-store.csi.k8s.io/managed", "the Secrets Store CSI driver"],
];

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
    const all = [...new Set([...owners, ...keepers])];
    return all.length === 0
        ? undefined
        : `${all.join(" and ")} would create it again: remove it there, which deletes it here`;
}
