/**
 * The pod and its types, as of Kubernetes 1.33. Source: api/openapi-spec of kubernetes/kubernetes. Volume types of
 * storage that EKS does not offer are `object`: allowed and not validated.
 */
export const podShapes = `
Pod: apiVersion string, kind string, metadata ObjectMeta, spec PodSpec, status object
PodTemplateSpec: metadata ObjectMeta, spec PodSpec
PodSpec: activeDeadlineSeconds int64, affinity Affinity, automountServiceAccountToken bool, containers [Container],
    dnsConfig PodDNSConfig, dnsPolicy string, enableServiceLinks bool, ephemeralContainers [object], hostAliases [HostAlias],
    hostIPC bool, hostNetwork bool, hostPID bool, hostUsers bool, hostname string, imagePullSecrets [LocalObjectReference],
    initContainers [Container], nodeName string, nodeSelector {string}, os PodOS, overhead {Quantity}, preemptionPolicy string,
    priority int32, priorityClassName string, readinessGates [PodReadinessGate], resourceClaims [PodResourceClaim],
    resources ResourceRequirements, restartPolicy string, runtimeClassName string, schedulerName string,
    schedulingGates [PodSchedulingGate], securityContext PodSecurityContext, serviceAccount string, serviceAccountName string,
    setHostnameAsFQDN bool, shareProcessNamespace bool, subdomain string, terminationGracePeriodSeconds int64,
    tolerations [Toleration], topologySpreadConstraints [TopologySpreadConstraint], volumes [Volume]
Container: args [string], command [string], env [EnvVar], envFrom [EnvFromSource], image string, imagePullPolicy string,
    lifecycle Lifecycle, livenessProbe Probe, name string, ports [ContainerPort], readinessProbe Probe,
    resizePolicy [ContainerResizePolicy], resources ResourceRequirements, restartPolicy string, securityContext SecurityContext,
    startupProbe Probe, stdin bool, stdinOnce bool, terminationMessagePath string, terminationMessagePolicy string, tty bool,
    volumeDevices [VolumeDevice], volumeMounts [VolumeMount], workingDir string
EnvVar: name string, value string, valueFrom EnvVarSource
EnvVarSource: configMapKeyRef KeySelector, fieldRef ObjectFieldSelector, resourceFieldRef ResourceFieldSelector, secretKeyRef KeySelector
KeySelector: key string, name string, optional bool
ObjectFieldSelector: apiVersion string, fieldPath string
ResourceFieldSelector: containerName string, divisor Quantity, resource string
EnvFromSource: configMapRef EnvSource, prefix string, secretRef EnvSource
EnvSource: name string, optional bool
ContainerPort: containerPort int32, hostIP string, hostPort int32, name string, protocol string
ContainerResizePolicy: resourceName string, restartPolicy string
ResourceRequirements: claims [ResourceClaim], limits {Quantity}, requests {Quantity}
ResourceClaim: name string, request string
VolumeDevice: devicePath string, name string
VolumeMount: mountPath string, mountPropagation string, name string, readOnly bool, recursiveReadOnly string, subPath string, subPathExpr string
Lifecycle: postStart LifecycleHandler, preStop LifecycleHandler, stopSignal string
LifecycleHandler: exec ExecAction, httpGet HTTPGetAction, sleep SleepAction, tcpSocket TCPSocketAction
Probe: exec ExecAction, failureThreshold int32, grpc GRPCAction, httpGet HTTPGetAction, initialDelaySeconds int32, periodSeconds int32,
    successThreshold int32, tcpSocket TCPSocketAction, terminationGracePeriodSeconds int64, timeoutSeconds int32
ExecAction: command [string]
HTTPGetAction: host string, httpHeaders [HTTPHeader], path string, port IntOrString, scheme string
HTTPHeader: name string, value string
SleepAction: seconds int64
TCPSocketAction: host string, port IntOrString
GRPCAction: port int32, service string
SecurityContext: allowPrivilegeEscalation bool, appArmorProfile AppArmorProfile, capabilities Capabilities, privileged bool,
    procMount string, readOnlyRootFilesystem bool, runAsGroup int64, runAsNonRoot bool, runAsUser int64,
    seLinuxOptions SELinuxOptions, seccompProfile SeccompProfile, windowsOptions WindowsSecurityContextOptions
PodSecurityContext: appArmorProfile AppArmorProfile, fsGroup int64, fsGroupChangePolicy string, runAsGroup int64, runAsNonRoot bool,
    runAsUser int64, seLinuxChangePolicy string, seLinuxOptions SELinuxOptions, seccompProfile SeccompProfile,
    supplementalGroups [int64], supplementalGroupsPolicy string, sysctls [Sysctl], windowsOptions WindowsSecurityContextOptions
AppArmorProfile: localhostProfile string, type string
Capabilities: add [string], drop [string]
SELinuxOptions: level string, role string, type string, user string
SeccompProfile: localhostProfile string, type string
WindowsSecurityContextOptions: gmsaCredentialSpec string, gmsaCredentialSpecName string, hostProcess bool, runAsUserName string
Sysctl: name string, value string
Affinity: nodeAffinity NodeAffinity, podAffinity PodAffinity, podAntiAffinity PodAffinity
NodeAffinity: preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm],
    requiredDuringSchedulingIgnoredDuringExecution NodeSelector
PreferredSchedulingTerm: preference NodeSelectorTerm, weight int32
NodeSelector: nodeSelectorTerms [NodeSelectorTerm]
NodeSelectorTerm: matchExpressions [SelectorRequirement], matchFields [SelectorRequirement]
PodAffinity: preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm],
    requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
WeightedPodAffinityTerm: podAffinityTerm PodAffinityTerm, weight int32
PodAffinityTerm: labelSelector LabelSelector, matchLabelKeys [string], mismatchLabelKeys [string], namespaceSelector LabelSelector,
    namespaces [string], topologyKey string
TopologySpreadConstraint: labelSelector LabelSelector, matchLabelKeys [string], maxSkew int32, minDomains int32,
    nodeAffinityPolicy string, nodeTaintsPolicy string, topologyKey string, whenUnsatisfiable string
Toleration: effect string, key string, operator string, tolerationSeconds int64, value string
PodDNSConfig: nameservers [string], options [PodDNSConfigOption], searches [string]
PodDNSConfigOption: name string, value string
HostAlias: hostnames [string], ip string
PodOS: name string
PodReadinessGate: conditionType string
PodResourceClaim: name string, resourceClaimName string, resourceClaimTemplateName string
PodSchedulingGate: name string
Volume: awsElasticBlockStore object, azureDisk object, azureFile object, cephfs object, cinder object,
    configMap ConfigMapVolumeSource, csi CSIVolumeSource, downwardAPI DownwardAPIVolumeSource, emptyDir EmptyDirVolumeSource,
    ephemeral object, fc object, flexVolume object, flocker object, gcePersistentDisk object, gitRepo object, glusterfs object,
    hostPath HostPathVolumeSource, image ImageVolumeSource, iscsi object, name string, nfs NFSVolumeSource,
    persistentVolumeClaim PersistentVolumeClaimVolumeSource, photonPersistentDisk object, portworxVolume object,
    projected ProjectedVolumeSource, quobyte object, rbd object, scaleIO object, secret SecretVolumeSource, storageos object,
    vsphereVolume object
ConfigMapVolumeSource: defaultMode int32, items [KeyToPath], name string, optional bool
SecretVolumeSource: defaultMode int32, items [KeyToPath], optional bool, secretName string
KeyToPath: key string, mode int32, path string
CSIVolumeSource: driver string, fsType string, nodePublishSecretRef LocalObjectReference, readOnly bool, volumeAttributes {string}
DownwardAPIVolumeSource: defaultMode int32, items [DownwardAPIVolumeFile]
DownwardAPIVolumeFile: fieldRef ObjectFieldSelector, mode int32, path string, resourceFieldRef ResourceFieldSelector
EmptyDirVolumeSource: medium string, sizeLimit Quantity
HostPathVolumeSource: path string, type string
ImageVolumeSource: pullPolicy string, reference string
NFSVolumeSource: path string, readOnly bool, server string
PersistentVolumeClaimVolumeSource: claimName string, readOnly bool
ProjectedVolumeSource: defaultMode int32, sources [VolumeProjection]
VolumeProjection: clusterTrustBundle object, configMap ConfigMapProjection, downwardAPI DownwardAPIProjection, secret ConfigMapProjection,
    serviceAccountToken ServiceAccountTokenProjection
ConfigMapProjection: items [KeyToPath], name string, optional bool
DownwardAPIProjection: items [DownwardAPIVolumeFile]
ServiceAccountTokenProjection: audience string, expirationSeconds int64, path string
`;
