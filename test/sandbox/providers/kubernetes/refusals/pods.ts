import { configKey, container, containers, deployment, label, pod, safe } from "./refusal";
import type { Refusal } from "./refusal";

export const podRefusals: readonly Refusal[] = [
    {
        why: "a misspelt field deep in a template",
        object: deployment({
            template: {
                metadata: { labels: { app: "web" } },
                spec: { containers: [{ ...container, imagePolicy: "Always" }] },
            },
        }),
        message:
            'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].imagePolicy"',
    },
    {
        why: "a pod without containers",
        object: pod({ containers: [] }),
        message: 'Pod "thing" is invalid: spec.containers: Required value',
    },
    {
        why: "a container without image and with a bad name",
        object: pod({ containers: [{ name: "My App", securityContext: safe }] }),
        message: `Pod "thing" is invalid: [spec.containers[0].name: Invalid value: "My App": ${label}, spec.containers[0].image: Required value]`,
    },
    {
        why: "two containers with one name",
        object: pod({ containers: [container, container] }),
        message: 'Pod "thing" is invalid: spec.containers[1].name: Duplicate value: "app"',
    },
    {
        why: "a mount of an unknown volume, and one path mounted twice",
        object: pod({
            volumes: [{ name: "a", emptyDir: {} }],
            containers: [
                {
                    ...container,
                    volumeMounts: [{ name: "a", mountPath: "/x" }, { name: "b", mountPath: "/x" }, { name: "a" }],
                },
            ],
        }),
        message:
            'Pod "thing" is invalid: [spec.containers[0].volumeMounts[1].name: Not found: "b", spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique, spec.containers[0].volumeMounts[2].mountPath: Required value]',
    },
    {
        why: "volumes with two types and without the ConfigMap's name",
        object: pod({
            volumes: [
                { name: "a" },
                { name: "b", emptyDir: {}, configMap: { name: "x" } },
                { name: "c", configMap: {} },
            ],
        }),
        message:
            'Pod "thing" is invalid: [spec.volumes[1].configMap: Forbidden: may not specify more than 1 volume type, spec.volumes[2].configMap.name: Required value]',
    },
    {
        why: "a projected token with a lifetime that is too short",
        object: pod({
            volumes: [
                {
                    name: "a",
                    projected: { sources: [{ serviceAccountToken: { path: "token", expirationSeconds: 60 } }] },
                },
            ],
        }),
        message:
            'Pod "thing" is invalid: spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    },
    {
        why: "environment variables without name, with two values, with a bad key",
        object: containers({
            env: [
                { value: "x" },
                { name: "A", value: "x", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "B", valueFrom: { configMapKeyRef: { name: "x", key: "a/b" } } },
                { name: "C", valueFrom: {} },
            ],
        }),
        message: `Pod "thing" is invalid: [spec.containers[0].env[0].name: Required value, spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when \`value\` is not empty, spec.containers[0].env[2].valueFrom.configMapKeyRef.key: Invalid value: "a/b": ${configKey}, spec.containers[0].env[3].valueFrom: Invalid value: "": must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\` or \`secretKeyRef\`]`,
    },
    {
        why: "ports out of range, of an unknown protocol, with a bad name",
        object: containers({
            ports: [
                { containerPort: 70000 },
                { containerPort: 80, protocol: "HTTP" },
                { containerPort: 81, name: "Web--1" },
            ],
        }),
        message:
            'Pod "thing" is invalid: [spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive, spec.containers[0].ports[1].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP", spec.containers[0].ports[2].name: Invalid value: "Web--1": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), spec.containers[0].ports[2].name: Invalid value: "Web--1": must not contain consecutive hyphens]',
    },
    {
        why: "a request above its limit, and a resource that does not exist",
        object: containers({ resources: { requests: { cpu: "2" }, limits: { cpu: "500m", disk: "1Gi" } } }),
        message:
            'Pod "thing" is invalid: [spec.containers[0].resources.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified, spec.containers[0].resources.limits[disk]: Invalid value: "disk": must be a standard resource for containers, spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 500m, spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified, spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers]',
    },
    {
        why: "an invalid quantity",
        object: containers({ resources: { requests: { memory: "1 GB" } } }),
        message: `Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`,
    },
    {
        why: "unknown pull, restart and DNS policies",
        object: pod({
            containers: [{ ...container, imagePullPolicy: "Often" }],
            restartPolicy: "Sometimes",
            dnsPolicy: "Never",
        }),
        message:
            'Pod "thing" is invalid: [spec.containers[0].imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never", spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never", spec.dnsPolicy: Unsupported value: "Never": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]',
    },
    {
        why: "probes without and with two handlers",
        object: containers({
            livenessProbe: { periodSeconds: 3 },
            readinessProbe: { exec: { command: [] }, tcpSocket: { port: 80 } },
        }),
        message:
            'Pod "thing" is invalid: [spec.containers[0].livenessProbe: Required value: must specify a handler type, spec.containers[0].readinessProbe.exec.command: Required value, spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type]',
    },
    {
        why: "a probe on an init container",
        object: pod({ initContainers: [{ ...container, name: "first", livenessProbe: { exec: { command: ["x"] } } }] }),
        message:
            'Pod "thing" is invalid: spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    },
    {
        why: "a service account that does not exist",
        object: pod({ serviceAccountName: "ghost" }),
        message:
            'pods "thing" is forbidden: error looking up service account shop/ghost: serviceaccount "ghost" not found',
    },
    {
        why: "a spread without a key and invalid tolerations",
        object: pod({
            topologySpreadConstraints: [{ maxSkew: 0, whenUnsatisfiable: "DoNotSchedule" }],
            tolerations: [{ effect: "Never" }],
        }),
        message:
            'Pod "thing" is invalid: [spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero, spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty, spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys", spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"]',
    },
    {
        why: "a pod without any restrictions",
        object: pod({
            hostNetwork: true,
            volumes: [{ name: "root", hostPath: { path: "/" } }],
            containers: [
                {
                    name: "app",
                    image: "x",
                    ports: [{ containerPort: 80, hostPort: 80 }],
                    securityContext: { privileged: true, runAsUser: 0 },
                },
            ],
        }),
        message:
            'pods "thing" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true), hostPort (container "app" uses hostPort 80), privileged (container "app" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), restricted volume types (volume "root" uses restricted volume type "hostPath"), runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), runAsUser=0 (container "app" must not set runAsUser=0), seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    },
    {
        why: "two containers that override what the pod sets",
        object: pod({
            securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
                {
                    name: "a",
                    image: "x",
                    securityContext: {
                        ...safe,
                        runAsNonRoot: false,
                        capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] },
                    },
                },
                {
                    name: "b",
                    image: "x",
                    securityContext: { allowPrivilegeEscalation: false, seccompProfile: { type: "Unconfined" } },
                },
            ],
        }),
        message:
            'pods "thing" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "b" must set securityContext.capabilities.drop=["ALL"]; container "a" must not include "SYS_ADMIN" in securityContext.capabilities.add), runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), seccompProfile (container "b" must not set securityContext.seccompProfile.type to "Unconfined")',
    },
];
