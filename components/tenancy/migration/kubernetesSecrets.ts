import * as pulumi from "@pulumi/pulumi";
import { regionOf } from "../../../toolkit/arn";
import { eksToken } from "../../../toolkit/eksToken";
import { kubernetesApi, type ApiAnswer, type KubernetesApi } from "../../../toolkit/kubernetesApi";
import { isRecord } from "../../../toolkit/record";
import { credentialsOf } from "../provisionerSession";
import type { PasswordSecrets, SecretStatus } from "./passwordSecrets";
import { secretKeeper } from "./secretKeeper";
import { secretUsers } from "./secretUsers";

/**
 * Asks for an object's metadata alone; a server that cannot answer so refuses (406), because the header allows nothing else. An
 * answer to DELETE can be the object too, while a finalizer keeps it.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go (doTransformObject)
 */
const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const PAGE = 500;

/**
 * Secrets of a cluster, named `NAMESPACE/NAME`. Only their metadata is asked for, and of it nothing is kept that can have a copy of
 * the data: `kubectl apply` writes one into an annotation.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-last-applied-configuration
 */
export class KubernetesSecrets implements PasswordSecrets {
    constructor(private readonly open: () => Promise<KubernetesApi>) {}

    async status(name: string): Promise<SecretStatus> {
        try {
            const api = await this.open();
            const { status, body } = await api({ method: "GET", path: pathOf(name), accept: METADATA });
            if (status === 404) {
                return { state: "gone" };
            }
            const { uid, creationTimestamp, deletionTimestamp, ...metadata } = metadataIn(status, body, "get", name);
            const [namespace = "", secret = ""] = name.split("/");
            const usedBy = await secretUsers((path) => listed(api, path), namespace, secret);
            const deleting = typeof deletionTimestamp === "string";
            return {
                ...{
                    state: "there",
                    uid: String(uid),
                    usedBy,
                    keep: finalizing(metadata, deleting) ?? secretKeeper(metadata),
                },
                ...(typeof creationTimestamp === "string" && { created: new Date(creationTimestamp) }),
            };
        } catch (error) {
            return { state: "unreadable", why: error instanceof Error ? error.message : String(error) };
        }
    }

    /** Deletes the very Secret that {@link status} has found: not another of that name which has been created since. */
    async remove(name: string, uid: string): Promise<void> {
        const api = await this.open();
        const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } };
        const answer = await api({ method: "DELETE", path: pathOf(name), accept: METADATA, body });
        if (answer.status !== 404 && answer.status !== 200 && answer.status !== 202) {
            throw new Error(`the Kubernetes API answers ${said(answer)} to delete secrets ${name}`);
        }
        const { kind, metadata } = isRecord(answer.body) ? answer.body : {};
        if (kind === "PartialObjectMetadata" && isRecord(metadata)) {
            throw new Error(finalizing(metadata, true) ?? "the Kubernetes API keeps it");
        }
    }
}

/**
 * What keeps a Secret that is deleted: it is only marked until its finalizers are removed, and the data stays.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-deletion
 */
function finalizing({ finalizers }: Readonly<Record<string, unknown>>, deleting: boolean): string | undefined {
    const names = Array.isArray(finalizers) ? finalizers.map(String).join(", ") : "";
    return deleting
        ? `it is being deleted, and stays until its finalizers are removed (${names}): remove them`
        : names === ""
          ? undefined
          : `deleting it would only mark it until its finalizers are removed (${names}): remove them first`;
}

function pathOf(name: string): string {
    const [namespace = "", secret = ""] = name.split("/").map(encodeURIComponent);
    return `/api/v1/namespaces/${namespace}/secrets/${secret}`;
}

function metadataIn(status: number, body: unknown, verb: string, name: string): Readonly<Record<string, unknown>> {
    const { kind, metadata } = isRecord(body) ? body : {};
    if (status !== 200 || kind !== "PartialObjectMetadata" || !isRecord(metadata)) {
        throw new Error(`the Kubernetes API answers ${said({ status, body })} to ${verb} secrets ${name}`);
    }
    return metadata;
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
async function listed(api: KubernetesApi, path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const found: Readonly<Record<string, unknown>>[] = [];
    let next = "";
    do {
        const more = next === "" ? "" : `&continue=${encodeURIComponent(next)}`;
        const answer = await api({ method: "GET", path: `${path}?limit=${PAGE}${more}` });
        const { items, metadata } = isRecord(answer.body) ? answer.body : {};
        if (answer.status !== 200 || !Array.isArray(items)) {
            throw new Error(`the Kubernetes API answers ${said(answer)} to list ${path.replace(/.*namespaces\//, "")}`);
        }
        found.push(...items.filter(isRecord));
        next = isRecord(metadata) && typeof metadata["continue"] === "string" ? metadata["continue"] : "";
    } while (next !== "");
    return found;
}

/** A status' reason, never its message or any other part of an answer. */
function said({ status, body }: ApiAnswer): string {
    const reason = isRecord(body) && body["kind"] === "Status" ? body["reason"] : undefined;
    return typeof reason === "string" ? `${status} (${reason})` : String(status);
}

/** How a program reaches the cluster. */
export interface ClusterArgs {
    /** JSON; empty without a cluster. */
    readonly kubeconfig: pulumi.Input<string>;
    /** ARN of the cluster; empty without one. */
    readonly kubernetesArn: pulumi.Input<string>;
    readonly proxyUrl?: string | undefined;
    /** The role and the profile with which the program signs in. */
    readonly role?: string | undefined;
    readonly profile?: string | undefined;
}

/** The Secrets of the program's cluster, for hooks, which run outside the program, where outputs cannot be awaited. */
export function clusterSecrets({ kubeconfig, kubernetesArn, proxyUrl, role, profile }: ClusterArgs): KubernetesSecrets {
    const known = new Promise<readonly [string, string]>((resolve) =>
        pulumi.all([kubeconfig, kubernetesArn]).apply((both) => resolve(both)),
    );
    return new KubernetesSecrets(async () => {
        const [config, arn] = await known;
        if (config === "" || arn === "") {
            throw new Error("the platform has no Kubernetes cluster");
        }
        const credentials = await credentialsOf(role, profile, regionOf(arn));
        const token = await eksToken(arn, credentials);
        return kubernetesApi({ ...endpointIn(config), proxyUrl }, token);
    });
}

/** What a kubeconfig of ours says of its only cluster. */
export function endpointIn(kubeconfig: string): { readonly endpoint: string; readonly authority: string } {
    const { clusters = [] } = JSON.parse(kubeconfig) as {
        readonly clusters?: readonly {
            readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
        }[];
    };
    const { server = "", "certificate-authority-data": data = "" } = clusters[0]?.cluster ?? {};
    return { endpoint: server, authority: Buffer.from(data, "base64").toString("utf8") };
}
