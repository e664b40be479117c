import { once } from "node:events";
import { request } from "node:https";
import { connect } from "node:tls";

import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

import { partitionOf, regionOf } from "../../toolkit/arn";
import { dial } from "../../toolkit/dial";
import { isRecord } from "../../toolkit/record";
import type { Cluster, DaemonSet, Known, KubernetesFacts } from "../facts";
import { attemptWith } from "../known";

/** GETs a path of a cluster's API; undefined: it answers that there is nothing (404). */
export type Get = (path: string) => Promise<unknown>;

const TIMEOUT_S = 15;
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
    return apiGet(cluster, await clusterToken(cluster));
}

export function apiGet(
    { endpoint, authority }: Pick<Cluster, "endpoint" | "authority">,
    token: string,
    timeout = TIMEOUT_S,
): Get {
    const { hostname, port } = new URL(endpoint);
    return async (path) => {
        const place = { host: hostname, port: Number(port || 443), connectTimeout: timeout };
        const socket = connect({
            socket: await dial(place, process.env),
            ca: authority,
            ...(/^[\d.]+$/.test(hostname) ? { host: hostname } : { servername: hostname }),
        });
        // A request reports the errors of its connection; those before and after it are this function's.
        socket.on("error", () => undefined);
        socket.setTimeout(timeout * 1000, () => socket.destroy(new Error(`no answer within ${timeout} s`)));
        await once(socket, "secureConnect");
        const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
            const headers = { Authorization: `Bearer ${token}`, Accept: "application/json", Host: hostname };
            const asked = request({ path, headers, createConnection: () => socket }, (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part)).on("error", reject);
                response.on("end", () =>
                    resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
                );
            });
            asked.on("error", reject).end();
        }).finally(() => socket.destroy());
        if (status === 404) {
            return undefined;
        }
        if (status !== 200) {
            throw new Error(`the API answers ${status} to GET ${path.replace(/\?.*/, "")}`);
        }
        return JSON.parse(body) as unknown;
    };
}

/** https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster */
export async function clusterToken({ name, arn }: Cluster): Promise<string> {
    const region = regionOf(arn);
    const hostname = `sts.${region}.amazonaws.com${partitionOf(region) === "aws-cn" ? ".cn" : ""}`;
    const asked = new HttpRequest({
        method: "GET",
        protocol: "https:",
        hostname,
        path: "/",
        query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
        headers: { host: hostname, "x-k8s-aws-id": name },
    });
    const credentials = fromNodeProviderChain();
    const signer = new SignatureV4({ service: "sts", region, credentials, sha256: Sha256 });
    const { query = {} } = await signer.presign(asked, { expiresIn: 60 });
    const pairs = Object.entries(query).map((pair) => pair.map((one) => encodeURIComponent(String(one))).join("="));
    return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${pairs.join("&")}`).toString("base64url")}`;
}
