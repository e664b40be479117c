import { ApiError } from "./apiServer";
import { qualifiedPlural } from "./kinds/kind";
import { applied, encoded, importable, pruned, replacing, without } from "./live";
import { mapOf } from "./validation/field";
import { autoname } from "./validation/names";
import { UNKNOWN } from "../../cloud/props";
import { ProviderError } from "../protocol/types";
import { changedKeys } from "../../cloud/props";
import type { ApiServer } from "./apiServer";
import type { ApiKind } from "./kinds/kind";
import type { Props } from "../../cloud/props";
import type { Checked, Context, Created, Current, Difference, Kind } from "../protocol/types";

/** Marks objects with generated names; their replacements need not wait for the name to be free. */
const autonamed = "pulumi.com/autonamed";
const hint =
    'if the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** A provider instance's configuration, as far as resources need it. */
export interface Connection {
    /** The cluster, or why it is unreachable. */
    readonly server: ApiServer | { readonly unreachable: string };
    /** The namespace of namespaced objects that name none. */
    readonly namespace: string;
    /** Kinds whose data can change in place: `ConfigMap`, `Secret`. */
    readonly mutableData: ReadonlySet<string>;
    /** Treats resources of an unreachable cluster as deleted. */
    readonly deleteUnreachable: boolean;
}

/** A kind of the Kubernetes API as a resource type, with the real provider's names, ids, replacements and errors. */
export class ApiResource implements Kind {
    constructor(
        private readonly kind: ApiKind,
        private readonly connection: () => Connection,
    ) {}

    async check(news: Props, olds: Props | undefined, context: Context): Promise<Checked> {
        const metadata = { ...mapOf(news["metadata"]) };
        if (metadata["generateName"] !== undefined) {
            const reason = "the `.metadata.generateName` field is not supported in Server-Side Apply mode";
            return { inputs: news, failures: [{ property: "metadata.generateName", reason }] };
        }
        if (metadata["name"] === undefined && news["metadata"] !== UNKNOWN) {
            const before = mapOf(olds?.["metadata"]);
            const adopted = mapOf(before["annotations"])[autonamed] === "true" ? before["name"] : undefined;
            const name = adopted ?? (olds === undefined ? autoname(context.name, context.randomSeed) : undefined);
            if (name !== undefined) {
                metadata["name"] = name;
                metadata["annotations"] = { ...mapOf(metadata["annotations"]), [autonamed]: "true" };
            }
        }
        if (this.kind.namespaced && metadata["namespace"] === undefined && this.connection().namespace !== "default") {
            metadata["namespace"] = this.connection().namespace;
        }
        const { apiVersion, kind } = this.kind;
        return {
            inputs: { ...news, apiVersion, kind, ...(news["metadata"] === UNKNOWN ? {} : { metadata }) },
            failures: [],
        };
    }

    async diff(_id: string, state: Props, olds: Props, news: Props): Promise<Difference> {
        const before = this.placed(mapOf(pruned(state, encoded(olds))));
        const after = this.placed(encoded(news));
        const changed = changedKeys(before, after);
        const immutable = news["immutable"] === true;
        const replace = changed.length === 0 ? [] : replacing(this.kind, before, after, this.isMutable() && !immutable);
        const metadata = mapOf(after["metadata"]);
        const sameName =
            metadata["name"] === mapOf(state["metadata"])["name"] &&
            metadata["namespace"] === mapOf(before["metadata"])["namespace"];
        const named = mapOf(metadata["annotations"])[autonamed] !== "true";
        return { changed, replace, deleteBeforeReplace: replace.length > 0 && named && sameName };
    }

    async create(news: Props, context: Context, preview: boolean): Promise<Created> {
        const { server: target } = this.connection();
        if (preview && "unreachable" in target) {
            return { id: "", state: news };
        }
        const server = reached(target);
        const object = this.placed(news);
        try {
            this.refuseIdle(server, object, preview);
            const state = server.create(this.kind, object, preview);
            return { id: preview ? "" : this.idOf(state), state };
        } catch (error) {
            if (preview && mayPass(error)) {
                return { id: "", state: news };
            }
            throw this.worded(error, refused(context));
        }
    }

    async foresee(news: Props, context: Context): Promise<Created> {
        const { server } = this.connection();
        const object = this.placed(news);
        if (!("unreachable" in server)) {
            try {
                this.refuseIdle(server, object, true);
                return { id: this.idOf(object), state: server.create(this.kind, object, false) };
            } catch (error) {
                if (!mayPass(error)) {
                    throw this.worded(error, refused(context));
                }
            }
        }
        return { id: this.idOf(object), state: news };
    }

    async update(id: string, _state: Props, news: Props, context: Context, preview: boolean): Promise<Props> {
        const { server: target } = this.connection();
        if (preview && "unreachable" in target) {
            return news;
        }
        const server = reached(target);
        const { namespace, name } = place(id);
        try {
            const live = server.get(this.kind, namespace, name);
            if (live === undefined) {
                throw new ApiError("NotFound", `${qualifiedPlural(this.kind)} "${name}" not found`);
            }
            const asked = this.placed(news);
            const before = server.applied(this.kind, namespace, name) ?? {};
            this.refuseIdle(server, asked, preview, live);
            return server.replace(this.kind, live, applied(live, encoded(before), encoded(asked)), asked, preview);
        } catch (error) {
            throw this.worded(error, `update of resource "${context.urn}" failed`);
        }
    }

    async read(id: string, _state: Props, inputs: Props | undefined, _context: Context): Promise<Current | undefined> {
        const { server, deleteUnreachable } = this.connection();
        if ("unreachable" in server) {
            if (deleteUnreachable) {
                return undefined;
            }
            throw new ProviderError(
                `failed to read resource state due to unreachable cluster (${server.unreachable}); ${hint}`,
            );
        }
        const { namespace, name } = place(id);
        const state = server.get(this.kind, namespace, name);
        if (state === undefined) {
            return undefined;
        }
        const asked =
            inputs === undefined || Object.keys(inputs).length === 0
                ? importable(state)
                : mapOf(pruned(state, encoded(inputs)));
        return { id, state, inputs: asked };
    }

    async delete(id: string, _state: Props, _context: Context): Promise<void> {
        const { server, deleteUnreachable } = this.connection();
        if ("unreachable" in server) {
            if (deleteUnreachable) {
                return;
            }
            throw new ProviderError(`configured Kubernetes cluster is unreachable (${server.unreachable}); ${hint}`);
        }
        const { namespace, name } = place(id);
        server.delete(this.kind, namespace, name);
    }

    /** The object with its namespace, or without one: the API server uses the request's path. */
    private placed(object: Props): Props {
        if (object["metadata"] === UNKNOWN) {
            return object;
        }
        if (!this.kind.namespaced) {
            return { ...object, metadata: without(mapOf(object["metadata"]), ["namespace"]) };
        }
        return { ...object, metadata: { namespace: this.connection().namespace, ...mapOf(object["metadata"]) } };
    }

    /** The real provider waits for pods that never start, and then fails. */
    private refuseIdle(server: ApiServer, object: Props, preview: boolean, live?: Props): void {
        const problems = server.startProblems(this.kind, object, preview, live);
        if (problems.length > 0 && mapOf(mapOf(object["metadata"])["annotations"])["pulumi.com/skipAwait"] !== "true") {
            const fix = 'fix this, or set the annotation pulumi.com/skipAwait to "true" to continue without them';
            throw new ApiError("Invalid", `its pods would never become ready: ${problems.join("; ")} (${fix})`);
        }
    }

    private isMutable(): boolean {
        return this.connection().mutableData.has(this.kind.kind);
    }

    private idOf(state: Props): string {
        const { namespace, name } = mapOf(state["metadata"]) as Record<string, string>;
        return this.kind.namespaced ? `${namespace}/${name}` : `${name}`;
    }

    private worded(error: unknown, intro: string): unknown {
        return error instanceof ApiError ? new ProviderError(`${intro}: ${error.message}`) : error;
    }
}

/** Whether the objects that it needs or conflicts with may change in the same update. */
function mayPass(error: unknown): boolean {
    return error instanceof ApiError && (error.reason === "NotFound" || error.reason === "AlreadyExists");
}

/** @throws ProviderError if the cluster is unreachable */
export function reached(server: Connection["server"]): ApiServer {
    if ("unreachable" in server) {
        throw new ProviderError(`configured Kubernetes cluster is unreachable: ${server.unreachable}`);
    }
    return server;
}

export function refused({ urn }: Context): string {
    return `resource "${urn}" was not successfully created by the Kubernetes API server`;
}

/** `namespace/name`, or a name alone. */
function place(id: string): { namespace: string; name: string } {
    const [first = "", second] = id.split("/");
    return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}
