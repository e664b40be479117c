/** The kinds and their types, as of Kubernetes 1.33. Source: api/openapi-spec of kubernetes/kubernetes. */
export const objectShapes = `
ObjectMeta: annotations {string}, creationTimestamp Time, deletionGracePeriodSeconds int64, deletionTimestamp Time, finalizers [string],
    generateName string, generation int64, labels {string}, managedFields [object], name string, namespace string,
    ownerReferences [OwnerReference], resourceVersion string, selfLink string, uid string
OwnerReference: apiVersion string, blockOwnerDeletion bool, controller bool, kind string, name string, uid string
LabelSelector: matchExpressions [SelectorRequirement], matchLabels {string}
SelectorRequirement: key string, operator string, values [string]
LocalObjectReference: name string
Namespace: apiVersion string, kind string, metadata ObjectMeta, spec NamespaceSpec, status object
NamespaceSpec: finalizers [string]
ServiceAccount: apiVersion string, automountServiceAccountToken bool, imagePullSecrets [LocalObjectReference], kind string,
    metadata ObjectMeta, secrets [ObjectReference]
ObjectReference: apiVersion string, fieldPath string, kind string, name string, namespace string, resourceVersion string, uid string
ConfigMap: apiVersion string, binaryData {bytes}, data {string}, immutable bool, kind string, metadata ObjectMeta
Secret: apiVersion string, data {bytes}, immutable bool, kind string, metadata ObjectMeta, stringData {string}, type string
Service: apiVersion string, kind string, metadata ObjectMeta, spec ServiceSpec, status object
ServiceSpec: allocateLoadBalancerNodePorts bool, clusterIP string, clusterIPs [string], externalIPs [string], externalName string,
    externalTrafficPolicy string, healthCheckNodePort int32, internalTrafficPolicy string, ipFamilies [string], ipFamilyPolicy string,
    loadBalancerClass string, loadBalancerIP string, loadBalancerSourceRanges [string], ports [ServicePort],
    publishNotReadyAddresses bool, selector {string}, sessionAffinity string, sessionAffinityConfig SessionAffinityConfig,
    trafficDistribution string, type string
ServicePort: appProtocol string, name string, nodePort int32, port int32, protocol string, targetPort IntOrString
SessionAffinityConfig: clientIP ClientIPConfig
ClientIPConfig: timeoutSeconds int32
Deployment: apiVersion string, kind string, metadata ObjectMeta, spec DeploymentSpec, status object
DeploymentSpec: minReadySeconds int32, paused bool, progressDeadlineSeconds int32, replicas int32, revisionHistoryLimit int32,
    selector LabelSelector, strategy DeploymentStrategy, template PodTemplateSpec
DeploymentStrategy: rollingUpdate RollingUpdate, type string
RollingUpdate: maxSurge IntOrString, maxUnavailable IntOrString
DaemonSet: apiVersion string, kind string, metadata ObjectMeta, spec DaemonSetSpec, status object
DaemonSetSpec: minReadySeconds int32, revisionHistoryLimit int32, selector LabelSelector, template PodTemplateSpec,
    updateStrategy DeploymentStrategy
Job: apiVersion string, kind string, metadata ObjectMeta, spec JobSpec, status object
JobSpec: activeDeadlineSeconds int64, backoffLimit int32, backoffLimitPerIndex int32, completionMode string, completions int32,
    managedBy string, manualSelector bool, maxFailedIndexes int32, parallelism int32, podFailurePolicy PodFailurePolicy,
    podReplacementPolicy string, selector LabelSelector, successPolicy SuccessPolicy, suspend bool, template PodTemplateSpec,
    ttlSecondsAfterFinished int32
PodFailurePolicy: rules [PodFailurePolicyRule]
PodFailurePolicyRule: action string, onExitCodes OnExitCodes, onPodConditions [OnPodConditions]
OnExitCodes: containerName string, operator string, values [int32]
OnPodConditions: status string, type string
SuccessPolicy: rules [SuccessPolicyRule]
SuccessPolicyRule: succeededCount int32, succeededIndexes string
CronJob: apiVersion string, kind string, metadata ObjectMeta, spec CronJobSpec, status object
CronJobSpec: concurrencyPolicy string, failedJobsHistoryLimit int32, jobTemplate JobTemplateSpec, schedule string,
    startingDeadlineSeconds int64, successfulJobsHistoryLimit int32, suspend bool, timeZone string
JobTemplateSpec: metadata ObjectMeta, spec JobSpec
NetworkPolicy: apiVersion string, kind string, metadata ObjectMeta, spec NetworkPolicySpec
NetworkPolicySpec: egress [EgressRule], ingress [IngressRule], podSelector LabelSelector, policyTypes [string]
EgressRule: ports [NetworkPolicyPort], to [NetworkPolicyPeer]
IngressRule: from [NetworkPolicyPeer], ports [NetworkPolicyPort]
NetworkPolicyPort: endPort int32, port IntOrString, protocol string
NetworkPolicyPeer: ipBlock IPBlock, namespaceSelector LabelSelector, podSelector LabelSelector
IPBlock: cidr string, except [string]
Role: apiVersion string, kind string, metadata ObjectMeta, rules [PolicyRule]
ClusterRole: aggregationRule AggregationRule, apiVersion string, kind string, metadata ObjectMeta, rules [PolicyRule]
AggregationRule: clusterRoleSelectors [LabelSelector]
PolicyRule: apiGroups [string], nonResourceURLs [string], resourceNames [string], resources [string], verbs [string]
RoleBinding: apiVersion string, kind string, metadata ObjectMeta, roleRef RoleRef, subjects [Subject]
ClusterRoleBinding: apiVersion string, kind string, metadata ObjectMeta, roleRef RoleRef, subjects [Subject]
RoleRef: apiGroup string, kind string, name string
Subject: apiGroup string, kind string, name string, namespace string
SecurityGroupPolicy: apiVersion string, kind string, metadata ObjectMeta, spec SecurityGroupPolicySpec
SecurityGroupPolicySpec: podSelector LabelSelector, securityGroups GroupIds, serviceAccountSelector LabelSelector
GroupIds: groupIds [string]
`;
