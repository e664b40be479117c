/**
 * Names of cluster components: a principal that may create pods in such a namespace, or as such a service account, may
 * get its controllers' rights, which often cover the whole cluster or an AWS role.
 */
interface SystemName {
    /** A name, or a pattern in which * stands for the rest of it. */
    readonly name: string;
    /** The component that runs there, or as it. */
    readonly of: string;
    /** The source of the name. */
    readonly source: string;
}

const namespaces: readonly SystemName[] = [
    {
        name: "amazon-*",
        of: "add-ons of Amazon EKS",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html",
    },
    {
        name: "aws-*",
        of: "AWS' own software",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html",
    },
    { name: "*-system", of: "a controller", source: "https://book.kubebuilder.io/reference/project-config" },
    {
        name: "*-operator",
        of: "an operator",
        source: "https://docs.tigera.io/calico/latest/getting-started/kubernetes/quickstart",
    },
    { name: "argo", of: "Argo Workflows", source: "https://argo-workflows.readthedocs.io/en/latest/quick-start/" },
    { name: "argo-events", of: "Argo Events", source: "https://argoproj.github.io/argo-events/installation/" },
    {
        name: "argo-rollouts",
        of: "Argo Rollouts",
        source: "https://argo-rollouts.readthedocs.io/en/stable/installation/",
    },
    { name: "argocd", of: "Argo CD", source: "https://argo-cd.readthedocs.io/en/stable/getting_started/" },
    { name: "cert-manager", of: "cert-manager", source: "https://cert-manager.io/docs/installation/helm/" },
    {
        name: "datadog",
        of: "the Datadog agent",
        source: "https://docs.datadoghq.com/containers/kubernetes/installation/",
    },
    {
        name: "external-dns",
        of: "ExternalDNS",
        source: "https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/",
    },
    {
        name: "external-secrets",
        of: "External Secrets Operator",
        source: "https://external-secrets.io/latest/introduction/getting-started/",
    },
    { name: "falco", of: "Falco", source: "https://falco.org/docs/setup/kubernetes/" },
    { name: "ingress-nginx", of: "Ingress NGINX", source: "https://kubernetes.github.io/ingress-nginx/deploy/" },
    { name: "istio-ingress", of: "Istio", source: "https://istio.io/latest/docs/setup/additional-setup/gateway/" },
    { name: "karpenter", of: "Karpenter", source: "https://karpenter.sh/docs/getting-started/" },
    { name: "keda", of: "KEDA", source: "https://keda.sh/docs/latest/deploy/" },
    { name: "knative-serving", of: "Knative", source: "https://knative.dev/docs/install/" },
    { name: "kyverno", of: "Kyverno", source: "https://kyverno.io/docs/installation/methods/" },
    { name: "linkerd", of: "Linkerd", source: "https://linkerd.io/2/getting-started/" },
    {
        name: "monitoring",
        of: "the Prometheus Operator",
        source: "https://github.com/prometheus-operator/kube-prometheus",
    },
    {
        name: "prometheus",
        of: "Prometheus",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/deploy-prometheus.html",
    },
    { name: "rook-ceph", of: "Rook", source: "https://rook.io/docs/rook/latest/Getting-Started/quickstart/" },
    { name: "spire", of: "SPIRE", source: "https://spiffe.io/docs/latest/try/getting-started-k8s/" },
    { name: "tekton-pipelines", of: "Tekton", source: "https://tekton.dev/docs/installation/pipelines/" },
    { name: "vault", of: "Vault", source: "https://developer.hashicorp.com/vault/docs/deploy/kubernetes/helm/run" },
    { name: "velero", of: "Velero", source: "https://velero.io/docs/main/basic-install/" },
];

/** A trust policy may name such an account in every namespace, by a pattern. */
const serviceAccounts: readonly SystemName[] = [
    {
        name: "amp-iamproxy-*",
        of: "Amazon Managed Service for Prometheus",
        source: "https://docs.aws.amazon.com/prometheus/latest/userguide/set-up-irsa.html",
    },
    {
        name: "adot-*",
        of: "AWS Distro for OpenTelemetry",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/opentelemetry.html",
    },
    {
        name: "argocd-*",
        of: "Argo CD",
        source: "https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/",
    },
    {
        name: "aws-load-balancer-controller",
        of: "AWS Load Balancer Controller",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/lbc-helm.html",
    },
    {
        name: "aws-node",
        of: "Amazon VPC CNI",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html",
    },
    {
        name: "aws-node-termination-handler",
        of: "AWS Node Termination Handler",
        source: "https://github.com/aws/aws-node-termination-handler",
    },
    {
        name: "cert-manager",
        of: "cert-manager",
        source: "https://cert-manager.io/docs/configuration/acme/dns01/route53/",
    },
    {
        name: "cloudwatch-agent",
        of: "Amazon CloudWatch's agent",
        source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html",
    },
    {
        name: "cluster-autoscaler",
        of: "Cluster Autoscaler",
        source: "https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler/cloudprovider/aws",
    },
    {
        name: "coredns",
        of: "CoreDNS",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html",
    },
    {
        name: "ebs-csi-*",
        of: "Amazon EBS' CSI driver",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html",
    },
    {
        name: "efs-csi-*",
        of: "Amazon EFS' CSI driver",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/efs-csi.html",
    },
    {
        name: "external-dns",
        of: "ExternalDNS",
        source: "https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/",
    },
    {
        name: "external-secrets",
        of: "External Secrets Operator",
        source: "https://external-secrets.io/latest/provider/aws-access/",
    },
    { name: "karpenter", of: "Karpenter", source: "https://karpenter.sh/docs/reference/settings/" },
    {
        name: "kube-proxy",
        of: "Kubernetes",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html",
    },
    {
        name: "s3-csi-driver-sa",
        of: "Mountpoint for Amazon S3's CSI driver",
        source: "https://docs.aws.amazon.com/eks/latest/userguide/s3-csi-create.html",
    },
];

/** The component that usually runs in a namespace of this name; undefined if there is none. */
export function systemNamespace(name: string): string | undefined {
    return ownerOf(namespaces, name);
}

/** The component that usually runs as a service account of this name; undefined if there is none. */
export function systemServiceAccount(name: string): string | undefined {
    return ownerOf(serviceAccounts, name);
}

function ownerOf(known: readonly SystemName[], name: string): string | undefined {
    return known.find((one) => matches(one.name, name))?.of;
}

function matches(pattern: string, name: string): boolean {
    const [start = "", end] = pattern.split("*");
    return end === undefined
        ? name === pattern
        : name.length >= pattern.length && name.startsWith(start) && name.endsWith(end);
}
