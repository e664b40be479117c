import { clusterWide, configKey, dns1035, label, labelKey, labelValue, object, subdomain } from "./refusal";
import type { Refusal } from "./refusal";

export const coreRefusals: readonly Refusal[] = [
    {
        why: "a namespace whose name is not a label",
        object: clusterWide("v1", "Namespace", {}, "Shop_1"),
        message: `Namespace "Shop_1" is invalid: metadata.name: Invalid value: "Shop_1": ${label}`,
    },
    {
        why: "a namespace with a dot",
        object: clusterWide("v1", "Namespace", {}, "shop.one"),
        message: 'Namespace "shop.one" is invalid: metadata.name: Invalid value: "shop.one": must not contain dots',
    },
    {
        why: "a namespace of 64 letters",
        object: clusterWide("v1", "Namespace", {}, "a".repeat(64)),
        message: `Namespace "${"a".repeat(64)}" is invalid: [metadata.name: Invalid value: "${"a".repeat(64)}": must be no more than 63 characters, metadata.labels: Invalid value: "${"a".repeat(64)}": must be no more than 63 bytes]`,
    },
    {
        why: "a Pod Security level that does not exist",
        object: {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "x", labels: { "pod-security.kubernetes.io/enforce": "strict" } },
        },
        message:
            'Namespace "x" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
    },
    {
        why: "a service account whose name is not a subdomain",
        object: object("v1", "ServiceAccount", {}, "shop_api"),
        message: `ServiceAccount "shop_api" is invalid: metadata.name: Invalid value: "shop_api": ${subdomain}`,
    },
    {
        why: "a namespace that does not exist",
        object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "x", namespace: "nowhere" } },
        message: 'namespaces "nowhere" not found',
    },
    {
        why: "a label value with a space",
        object: {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "x", namespace: "shop", labels: { team: "a b" } },
        },
        message: `ServiceAccount "x" is invalid: metadata.labels: Invalid value: "a b": ${labelValue}`,
    },
    {
        why: "an invalid annotation key",
        object: {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "x", namespace: "shop", annotations: { "eks.amazonaws.com/role arn": "x" } },
        },
        message: `ServiceAccount "x" is invalid: metadata.annotations: Invalid value: "eks.amazonaws.com/role arn": ${labelKey}`,
    },
    {
        why: "an unknown field in the metadata and one outside it",
        object: {
            apiVersion: "v1",
            automount: true,
            kind: "ServiceAccount",
            metadata: { name: "x", namespace: "shop", label: {} },
        },
        message:
            'ServiceAccount in version "v1" cannot be handled as a ServiceAccount: strict decoding error: unknown field "automount", unknown field "metadata.label"',
    },
    {
        why: "an annotation that is a number",
        object: {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "x", namespace: "shop", annotations: { size: 3 } },
        },
        message:
            'ServiceAccount in version "v1" cannot be handled as a ServiceAccount: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.annotations of type string',
    },
    {
        why: "a ConfigMap key with a slash",
        object: object("v1", "ConfigMap", { data: { "tls/ca.pem": "x" } }),
        message: `ConfigMap "thing" is invalid: data[tls/ca.pem]: Invalid value: "tls/ca.pem": ${configKey}`,
    },
    {
        why: "a ConfigMap key twice",
        object: object("v1", "ConfigMap", { data: { a: "x" }, binaryData: { a: "eA==" } }),
        message: 'ConfigMap "thing" is invalid: data[a]: Invalid value: "a": duplicate of key present in binaryData',
    },
    {
        why: "a ConfigMap larger than a mebibyte",
        object: object("v1", "ConfigMap", { data: { a: "x".repeat(1024 * 1024 + 1) } }),
        message: 'ConfigMap "thing" is invalid: []: Too long: may not be more than 1048576 bytes',
    },
    {
        why: "a Secret that is not base64",
        object: object("v1", "Secret", { data: { a: "no base64!" } }),
        message: 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 2',
    },
    {
        why: "a TLS Secret without its key",
        object: object("v1", "Secret", { type: "kubernetes.io/tls", data: { "tls.crt": "eA==" } }),
        message: 'Secret "thing" is invalid: data[tls.key]: Required value',
    },
    {
        why: "a Service without ports and with a name that starts with a digit",
        object: object("v1", "Service", { spec: { selector: { app: "web" } } }, "1shop"),
        message: `Service "1shop" is invalid: [metadata.name: Invalid value: "1shop": ${dns1035}, spec.ports: Required value]`,
    },
    {
        why: "a Service of an unknown type with two nameless ports",
        object: object("v1", "Service", { spec: { type: "Cluster", ports: [{ port: 80 }, { port: 70000 }] } }),
        message:
            'Service "thing" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value, spec.ports[1].port: Invalid value: 70000: must be between 1 and 65535, inclusive, spec.ports[1].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive, spec.type: Unsupported value: "Cluster": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]',
    },
];
