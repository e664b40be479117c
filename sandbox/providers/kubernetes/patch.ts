import { createHash } from "node:crypto";

import { ProviderError } from "../protocol/types";
import type { Checked, Context, Created, Current, Difference, Kind } from "../protocol/types";
import { changedKeys, isUnknown, UNKNOWN } from "../../cloud/props";
import type { Props } from "../../cloud/props";
import { ApiError, type ApiServer } from "./apiServer";
import { sameAt } from "./fields";
import { qualifiedPlural, type ApiKind } from "./kinds/kind";
import { pruned, without } from "./live";
import { reached, refused, type Connection } from "./resource";
import { find, serverSideApply } from "./serverSideApply";
import { mapOf } from "./validation/field";

const MANAGER = "__fieldManager";
const HELP =
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

/**
 * Fields of an object that somebody else created (`ServiceAccountPatch`), by server-side apply with a field manager of their own. Its end
 * takes away these fields and nothing else; a field with another value is a conflict.
 *
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/await/await.go (`Creation`, `Update`, `Deletion`)
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
        const manager = managerFor(context);
        return { id: idOf(news, this.kind), state: this.apply(news, manager, refused(context), false) };
    }

    async foresee(news: Props, context: Context): Promise<Created> {
        const server = this.connection().server;
        return "unreachable" in server || find(server, this.kind, news) === undefined
            ? { id: idOf(news, this.kind), state: news }
            : this.create(news, context, false);
    }

    /** Unlike the creation, it is sent in a preview too, and needs the object. */
    async update(_id: string, state: Props, news: Props, { urn }: Context, preview: boolean): Promise<Props> {
        if (preview && (isUnknown(news) || "unreachable" in this.connection().server)) {
            return news;
        }
        const intro = `update of resource "${urn}" failed`;
        if (find(this.server(), this.kind, news) === undefined) {
            const { name = "" } = mapOf(news["metadata"]) as Record<string, string>;
            const missing = `${qualifiedPlural(this.kind)} "${name}" not found`;
            throw new ProviderError(`${intro}: ${missing}\nunable to get cluster state: ${missing}`);
        }
        return this.apply(news, managerOf(state), intro, preview);
    }

    async read(id: string, state: Props, inputs: Props | undefined): Promise<Current | undefined> {
        const live = find(this.server(), this.kind, inputs ?? state);
        const asked = inputs ?? without(state, [MANAGER]);
        return live === undefined
            ? undefined
            : { id, state: { ...live, [MANAGER]: managerOf(state) }, inputs: mapOf(pruned(live, asked)) };
    }

    /**
     * Applies nothing but the object's name, which creates an object that is not there, and fails without its namespace:
     * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/ssa/actions.go (`Relinquish`)
     */
    async delete(_id: string, state: Props): Promise<void> {
        const { namespace, name } = mapOf(state["metadata"]);
        const { apiVersion, kind } = this.kind;
        const metadata: Props = { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
        this.apply({ apiVersion, kind, metadata }, managerOf(state), undefined, false);
    }

    private apply(given: Props, manager: string, intro: string | undefined, dryRun: boolean): Props {
        try {
            return { ...serverSideApply(this.server(), this.kind, given, manager, dryRun), [MANAGER]: manager };
        } catch (error) {
            if (!(error instanceof ApiError)) {
                throw error;
            }
            // `handleSSAErr` there.
            const told =
                error.reason === "Conflict"
                    ? `server-side apply field conflict detected, see ${HELP} for troubleshooting help\n` +
                      `The resource managed by field manager "${manager}" had an apply conflict: ${error.message}`
                    : error.message;
            throw new ProviderError(intro === undefined ? told : `${intro}: ${told}`);
        }
    }

    private server(): ApiServer {
        return reached(this.connection().server);
    }
}

/** Each resource has a manager of its own, with eight random characters (`fieldManagerName` of the provider). */
function managerFor({ urn }: Context): string {
    return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}

function managerOf(state: Props): string {
    const manager = state[MANAGER];
    return typeof manager === "string" ? manager : "";
}

function idOf(object: Props, { namespaced }: ApiKind): string {
    const { namespace = "default", name = "" } = mapOf(object["metadata"]) as Record<string, string>;
    return namespaced ? `${namespace}/${name}` : name;
}
