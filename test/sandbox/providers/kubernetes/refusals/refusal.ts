import type { Props } from "../../../../../sandbox/cloud/props";

/**
 * Invalid objects and the errors of kube-apiserver (`fieldValidation=Strict`), verified with a real one (v1.37.2 with
 * --emulated-version=1.34, the oldest it offers). All are in the namespace `shop`, which enforces the restricted Pod
 * Security level.
 */
export interface Refusal {
    readonly why: string;
    readonly object: Props;
    readonly message: string;
}

export const label =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
export const subdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
export const dns1035 =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
export const labelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
export const labelKey =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
export const configKey =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

export const safe: Props = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};
export const container: Props = { name: "app", image: "example.com/app:1", securityContext: safe };

export function object(apiVersion: string, kind: string, rest: Props, name = "thing"): Props {
    return { apiVersion, kind, metadata: { name, namespace: "shop" }, ...rest };
}

export function clusterWide(apiVersion: string, kind: string, rest: Props, name = "thing"): Props {
    return { apiVersion, kind, metadata: { name }, ...rest };
}

export function pod(spec: Props, name = "thing"): Props {
    return object("v1", "Pod", { spec: { containers: [container], ...spec } }, name);
}

export function deployment(spec: Props): Props {
    const template = { metadata: { labels: { app: "web" } }, spec: { containers: [container] } };
    return object("apps/v1", "Deployment", { spec: { selector: { matchLabels: { app: "web" } }, template, ...spec } });
}

export function job(spec: Props, podSpec: Props = {}): Props {
    return object("batch/v1", "Job", {
        spec: { template: { spec: { restartPolicy: "Never", containers: [container], ...podSpec } }, ...spec },
    });
}

export function without(made: Props, field: string): Props {
    const spec = Object.fromEntries(Object.entries(made["spec"] as Props).filter(([key]) => key !== field));
    return { ...made, spec };
}

export function policy(spec: Props): Props {
    return object("networking.k8s.io/v1", "NetworkPolicy", { spec });
}

export function containers(extra: Props): Props {
    return pod({ containers: [{ ...container, ...extra }] });
}

export const rbac = "rbac.authorization.k8s.io/v1";
