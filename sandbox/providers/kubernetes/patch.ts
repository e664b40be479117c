import { ProviderError } from "../protocol/types";
import type { Checked, Context, Created, Current, Difference, Kind } from "../protocol/types";
import { changedKeys, isProps, UNKNOWN } from "../../cloud/props";
import type { Props, Value } from "../../cloud/props";
import type { ApiServer } from "./apiServer";
import { fieldsOf, fieldsV1, pathsIn, sameAt, valueAt, withField, withoutField, type Path } from "./fields";
import type { ApiKind } from "./kinds/kind";
import { pruned, without } from "./live";
import type { Connection } from "./resource";
import { mapOf } from "./validation/field";

const MANAGER = "__fieldManager";
const HELP =
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

/**
 * Fields of an object that somebody else created (`ServiceAccountPatch`), by server-side apply with a field manager of their own. Its end
 * takes away these fields and nothing else; a field with another value is a conflict.
 *
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/await/await.go (`Creation`, `Deletion`)
 */
export class PatchResource implements Kind {
    constructor(
        private readonly kind: ApiKind,
        private readonly connection: () => Connection,
    ) {}

    async check(news: Props): Promise<Checked> {
        const metadata = mapOf(news["metadata"]);
        if (news["metadata"] !== UNKNOWN && metadata["name"] === undefined) {
            const reason = "patch resources require the `.metadata.name` field to be set";
            return { inputs: news, failures: [{ property: "metadata.name", reason }] };
        }
        const { apiVersion, kind } = this.kind;
        return { inputs: { ...news, apiVersion, kind }, failures: [] };
    }

    async diff(_id: string, state: Props, olds: Props, news: Props): Promise<Difference> {
        const before = mapOf(pruned(state, olds));
        const changed = changedKeys(before, news);
        const moved = [
            ["metadata", "name"],
            ["metadata", "namespace"],
        ].some((path) => !sameAt(before, news, path));
        return { changed, replace: moved ? ["metadata"] : [], deleteBeforeReplace: moved };
    }

    /** A preview is not sent to the API: https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go (`skipPreview`) */
    async create(news: Props, context: Context, preview: boolean): Promise<Created> {
        if (preview) {
            return { id: "", state: news };
        }
        const manager = `pulumi-kubernetes-${context.name}`;
        return { id: idOf(news, this.kind), state: { ...this.apply(news, manager, context), [MANAGER]: manager } };
    }

    async foresee(news: Props, context: Context): Promise<Created> {
        const server = this.connection().server;
        return "unreachable" in server || this.live(server, news) === undefined
            ? { id: idOf(news, this.kind), state: news }
            : this.create(news, context, false);
    }

    async update(_id: string, state: Props, news: Props, context: Context, preview: boolean): Promise<Props> {
        const manager = managerOf(state);
        return preview ? news : { ...this.apply(news, manager, context), [MANAGER]: manager };
    }

    async read(id: string, state: Props, inputs: Props | undefined): Promise<Current | undefined> {
        const live = this.live(this.server(), inputs ?? state);
        const asked = inputs ?? without(state, [MANAGER]);
        return live === undefined
            ? undefined
            : { id, state: { ...live, [MANAGER]: managerOf(state) }, inputs: mapOf(pruned(live, asked)) };
    }

    async delete(_id: string, state: Props): Promise<void> {
        const server = this.server();
        const live = this.live(server, state);
        if (live !== undefined) {
            this.put(server, live, this.relinquished(live, managerOf(state)), managerOf(state), []);
        }
    }

    private apply(news: Props, manager: string, { urn }: Context): Props {
        const server = this.server();
        const live = this.live(server, news);
        if (live === undefined) {
            // "If the object does not exist, the API server creates it."
            return server.create(this.kind, news, false);
        }
        const own = ownedBy(live, manager);
        const fields = fieldsOf(news);
        const conflicts = fields.filter((path) => {
            const ours = own.some((one) => one.join(".") === path.join("."));
            return !ours && valueAt(live, path) !== undefined && !sameAt(live, news, path);
        });
        if (conflicts.length > 0) {
            const { apiVersion } = this.kind;
            const named = conflicts.map((path) => `.${path.join(".")}`);
            throw new ProviderError(
                // `handleSSAErr` there; the manager of fields from before the first apply is called so in Kubernetes.
                `resource "${urn}" was not successfully created by the Kubernetes API server: server-side apply field conflict detected, see ${HELP} for troubleshooting help\n` +
                    `The resource managed by field manager "${manager}" had an apply conflict: Apply failed with ${conflicts.length} conflict${conflicts.length === 1 ? "" : "s"}: ` +
                    `conflict with "before-first-apply" using ${apiVersion}: ${named.join(", ")}`,
            );
        }
        const rest = this.relinquished(live, manager);
        // A field that another owner has set to the same value stays when this patch ends.
        const owned = fields.filter((path) => valueAt(rest, path) === undefined);
        const merged = owned.reduce((object, path) => withField(object, path, valueAt(news, path) ?? null), rest);
        return this.put(server, live, merged, manager, owned);
    }

    /** The live object without a manager's fields. */
    private relinquished(live: Props, manager: string): Props {
        return ownedBy(live, manager).reduce(withoutField, live);
    }

    private put(server: ApiServer, live: Props, object: Props, manager: string, owned: readonly Path[]): Props {
        const { managedFields, ...metadata } = mapOf(object["metadata"]);
        const others = entriesOf(managedFields).filter((entry) => entry["manager"] !== manager);
        const entry: Props = {
            ...{ manager, operation: "Apply", apiVersion: this.kind.apiVersion },
            ...{ fieldsType: "FieldsV1", fieldsV1: fieldsV1(owned) },
        };
        const entries: Value[] = owned.length === 0 ? [...others] : [...others, entry];
        const managed: Props = entries.length === 0 ? {} : { managedFields: entries };
        const next = { ...object, metadata: { ...metadata, ...managed } };
        const { namespace, name } = mapOf(live["metadata"]) as Record<string, string>;
        const applied = server.applied(this.kind, namespace ?? "", name ?? "") ?? {};
        return server.replace(this.kind, live, next, applied, false);
    }

    private live(server: ApiServer, like: Props): Props | undefined {
        const { namespace, name } = mapOf(like["metadata"]) as Record<string, string>;
        return server.get(this.kind, this.kind.namespaced ? (namespace ?? "default") : "", name ?? "");
    }

    private server(): ApiServer {
        const { server } = this.connection();
        if ("unreachable" in server) {
            throw new ProviderError(`configured Kubernetes cluster is unreachable: ${server.unreachable}`);
        }
        return server;
    }
}

/** The fields that a manager alone owns. */
function ownedBy(live: Props, manager: string): readonly Path[] {
    return entriesOf(mapOf(live["metadata"])["managedFields"])
        .filter((entry) => entry["manager"] === manager)
        .flatMap((entry) => pathsIn(mapOf(entry["fieldsV1"])));
}

function entriesOf(managedFields: Value | undefined): Props[] {
    return Array.isArray(managedFields) ? managedFields.filter(isProps) : [];
}

function managerOf(state: Props): string {
    const manager = state[MANAGER];
    return typeof manager === "string" ? manager : "";
}

function idOf(object: Props, { namespaced }: ApiKind): string {
    const { namespace = "default", name = "" } = mapOf(object["metadata"]) as Record<string, string>;
    return namespaced ? `${namespace}/${name}` : name;
}
