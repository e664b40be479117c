import { isRecord } from "../../../toolkit/record";
import type { Props } from "../../cloud/props";
import type { CloudObject, Store } from "../../cloud/store";
import { keyOf } from "../../cloud/clusters";
import { respond, type HttpAnswer } from "../../identity/http";
import type { HttpRequest } from "../../identity/stsSignature";
import { timestamp } from "./apiServer";
import { kinds } from "./kinds";
import { groupVersion, qualifiedPlural, typeToken, type ApiKind } from "./kinds/kind";
import { mapOf } from "./validation/field";

/** What a client asks with that takes an object's metadata alone (components/tenancy/migration/kubernetesSecrets.ts). */
const METADATA = /^application\/json;as=PartialObjectMetadata;g=meta\.k8s\.io;v=v1$/;

/** Kinds that the stand-in has no objects of, because no controller runs in it, with the versions of their lists. */
const NEVER_THERE: Readonly<Record<string, string>> = {
    "/apis/apps/v1/statefulsets": "StatefulSet",
    "/apis/apps/v1/replicasets": "ReplicaSet",
};

/**
 * A cluster's API over HTTP, as far as the program itself uses it, beside its provider: lists in a namespace, a Secret's metadata, and
 * the deletion of a Secret. It never sends a Secret's data. Answers are those of a real kube-apiserver, with which
 * `npm run conformance:secrets` compares them.
 *
 * @param caller who signs in with a token; undefined for nobody, null for somebody to whom RBAC gives nothing
 */
export function answerKubernetes(
    store: Store,
    cluster: CloudObject,
    caller: string | null | undefined,
    request: HttpRequest,
): HttpAnswer {
    const url = new URL(request.url, "https://kubernetes");
    const [, group = "", namespace = "", plural = "", name] =
        /^(\/api\/v1|\/apis\/[\w.]+\/\w+)\/namespaces\/([^/]+)\/([a-z]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (caller === undefined) {
        return failure(401, "Unauthorized", "Unauthorized");
    }
    if (plural === "") {
        return respond(404, "text/plain", "404 page not found\n");
    }
    if (caller === null) {
        const verb = request.method === "DELETE" ? "delete" : name === undefined ? "list" : "get";
        const apiGroup = /^\/apis\/([\w.]+)/.exec(group)?.[1] ?? "";
        const qualified = apiGroup === "" ? plural : `${plural}.${apiGroup}`;
        const what = `${qualified}${name === undefined ? "" : ` "${name}"`} is forbidden: User cannot ${verb} resource "${plural}" in API group "${apiGroup}" in the namespace "${namespace}"`;
        const details = {
            ...(name !== undefined && { name }),
            ...(apiGroup !== "" && { group: apiGroup }),
            kind: plural,
        };
        return failure(403, "Forbidden", what, details);
    }
    const kind = [...kinds.values()].find((one) => one.namespaced && pathOf(one) === `${group}/${plural}`);
    const never = NEVER_THERE[`${group}/${plural}`];
    if (kind === undefined && never === undefined) {
        return failure(404, "NotFound", "the server could not find the requested resource", {});
    }
    const read = (one: ApiKind, id: string) =>
        store.get(typeToken(one), `${keyOf(cluster)}/${namespace}/${id}`, cluster);
    if (request.method === "GET" && name === undefined) {
        return listOf(url, kind, never, () => objectsIn(store, cluster, kind, namespace));
    }
    if (kind?.kind !== "Secret" || name === undefined || !["GET", "DELETE"].includes(request.method)) {
        return failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }
    if (!METADATA.test(request.headers["accept"] ?? "")) {
        return failure(406, "NotAcceptable", "the sandbox's API sends only the metadata of a Secret");
    }
    const found = read(kind, name);
    if (found === undefined) {
        return failure(404, "NotFound", `${qualifiedPlural(kind)} "${name}" not found`, { name, kind: kind.plural });
    }
    return request.method === "GET" ? metadataOf(found) : deleted(store, kind, found, request.body);
}

function pathOf(kind: ApiKind): string {
    const { group, version } = groupVersion(kind);
    return `${group === "" ? `/api/${version}` : `/apis/${group}/${version}`}/${kind.plural}`;
}

function objectsIn(store: Store, cluster: CloudObject, kind: ApiKind | undefined, namespace: string): Props[] {
    const within = `${keyOf(cluster)}/${namespace}/`;
    return kind === undefined
        ? []
        : store
              .list(typeToken(kind), { region: cluster.region, account: cluster.account })
              .filter(({ id }) => id.startsWith(within))
              .map(({ state }) => state as Props);
}

function listOf(url: URL, kind: ApiKind | undefined, never: string | undefined, items: () => Props[]): HttpAnswer {
    const unknown = [...url.searchParams.keys()].filter((key) => key !== "limit");
    if (kind?.kind === "Secret") {
        return failure(406, "NotAcceptable", "the sandbox's API sends only the metadata of a Secret");
    }
    if (unknown.length > 0) {
        return failure(400, "BadRequest", `the sandbox's API supports limit, not ${unknown.join(", ")}`);
    }
    const apiVersion = kind?.apiVersion ?? "apps/v1";
    const list = { kind: `${kind?.kind ?? never}List`, apiVersion, metadata: { resourceVersion: "1" }, items: items() };
    return json(200, list);
}

function metadataOf({ state }: CloudObject): HttpAnswer {
    return json(200, { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: state["metadata"] });
}

/** A finalizer keeps an object that is deleted: it is only marked. */
function deleted(store: Store, kind: ApiKind, found: CloudObject, body: string): HttpAnswer {
    const options: unknown = body === "" ? {} : JSON.parse(body);
    const { kind: type, preconditions } = isRecord(options) ? options : {};
    if (type !== "DeleteOptions" || !isRecord(preconditions) || Object.keys(preconditions).join() !== "uid") {
        return failure(400, "BadRequest", "the sandbox's API deletes a Secret only with its uid as a precondition");
    }
    const metadata = mapOf(found.state["metadata"]);
    const { name, uid } = metadata as { readonly name: string; readonly uid: string };
    const { finalizers } = metadata;
    if (preconditions["uid"] !== uid) {
        return failure(
            409,
            "Conflict",
            `Operation cannot be fulfilled on Secret "${name}": the UID in the precondition (${String(preconditions["uid"])}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
            { name, kind: "Secret" },
        );
    }
    if (Array.isArray(finalizers) && finalizers.length > 0) {
        const mark = { deletionTimestamp: timestamp(), deletionGracePeriodSeconds: 0 };
        const state = { ...found.state, metadata: { ...metadata, ...mark } } as CloudObject["state"];
        store.put({ ...found, state });
        return metadataOf({ ...found, state });
    }
    store.remove(typeToken(kind), found.id, found);
    const details = { name, kind: kind.plural, uid };
    return json(200, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
}

function failure(code: number, reason: string, message: string, details?: object): HttpAnswer {
    const more = details === undefined ? {} : { details };
    return json(code, {
        ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
        ...{ message, reason, ...more, code },
    });
}

function json(status: number, body: object): HttpAnswer {
    return respond(status, "application/json", JSON.stringify(body));
}
