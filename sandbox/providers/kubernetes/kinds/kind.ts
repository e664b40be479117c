import type { Field } from "../validation/field";
import type { NameRule } from "../validation/names";
import type { Problems } from "../validation/problems";
import type { Props } from "../../protocol/types";

/** One kind of the Kubernetes API: what it is called, how its objects are checked, what cannot change in place. */
export interface ApiKind {
    /** `v1`, `apps/v1`, … */
    readonly apiVersion: string;
    readonly kind: string;
    /** Its name in URLs and in errors such as `namespaces "x" not found`. */
    readonly plural: string;
    readonly namespaced: boolean;
    /** Defined by a CustomResourceDefinition, whose errors about types read otherwise. */
    readonly custom?: boolean;
    readonly nameRule: NameRule;
    /** Everything beyond metadata. */
    validate?(object: Field, problems: Problems): void;
    /** Fields whose change needs a new object (paths below the object's root). Source: pulumi-kubernetes, provider/diff.go. */
    readonly forceNew?: readonly string[];
    /** Where the pod is that it makes: the path of the part that has `metadata` and `spec`. */
    readonly podAt?: readonly string[];
    /** What the API server and its controllers fill in that the program left out. */
    complete?(object: Props): Props;
    /** The `status` at once after creation; nothing runs in the sandbox, so none says that something did. */
    readonly status?: Props;
}

/** The API group (`""` is core) and the version. */
export function groupVersion(kind: ApiKind): { group: string; version: string } {
    const [first = "", second] = kind.apiVersion.split("/");
    return second === undefined ? { group: "", version: first } : { group: first, version: second };
}

/** `deployments.apps`, `pods`: how errors about names call it. */
export function qualifiedPlural(kind: ApiKind): string {
    const { group } = groupVersion(kind);
    return group === "" ? kind.plural : `${kind.plural}.${group}`;
}

/** `Deployment.apps`, `Pod`: how errors about content call it. */
export function qualifiedKind(kind: ApiKind): string {
    const { group } = groupVersion(kind);
    return group === "" ? kind.kind : `${kind.kind}.${group}`;
}

/** The type token under which @pulumi/kubernetes registers it; core's group has a name only there. */
export function typeToken(kind: ApiKind): string {
    const { group, version } = groupVersion(kind);
    return `kubernetes:${group === "" ? `core/${version}` : kind.apiVersion}:${kind.kind}`;
}
