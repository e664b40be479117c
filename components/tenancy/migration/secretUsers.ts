import { isRecord } from "../../../toolkit/record";

/** Lists objects of the API: all items at a path. */
export type ListObjects = (path: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** What runs pods, with the path of the list in a namespace; controllers come before what they control. */
const WORKLOADS = [
    ["Deployment", "/apis/apps/v1", "deployments"],
    ["StatefulSet", "/apis/apps/v1", "statefulsets"],
    ["DaemonSet", "/apis/apps/v1", "daemonsets"],
    ["CronJob", "/apis/batch/v1", "cronjobs"],
    ["Job", "/apis/batch/v1", "jobs"],
    ["ReplicaSet", "/apis/apps/v1", "replicasets"],
    ["Pod", "/api/v1", "pods"],
    // Their pull secrets are given to pods.
    ["ServiceAccount", "/api/v1", "serviceaccounts"],
] as const;

/**
 * What in a namespace refers to a Secret, `Deployment shop/api`: pods can only use Secrets of their own namespace. What a controller
 * in the list runs is named by the controller, what has ended is left out.
 * https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
export async function secretUsers(list: ListObjects, namespace: string, secret: string): Promise<readonly string[]> {
    const found: string[] = [];
    const named = new Set<string>();
    for (const [kind, group, plural] of WORKLOADS) {
        for (const object of await list(`${group}/namespaces/${namespace}/${plural}`)) {
            const { name, uid, controller } = identityOf(object);
            if (hasEnded(kind, object) || !refers(object, secret)) {
                continue;
            }
            named.add(uid);
            // Of a Deployment, also the pods of its previous version, while they run.
            if (controller === undefined || !named.has(controller)) {
                found.push(`${kind} ${namespace}/${name}`);
            }
        }
    }
    return found;
}

function identityOf({ metadata }: Readonly<Record<string, unknown>>) {
    const { name, uid, ownerReferences } = isRecord(metadata) ? metadata : {};
    const owners = Array.isArray(ownerReferences) ? ownerReferences.filter(isRecord) : [];
    const controller = owners.find((owner) => owner["controller"] === true)?.["uid"];
    return {
        name: String(name),
        uid: String(uid),
        controller: typeof controller === "string" ? controller : undefined,
    };
}

/** An ended pod or job starts no container; a replica set without replicas is what a Deployment keeps for a way back. */
function hasEnded(kind: string, { spec, status }: Readonly<Record<string, unknown>>): boolean {
    const { phase, conditions } = isRecord(status) ? status : {};
    const ended = (Array.isArray(conditions) ? conditions : []).some(
        (one) => isRecord(one) && (one["type"] === "Complete" || one["type"] === "Failed") && one["status"] === "True",
    );
    const old = kind === "ReplicaSet" && isRecord(spec) && spec["replicas"] === 0;
    return phase === "Succeeded" || phase === "Failed" || (kind === "Job" && ended) || old;
}

/**
 * Whether a Secret is named anywhere in an object: under a key such as `secret`, `secretRef`, `secretKeyRef`, `imagePullSecrets` or
 * `nodePublishSecretRef` as `name` or `secretName`, which all kinds of volumes and variables use.
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
 */
export function refers(value: unknown, secret: string, within = ""): boolean {
    if (Array.isArray(value)) {
        return value.some((one) => refers(one, secret, within));
    }
    if (!isRecord(value)) {
        return within === "secretName" && value === secret;
    }
    const names = [value["name"], value["secretName"]];
    return (
        (/secret/i.test(within) && names.includes(secret)) ||
        Object.entries(value).some(
            ([key, inner]) => key !== "metadata" && key !== "status" && refers(inner, secret, key),
        )
    );
}
