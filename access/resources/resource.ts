import type { Value, Values } from "./value";
import { at } from "./value";

/** The known properties of one resource of a stack. */
export interface Resource {
    /** Unique among all resources read together. */
    readonly urn: string;
    /** Pulumi type token, `aws:iam/role:Role`; for an aws-native resource, the equivalent aws type. */
    readonly type: string;
    /** The type in the program, if it differs. */
    readonly declared?: string;
    /** The name in the program. */
    readonly name: string;
    /** True for a component: it stands for the resources inside it. */
    readonly component: boolean;
    /** The provider's id; undefined for components and for resources that do not exist yet. */
    readonly id?: string;
    readonly inputs: Values;
    readonly outputs: Values;
    /** The provider instance's urn. */
    readonly provider?: string;
    /** The parent component. */
    readonly parent?: string;
    /** For each input, the urns of the resources that supply it. */
    readonly suppliers: Readonly<Record<string, readonly string[]>>;
    /** The urns it depends on, independent of inputs. */
    readonly dependencies: readonly string[];
}

/** A property, outputs before inputs: the cloud's response takes precedence over the request. */
export function property(resource: Resource, ...path: readonly [string, ...(string | number)[]]): Value | undefined {
    const answered = at(resource.outputs, ...path);
    return answered === undefined || answered === null ? at(resource.inputs, ...path) : answered;
}

/** A type token's package, `aws` of `aws:iam/role:Role`. */
export function packageOf(type: string): string {
    return type.slice(0, type.indexOf(":"));
}

/** A type token without its module path, `aws:Role` of `aws:iam/role:Role`; enough for messages. */
export function shortType(type: string): string {
    return `${packageOf(type)}:${type.slice(type.lastIndexOf(":") + 1)}`;
}

/** A resource's name in messages: `aws:Role shop`. */
export function label(resource: Resource): string {
    return `${shortType(typeOf(resource))} ${resource.name}`;
}

/** A resource's type in the program. */
export function typeOf({ declared, type }: Resource): string {
    return declared ?? type;
}
