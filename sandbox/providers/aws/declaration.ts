import type { CloudObject } from "../../cloud/store";
import type { Props, Value } from "../protocol/types";
import { ProviderError } from "../protocol/types";
import type { Cloud } from "./cloud";
import type { Naming } from "./naming";
import type { Scalar } from "./values";

/**
 * One resource type, said as data. What it takes and gives (names, types, what is required) comes from the SDK's own
 * declarations; here stands what only AWS knows. `kind.ts` makes a provider's functions of it.
 */
export interface Declaration {
    /** Pulumi's type token: `aws:ec2/vpc:Vpc`. */
    readonly type: string;
    /** What a random id begins with (`vpc` for `vpc-0…`), or how the id follows from the arguments. */
    readonly id: string | ((self: Unborn) => string);
    /** How the resource is named where the program does not; unless given, as the bridge does it for any `name`. */
    readonly naming?: Partial<Naming>;
    /** What the provider fills in before anything else looks at the arguments. */
    readonly defaults?: Props;
    /** What the values at a path may be. */
    readonly allowed?: Readonly<Record<string, ValueRule | readonly ValueRule[]>>;
    /** What the arguments must be together, as far as they are known. Looked at in every preview. */
    readonly rules?: readonly Rule[];
    /** Paths that name other objects, which must exist. */
    readonly refers?: Readonly<Record<string, Reference>>;
    /** The reference without which this cannot be: when the other object has vanished, this one has too. */
    readonly within?: string;
    /** Arguments that AWS gives back in another form, so that they cannot be compared with it. */
    readonly rewritten?: readonly string[];
    /** What AWS refuses only when it is asked to create or change: conflicts with what is there. */
    readonly live?: readonly Live[];
    /** Paths that only a new resource can take (Terraform's ForceNew). */
    readonly replace?: readonly string[];
    /** The old one must go before its replacement comes, whatever its name. */
    readonly deleteBeforeReplace?: boolean;
    /** What AWS chooses where the program says nothing. */
    readonly chosen?: (self: Self) => Props;
    /** Paths inside arguments that AWS fills in, so that a preview does not know them: `vpcConfig.vpcId`. */
    readonly madeInside?: readonly string[];
    /** What only AWS can say. */
    readonly outputs?: (self: Self) => Props;
    /** Objects that come and go with this one: a VPC's default security group. */
    readonly comesWith?: (self: Self) => readonly Companion[];
    /** What changes elsewhere when this one is there, or there no more. */
    readonly effects?: { readonly made?: (self: Self) => void; readonly gone?: (self: Self) => void };
    /** Finds the object that a reference's text stands for, where it is not simply an id, a name or an ARN. */
    readonly locate?: (value: string, cloud: Cloud) => CloudObject | undefined;
    /** `Code: message` for a reference to an object that is not there. */
    readonly missing: (value: string) => string;
    /** `Code: message` for a second object of the same id; only where ids follow from names. */
    readonly exists?: (self: Unborn) => string;
    /** `Code: message` for the deletion of an object that another one holds. */
    readonly inUse?: (id: string, holder: CloudObject) => string;
    /** `Code: message` for a deletion that AWS refuses. */
    readonly keeps?: (self: Self) => string | undefined;
    /** Making it where there is one already is no error: the call just sets what is asked for. */
    readonly overwrites?: boolean;
}

/** A resource that has no id yet. */
export interface Unborn {
    /** All arguments, with the defaults, the name and what AWS chose earlier; for {@link Declaration.outputs} also what it chooses now. */
    readonly inputs: Props;
    readonly cloud: Cloud;
}

/** A resource that is there, or about to be. */
export interface Self extends Unborn {
    readonly id: string;
    /** An output that is made once and stays: the one it already has, else a new one. */
    readonly keep: <T extends Value>(output: string, make: () => T) => T;
}

/** An object that AWS makes by itself. */
export type Companion = Pick<CloudObject, "type" | "id" | "inputs" | "state">;

/** What is wrong with a value, in the service's words; undefined if nothing is. */
export type ValueRule = (value: Scalar, property: string, cloud: Cloud) => string | undefined;

/** What is wrong with the arguments: the property and why. */
export type Rule = (inputs: Props, cloud: Cloud) => Fault | readonly Fault[] | undefined;
export type Fault = readonly [property: string, reason: string];

/** `Code: message` for what stands in the way; `id` is that of the resource itself when it is being changed. */
export type Live = (self: Unborn & { readonly id: string | undefined }) => string | undefined;

export interface Reference {
    /** The type token of what it refers to. */
    readonly to: string;
    /** AWS refuses to delete the other object as long as this one refers to it. */
    readonly holds?: boolean;
    /** `Code: message`, where the service words it differently. */
    readonly missing?: (value: string) => string;
    /** Which values are references at all; all, unless said. */
    readonly when?: (value: string) => boolean;
}

/** Says that a path names an object of a type. */
export function to(type: string, more: Omit<Reference, "to"> = {}): Reference {
    return { to: type, ...more };
}

/** Says that a path names an object of a type, which cannot be deleted meanwhile. */
export function holds(type: string, more: Omit<Reference, "to" | "holds"> = {}): Reference {
    return { to: type, holds: true, ...more };
}

/** Refuses as AWS does. */
export function refuse(message: string): never {
    throw new ProviderError(message);
}
