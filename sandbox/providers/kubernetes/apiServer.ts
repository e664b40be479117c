import { now, uuid } from "../protocol/chance";

import { securityProblem, serviceAccountProblem, startProblems } from "./admission/pods";
import { kinds } from "./kinds";
import { countsChanges, groupVersion, qualifiedKind, qualifiedPlural } from "./kinds/kind";
import { shapes } from "./shapes";
import { decode } from "./shapes/decode";
import { Field, mapOf } from "./validation/field";
import { validateMetadata } from "./validation/metadata";
import { Problems } from "./validation/problems";
import { UNKNOWN } from "../../cloud/props";
import { sameValue } from "../../cloud/props";
import type { Lookup } from "./admission/pods";
import type { ClusterObjects } from "./clusterObjects";
import type { ApiKind } from "./kinds/kind";
import type { Props } from "../../cloud/props";

/** Namespaces that every cluster starts with. */
const firstNamespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

type Reason = "NotFound" | "AlreadyExists" | "Conflict" | "Invalid" | "Forbidden" | "BadRequest";

/** A refusal in the API server's own words. */
export class ApiError extends Error {
    constructor(
        readonly reason: Reason,
        message: string,
    ) {
        super(message);
    }
}

/** One cluster's API server: it validates objects as the real one does, but does not run pods and jobs. */
export class ApiServer {
    constructor(private readonly objects: ClusterObjects) {}

    get(kind: ApiKind, namespace: string, name: string): Props | undefined {
        return this.objects.get(kind, namespace, name)?.state;
    }

    /** The last applied configuration, whose fields a later request can remove. */
    applied(kind: ApiKind, namespace: string, name: string): Props | undefined {
        return this.objects.get(kind, namespace, name)?.inputs;
    }

    /**
     * Creates an object, or returns what it would be (`dryRun`, in which values can be unknown).
     * @throws ApiError
     */
    create(kind: ApiKind, object: Props, dryRun: boolean): Props {
        read(kind, object);
        const given = mapOf(object["metadata"]);
        const namespace = textOf(given["namespace"]);
        const name = textOf(given["name"]);
        if (kind.namespaced && namespace !== undefined && this.namespace(namespace) === undefined) {
            throw new ApiError("NotFound", `namespaces "${namespace}" not found`);
        }
        const fresh: Props = dryRun
            ? { creationTimestamp: UNKNOWN, resourceVersion: UNKNOWN, uid: UNKNOWN }
            : { creationTimestamp: timestamp(), resourceVersion: String(now().getTime()), uid: uuid() };
        const whole = { ...object, metadata: { ...(countsChanges(kind) && { generation: 1 }), ...given, ...fresh } };
        const bare = kind.kind === "Pod" && namespace !== undefined;
        if (bare && !dryRun) {
            this.admit(whole, (pod) => serviceAccountProblem(pod, this.lookup(namespace)));
        }
        const complete = this.complete(kind, whole);
        if (bare) {
            this.admit(complete, (pod) => securityProblem(pod.at("spec"), this.lookup(namespace)));
        }
        const exists = name !== undefined && this.get(kind, namespace ?? "", name) !== undefined;
        const status: Props = kind.status === undefined ? {} : { status: dryRun ? UNKNOWN : kind.status };
        const state: Props = { ...complete, ...status };
        if (exists || (!dryRun && !this.objects.add(kind, namespace ?? "", name ?? "", object, state))) {
            throw new ApiError("AlreadyExists", `${qualifiedPlural(kind)} "${name}" already exists`);
        }
        if (!dryRun && kind.kind === "Namespace") {
            this.populate(name ?? "");
        }
        if (!dryRun) {
            this.startPods(kind, namespace, state);
        }
        return state;
    }

    /** Replaces `live` by another object; `applied` is the requested configuration. @throws ApiError */
    replace(kind: ApiKind, live: Props, object: Props, applied: Props, dryRun: boolean): Props {
        read(kind, object);
        const before = mapOf(live["metadata"]);
        const complete = this.complete(kind, object);
        const grown = sameValue(complete["spec"], live["spec"]) ? 0 : 1;
        const metadata: Props = {
            ...mapOf(complete["metadata"]),
            ...(countsChanges(kind) && { generation: Number(before["generation"] ?? 1) + grown }),
            resourceVersion: dryRun ? UNKNOWN : String(Math.max(Date.now(), Number(before["resourceVersion"]) + 1)),
        };
        const state = { ...complete, metadata };
        if (!dryRun) {
            this.objects.put(kind, textOf(before["namespace"]) ?? "", textOf(before["name"]) ?? "", applied, state);
            if (podsChange(kind, live, state)) {
                this.startPods(kind, textOf(before["namespace"]), state);
            }
        }
        return state;
    }

    /** Deletes an object, and all objects in a namespace; does nothing if it does not exist. */
    delete(kind: ApiKind, namespace: string, name: string): void {
        if (kind.kind === "Namespace") {
            this.objects.removeNamespaced(name);
        }
        this.objects.remove(kind, namespace, name);
    }

    /**
     * Why the pods of a valid object would never run; the API server itself accepts such an object. In a dry run, the
     * objects that the pods need may be created later. An object that replaces `live` with the same pods creates none.
     */
    startProblems(kind: ApiKind, object: Props, dryRun: boolean, live?: Props): readonly string[] {
        const namespace = textOf(mapOf(object["metadata"])["namespace"]);
        if (kind.podAt === undefined || namespace === undefined) {
            return [];
        }
        const template = Field.root(kind.complete?.(object) ?? object).at(...kind.podAt);
        const violation =
            kind.kind === "Pod" ? undefined : securityProblem(template.at("spec"), this.lookup(namespace));
        const late =
            dryRun || (live !== undefined && !podsChange(kind, live, object))
                ? undefined
                : this.objects.podIdentity.problem(namespace, template.at("spec"));
        return [
            ...(violation === undefined ? [] : [`pods are forbidden: ${violation}`]),
            ...(dryRun ? [] : startProblems(template.at("spec"), this.lookup(namespace))),
            ...(late === undefined ? [] : [late]),
        ];
    }

    /** Creates the objects of a new cluster, once, and removes those of deleted clusters (all but `keys`). */
    initialize(keys: readonly string[]): void {
        if (this.namespace("kube-system") !== undefined) {
            return;
        }
        this.objects.keepClusters(keys);
        for (const name of firstNamespaces) {
            try {
                this.create(core("Namespace"), { apiVersion: "v1", kind: "Namespace", metadata: { name } }, false);
            } catch (error) {
                // Another process of the same run was first.
                if (!(error instanceof ApiError && error.reason === "AlreadyExists")) {
                    throw error;
                }
            }
        }
    }

    /** The object that the server would store: with its defaults, which are validated like the given values. */
    private complete(kind: ApiKind, object: Props): Props {
        const problems = new Problems();
        const complete = kind.complete?.(object) ?? object;
        const root = Field.root(complete);
        validateMetadata(root.at("metadata"), kind.nameRule, kind.namespaced, problems);
        kind.validate?.(root, problems);
        refuse(kind, object, problems.messages);
        return complete;
    }

    /** Built-in admission: can refuse a pod that is valid in itself. */
    private admit(pod: Props, plugin: (pod: Field) => string | undefined): void {
        const root = Field.root(pod);
        const problem = plugin(root);
        if (problem !== undefined) {
            throw new ApiError(
                "Forbidden",
                `pods "${root.at("metadata", "name").text() ?? ""}" is forbidden: ${problem}`,
            );
        }
    }

    private startPods(kind: ApiKind, namespace: string | undefined, state: Props): void {
        if (kind.podAt !== undefined && namespace !== undefined) {
            this.objects.podIdentity.created(namespace, Field.root(state).at(...kind.podAt, "spec"));
        }
    }

    private lookup(namespace: string): Lookup {
        return (kind, name) =>
            kind === "Namespace" ? this.namespace(namespace) : this.get(core(kind), namespace, name);
    }

    private namespace(name: string): Props | undefined {
        return this.get(core("Namespace"), "", name);
    }

    /** What controllers create in each new namespace. */
    private populate(namespace: string): void {
        this.create(
            core("ServiceAccount"),
            { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace } },
            false,
        );
        const data = { "ca.crt": Buffer.from(this.objects.cluster.certificateAuthority, "base64").toString() };
        const metadata = { name: "kube-root-ca.crt", namespace };
        this.create(core("ConfigMap"), { apiVersion: "v1", kind: "ConfigMap", metadata, data }, false);
    }
}

/** Whether an object's pods differ, so that its controller recreates them. */
function podsChange(kind: ApiKind, before: Props, after: Props): boolean {
    const { podAt = [] } = kind;
    const podIn = (object: Props) => Field.root(kind.complete?.(object) ?? object).at(...podAt).value;
    return podAt.length > 0 && !sameValue(podIn(before), podIn(after));
}

/** Refuses what cannot be decoded. The types of custom resources are checked later than others, with other messages. */
function read(kind: ApiKind, object: Props): void {
    const { unreadable, unknownFields } = decode(shapes, kind.kind, object);
    const unknown = unknownFields.map((path) => `unknown field "${path}"`).join(", ");
    const types = kind.custom === true ? [] : unreadable.map(({ text }) => text);
    const problems =
        types.length > 0 ? types.join(", ") : unknown === "" ? undefined : `strict decoding error: ${unknown}`;
    if (problems !== undefined) {
        const { version } = groupVersion(kind);
        throw new ApiError(
            "BadRequest",
            `${kind.kind} in version "${version}" cannot be handled as a ${kind.kind}: ${problems}`,
        );
    }
    refuse(
        kind,
        object,
        unreadable.map(
            ({ path, given, wanted }) =>
                `${path}: Invalid value: "${given}": ${path} in body must be of type ${wanted}: "${given}"`,
        ),
    );
}

function refuse(kind: ApiKind, object: Props, problems: readonly string[]): void {
    if (problems.length > 0) {
        const all = problems.length === 1 ? problems.join("") : `[${problems.join(", ")}]`;
        const name = textOf(mapOf(object["metadata"])["name"]) ?? "";
        throw new ApiError("Invalid", `${qualifiedKind(kind)} "${name}" is invalid: ${all}`);
    }
}

function core(name: string): ApiKind {
    const kind = kinds.get(`kubernetes:core/v1:${name}`);
    if (kind === undefined) {
        throw new Error(`${name} is not a core kind`);
    }
    return kind;
}

function textOf(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" ? value : undefined;
}

/** The time in seconds, in the API server's format. */
export function timestamp(): string {
    return now()
        .toISOString()
        .replace(/\.[0-9]+Z$/, "Z");
}
