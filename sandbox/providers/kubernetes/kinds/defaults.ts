import { mapOf } from "../validation/field";
import type { Props, Value } from "../../../cloud/props";

// Source: kubernetes/kubernetes, pkg/apis/{core,apps,batch}/v1/defaults.go.

const podDefaults = {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
};
const containerDefaults = {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
};
const probeDefaults = { failureThreshold: 3, periodSeconds: 10, successThreshold: 1, timeoutSeconds: 1 };
/** The default mode of files in these volumes: 0644. */
const fileVolumes = ["configMap", "downwardAPI", "projected", "secret"];

/** A pod with defaults: the ServiceAccount admission plugin sets `default` if no account is given. */
export function completePod(object: Props): Props {
    return { ...object, spec: completePodSpec({ serviceAccountName: "default", ...mapOf(object["spec"]) }) };
}

export function completeDeployment(object: Props): Props {
    const spec = mapOf(object["spec"]);
    const strategy = mapOf(spec["strategy"]);
    const rolling = (strategy["type"] ?? "RollingUpdate") === "RollingUpdate";
    const update: Props = rolling
        ? { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%", ...mapOf(strategy["rollingUpdate"]) } }
        : {};
    const defaults = { progressDeadlineSeconds: 600, replicas: 1, revisionHistoryLimit: 10 };
    return withSpec(object, {
        ...defaults,
        ...spec,
        strategy: { type: "RollingUpdate", ...strategy, ...update },
        ...completeTemplate(spec),
    });
}

export function completeDaemonSet(object: Props): Props {
    const spec = mapOf(object["spec"]);
    const updateStrategy = {
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
        ...mapOf(spec["updateStrategy"]),
    };
    return withSpec(object, { revisionHistoryLimit: 10, ...spec, updateStrategy, ...completeTemplate(spec) });
}

/** A job selects its pods by its own uid, unless the program sets a selector. */
export function completeJob(object: Props): Props {
    const spec = completeJobSpec(mapOf(object["spec"]));
    if (spec["manualSelector"] === true || spec["selector"] !== undefined) {
        return withSpec(object, spec);
    }
    const { name = null, uid = null } = mapOf(object["metadata"]);
    const template = mapOf(spec["template"]);
    const metadata = mapOf(template["metadata"]);
    const labels: Props = {
        "batch.kubernetes.io/controller-uid": uid,
        "batch.kubernetes.io/job-name": name,
        "controller-uid": uid,
        "job-name": name,
        ...mapOf(metadata["labels"]),
    };
    const selector: Props = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
    return withSpec(object, { ...spec, selector, template: { ...template, metadata: { ...metadata, labels } } });
}

export function completeCronJob(object: Props): Props {
    const spec = mapOf(object["spec"]);
    const template = mapOf(spec["jobTemplate"]);
    const defaults = {
        concurrencyPolicy: "Allow",
        failedJobsHistoryLimit: 1,
        successfulJobsHistoryLimit: 3,
        suspend: false,
    };
    return withSpec(object, {
        ...defaults,
        ...spec,
        jobTemplate: withSpec(template, completeJobSpec(mapOf(template["spec"]))),
    });
}

function completeJobSpec(spec: Props): Props {
    const counts: Props =
        spec["completions"] === undefined && spec["parallelism"] === undefined ? { completions: 1 } : {};
    const defaults = { backoffLimit: 6, completionMode: "NonIndexed", ...counts, parallelism: 1, suspend: false };
    return { ...defaults, ...spec, ...completeTemplate(spec) };
}

function completeTemplate(spec: Props): Props {
    const template = mapOf(spec["template"]);
    return { template: withSpec(template, completePodSpec(mapOf(template["spec"]))) };
}

function completePodSpec(spec: Props): Props {
    // `serviceAccount` is a deprecated alias that the API server keeps equal.
    const account: Props =
        spec["serviceAccountName"] === undefined ? {} : { serviceAccount: spec["serviceAccountName"] };
    return {
        ...podDefaults,
        ...account,
        ...spec,
        ...each(spec, "containers", completeContainer),
        ...each(spec, "initContainers", completeContainer),
        ...each(spec, "volumes", completeVolume),
    };
}

function completeContainer(container: Props): Props {
    const image = typeof container["image"] === "string" ? container["image"] : "";
    const floating = image.endsWith(":latest") || !/[:@][^/]*$/.test(image);
    const { limits, requests, ...others } = mapOf(container["resources"]);
    // A resource with a limit and no request is requested up to the limit.
    const resources: Props =
        limits === undefined
            ? {}
            : { resources: { ...others, limits, requests: { ...mapOf(limits), ...mapOf(requests) } } };
    const probes = ["livenessProbe", "readinessProbe", "startupProbe"].filter((name) => container[name] !== undefined);
    return {
        ...containerDefaults,
        imagePullPolicy: floating ? "Always" : "IfNotPresent",
        ...container,
        ...resources,
        ...each(container, "ports", (port) => ({ protocol: "TCP", ...port })),
        ...Object.fromEntries(probes.map((name) => [name, completeProbe(mapOf(container[name]))])),
    };
}

function completeProbe(probe: Props): Props {
    const request: Props =
        probe["httpGet"] === undefined ? {} : { httpGet: { path: "/", scheme: "HTTP", ...mapOf(probe["httpGet"]) } };
    return { ...probeDefaults, ...probe, ...request };
}

function completeVolume(volume: Props): Props {
    const types = Object.keys(volume).filter((key) => key !== "name");
    const files = types.filter((type) => fileVolumes.includes(type));
    const sources = Object.fromEntries(files.map((type) => [type, { defaultMode: 0o644, ...mapOf(volume[type]) }]));
    return types.length === 0 ? { ...volume, emptyDir: {} } : { ...volume, ...sources };
}

/** The list of that name with each member completed; nothing if it is absent or unknown. */
function each(parent: Props, name: string, complete: (member: Props) => Props): Props {
    const list = parent[name];
    return Array.isArray(list)
        ? { [name]: list.map((member): Value => (member === mapOf(member) ? complete(mapOf(member)) : member)) }
        : {};
}

function withSpec(object: Props, spec: Props): Props {
    return { ...object, spec };
}
