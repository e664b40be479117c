import { eksToken } from "../../toolkit/eksToken";
import { kubernetesApi } from "../../toolkit/kubernetesApi";
import { isRecord } from "../../toolkit/record";
import type { Cluster, DaemonSet, Known, KubernetesFacts } from "../facts";
import { attemptWith } from "../known";

/** GETs a path of a cluster's API; undefined: it answers that there is nothing (404). */
export type Get = (path: string) => Promise<unknown>;

const PAGE = 500;

/** Reads by GET only. */
export async function readKubernetes(
    cluster: Known<Cluster>,
    open: (cluster: Cluster) => Promise<Get> = clusterApi,
): Promise<KubernetesFacts> {
    const get = await attemptWith(cluster, "the Kubernetes API", open);
    return {
        namespaces: await attemptWith(get, "namespaces", readNamespaces),
        agent: await attemptWith(get, "the agent's DaemonSet", readAgent),
        podGroups: await attemptWith(get, "SecurityGroupPolicies", readPodGroups),
    };
}

/** Whoever installed it, its image has this name: https://github.com/aws/eks-pod-identity-agent */
const AGENT_IMAGE = /(^|\/)eks-pod-identity-agent([:@]|$)/;

async function readAgent(get: Get): Promise<DaemonSet | undefined> {
    const sets = await itemsOf(get, "/apis/apps/v1/namespaces/kube-system/daemonsets");
    const found = sets.find((one) => imagesOf(one).some((image) => AGENT_IMAGE.test(image)));
    const status = found?.["status"];
    const count = (key: string) => (isRecord(status) && typeof status[key] === "number" ? status[key] : 0);
    return (
        found && {
            name: namesOf(found).name,
            wanted: count("desiredNumberScheduled"),
            ready: count("numberReady"),
        }
    );
}

function imagesOf({ spec }: Record<string, unknown>): readonly string[] {
    const template = isRecord(spec) ? spec["template"] : undefined;
    const pod = isRecord(template) ? template["spec"] : undefined;
    const containers = isRecord(pod) && Array.isArray(pod["containers"]) ? pod["containers"].filter(isRecord) : [];
    return containers.map(({ image }) => textOf(image));
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export async function itemsOf(get: Get, path: string): Promise<readonly Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    let next = "";
    do {
        const list = await get(`${path}?limit=${PAGE}${next === "" ? "" : `&continue=${encodeURIComponent(next)}`}`);
        const { items, metadata } = isRecord(list) ? list : {};
        found.push(...(Array.isArray(items) ? items.filter(isRecord) : []));
        next = isRecord(metadata) ? textOf(metadata["continue"]) : "";
    } while (next !== "");
    return found;
}

/**
 * Names of the pods, `NAMESPACE/NAME`, by their addresses. A pod on its node's own network has the node's address, which
 * says nothing.
 */
export async function readPodAddresses(get: Get): Promise<ReadonlyMap<string, string>> {
    const pods = await itemsOf(get, "/api/v1/pods");
    return new Map(
        pods.flatMap((pod): [string, string][] => {
            const [spec, status] = [pod["spec"], pod["status"]];
            const onNode = isRecord(spec) && spec["hostNetwork"] === true;
            const { namespace, name } = namesOf(pod);
            const given = isRecord(status) && Array.isArray(status["podIPs"]) ? status["podIPs"].filter(isRecord) : [];
            return onNode ? [] : given.map(({ ip }) => [textOf(ip), `${namespace}/${name}`]);
        }),
    );
}

async function readNamespaces(get: Get): Promise<readonly string[]> {
    return (await itemsOf(get, "/api/v1/namespaces")).map((one) => namesOf(one).name);
}

function namesOf({ metadata }: Record<string, unknown>): { readonly namespace: string; readonly name: string } {
    const { namespace, name } = isRecord(metadata) ? metadata : {};
    return { namespace: textOf(namespace), name: textOf(name) };
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}

/** https://docs.aws.amazon.com/eks/latest/userguide/security-groups-pods-deployment.html */
async function readPodGroups(get: Get): Promise<ReadonlyMap<string, readonly string[]>> {
    const policies = await itemsOf(get, "/apis/vpcresources.k8s.aws/v1beta1/securitygrouppolicies");
    return new Map(
        policies.map((policy) => {
            const { namespace, name } = namesOf(policy);
            const { securityGroups } = isRecord(policy["spec"]) ? policy["spec"] : {};
            const { groupIds } = isRecord(securityGroups) ? securityGroups : {};
            return [`${namespace}/${name}`, Array.isArray(groupIds) ? groupIds.map(String) : []];
        }),
    );
}

/** The cluster's API with the environment's AWS credentials, through the SOCKS proxy in ALL_PROXY if set. */
export async function clusterApi(cluster: Cluster): Promise<Get> {
    return apiGet(cluster, await eksToken(cluster.arn));
}

export function apiGet(cluster: Pick<Cluster, "endpoint" | "authority">, token: string, timeout?: number): Get {
    const api = kubernetesApi(cluster, token, timeout);
    return async (path) => {
        const { status, body } = await api({ method: "GET", path });
        if (status === 404) {
            return undefined;
        }
        if (status !== 200) {
            throw new Error(`the API answers ${status} to GET ${path.replace(/\?.*/, "")}`);
        }
        return body;
    };
}
