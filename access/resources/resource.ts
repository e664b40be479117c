import type { Value, Values } from "./value";
import { at } from "./value";

/** One resource of a stack, as far as it is known. */
export interface Resource {
    /** Unique among all resources read together. */
    readonly urn: string;
    /** Pulumi type token, `aws:iam/role:Role`; of a resource of aws-native, the type of aws that is the same thing. */
    readonly type: string;
    /** The type in the program, where that is another. */
    readonly declared?: string;
    /** The name in the program. */
    readonly name: string;
    /** True for a component: it stands for the resources inside it. */
    readonly component: boolean;
    /** The provider's id; undefined for components and for what does not exist yet. */
    readonly id?: string;
    readonly inputs: Values;
    readonly outputs: Values;
    /** The provider instance's urn. */
    readonly provider?: string;
    /** The component that it belongs to. */
    readonly parent?: string;
    /** For each input, the urns of the resources that supply it. */
    readonly suppliers: Readonly<Record<string, readonly string[]>>;
    /** The urns it waits for, whatever the input. */
    readonly dependencies: readonly string[];
}

/** A property, outputs before inputs: what the cloud answered outweighs what was asked for. */
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

/** How messages name a resource: `aws:Role shop`. */
export function label(resource: Resource): string {
    return `${shortType(typeOf(resource))} ${resource.name}`;
}

/** A resource's type as the program has it. */
export function typeOf({ declared, type }: Resource): string {
    return declared ?? type;
}
