import type { Field } from "../validation/field";
import type { NameRule } from "../validation/names";
import type { Problems } from "../validation/problems";
import type { Props } from "../../../cloud/props";

/** One kind of the Kubernetes API: its names, its validation, its immutable fields. */
export interface ApiKind {
    /** `v1`, `apps/v1`, … */
    readonly apiVersion: string;
    readonly kind: string;
    /** Its name in URLs and in errors such as `namespaces "x" not found`. */
    readonly plural: string;
    readonly namespaced: boolean;
    /** Defined by a CustomResourceDefinition, whose type errors are worded differently. */
    readonly custom?: boolean;
    readonly nameRule: NameRule;
    /** Validates everything but the metadata. */
    validate?(object: Field, problems: Problems): void;
    /** Fields whose change needs a new object (paths below the object's root). Source: pulumi-kubernetes, provider/diff.go. */
    readonly forceNew?: readonly string[];
    /** The path of its pod: the part that has `metadata` and `spec`. */
    readonly podAt?: readonly string[];
    /** Defaults that the API server and its controllers set. */
    complete?(object: Props): Props;
    /** The initial `status`; nothing runs in the sandbox, so it never changes. */
    readonly status?: Props;
}

/** The API group (`""` is core) and the version. */
export function groupVersion(kind: ApiKind): { group: string; version: string } {
    const [first = "", second] = kind.apiVersion.split("/");
    return second === undefined ? { group: "", version: first } : { group: first, version: second };
}

/** `deployments.apps`, `pods`: used in errors about names. */
export function qualifiedPlural(kind: ApiKind): string {
    const { group } = groupVersion(kind);
    return group === "" ? kind.plural : `${kind.plural}.${group}`;
}

/** `Deployment.apps`, `Pod`: used in errors about content. */
export function qualifiedKind(kind: ApiKind): string {
    const { group } = groupVersion(kind);
    return group === "" ? kind.kind : `${kind.kind}.${group}`;
}

/**
 * Whether `metadata.generation` counts the changes of its spec: of what runs pods, of NetworkPolicies and of custom resources.
 * https://github.com/kubernetes/kubernetes/tree/v1.36.3/pkg/registry (PrepareForCreate in each strategy.go)
 */
export function countsChanges(kind: ApiKind): boolean {
    return kind.podAt !== undefined || kind.custom === true || kind.kind === "NetworkPolicy";
}

/** Its type token in @pulumi/kubernetes, where the core group is called `core`. */
export function typeToken(kind: ApiKind): string {
    const { group, version } = groupVersion(kind);
    return `kubernetes:${group === "" ? `core/${version}` : kind.apiVersion}:${kind.kind}`;
}
