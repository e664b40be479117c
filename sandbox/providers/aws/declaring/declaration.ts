import type { CloudObject } from "../../../cloud/store";
import type { Props, Value } from "../../../cloud/props";
import { ProviderError } from "../../protocol/types";
import type { Cloud } from "../../../cloud/aws/cloud";
import type { LastingChange } from "./inProgress";
import type { Naming } from "./naming";
import type { Scalar } from "../../../cloud/aws/values";

/**
 * One resource type as data. Its inputs and outputs (names, types, required ones) come from the SDK's declarations;
 * only AWS' own rules are declared here. `kind.ts` turns it into a provider's functions.
 */
export interface Declaration {
    /** Pulumi's type token: `aws:ec2/vpc:Vpc`. */
    readonly type: string;
    /** The prefix of a random id (`vpc` for `vpc-0…`), or a function that derives the id from the arguments. */
    readonly id: string | ((self: Unborn) => string);
    /** How the resource is named if the program does not name it; by default, as the bridge does for any `name`. */
    readonly naming?: Partial<Naming>;
    /** Defaults that the provider sets before it checks the arguments. */
    readonly defaults?: Props;
    /** Rules for the values at a path. */
    readonly allowed?: Readonly<Record<string, ValueRule | readonly ValueRule[]>>;
    /** Rules for the arguments together, as far as they are known. Checked in every preview. */
    readonly rules?: readonly ArgumentCheck[];
    /** Paths that refer to other objects, which must exist. */
    readonly references?: Readonly<Record<string, Reference>>;
    /** The reference to a parent: if the parent has been deleted, so has this object. */
    readonly parent?: string;
    /** Arguments that AWS returns in another form, so that they cannot be compared. */
    readonly rewritten?: readonly string[];
    /** What AWS refuses only on creation or update: conflicts with existing objects. */
    readonly conflicts?: readonly Live[];
    /** Paths whose change requires a new resource (Terraform's ForceNew). */
    readonly replace?: readonly string[];
    /** The same, for arguments with which a change of others requires a new resource. */
    readonly replaceWith?: (inputs: Props) => readonly string[];
    /** The old resource is always deleted before its replacement is created, whatever its name. */
    readonly deleteBeforeReplace?: boolean;
    /** Arguments whose change waits for the maintenance window unless `applyImmediately` is true. */
    readonly deferred?: readonly string[];
    /**
     * Arguments that AWS returns differently and that the provider compares with the program's, so that they are a
     * difference at every preview until the program gives what AWS returns.
     */
    readonly settled?: readonly string[];
    /** Values that AWS chooses if the program gives none. */
    readonly serverDefaults?: (self: Self) => Props;
    /** Paths inside arguments that AWS fills in, so they are unknown in a preview: `vpcConfig.vpcId`. */
    readonly computedPaths?: readonly string[];
    /**
     * Outputs that another value of these arguments changes, so they are unknown in a preview of it: of a template, its latest
     * version. Only what the provider's CustomizeDiff says; it keeps the last value of all other outputs.
     */
    readonly renewed?: (changed: readonly string[], inputs: Props) => readonly string[];
    /** Outputs that AWS computes. */
    readonly outputs?: (self: Self) => Props;
    /** Objects that AWS creates and deletes with this one: a VPC's default security group. */
    readonly implicitObjects?: (self: Self) => readonly ImplicitObject[];
    /** Implicit objects stay while something else uses them, and AWS does not report it. */
    readonly leavesUsed?: boolean;
    /** Objects that it uses without a reference in its arguments: AWS does not delete them meanwhile. */
    readonly uses?: (self: Unborn & { readonly id: string }) => readonly Used[];
    /** Changes to other objects when this one is created, updated or deleted. */
    readonly effects?: { readonly made?: (self: Self) => void; readonly gone?: (self: Self) => void };
    /** Finds the object of a reference that is not simply an id, a name or an ARN. */
    readonly locate?: (value: string, cloud: Cloud) => CloudObject | undefined;
    /** `Code: message` for a reference to an object that does not exist. */
    readonly missing: (value: string) => string;
    /** `Code: message` for a second object with the same id; only if ids follow from names. */
    readonly exists?: (self: Unborn) => string;
    /** `Code: message` for deleting an object that another one refers to. */
    readonly inUse?: (id: string, holder: CloudObject) => string;
    /** `Code: message` for a deletion that AWS refuses. */
    readonly deletionProtection?: (self: Self) => string | undefined;
    /** What its changes exclude until AWS has applied them. */
    readonly lasting?: (self: Unborn) => LastingChange;
    /** Creating one that exists is not an error: the call overwrites it. */
    readonly overwrites?: boolean;
}

/** A resource without an id yet. */
export interface Unborn {
    /** All arguments, with defaults, name and AWS' earlier choices; for {@link Declaration.outputs}, also the new ones. */
    readonly inputs: Props;
    readonly cloud: Cloud;
}

/** A resource that exists or is being created. */
export interface Self extends Unborn {
    readonly id: string;
    /** The engine's last state of it, from which the provider decides; it may lag behind. Undefined on creation. */
    readonly known?: Props | undefined;
    /** Arguments of an update that wait for the maintenance window. */
    readonly held: readonly string[];
    /** An output that is computed once: the existing value, else a new one. */
    readonly keep: <T extends Value>(output: string, make: () => T) => T;
}

/** An object that AWS creates implicitly. */
export type ImplicitObject = Pick<CloudObject, "type" | "id" | "inputs" | "state">;

/** An object that another one uses. */
export type Used = Pick<CloudObject, "type" | "id">;

/** The error in a value, in the service's words; undefined if it is valid. */
export type ValueRule = (value: Scalar, property: string, cloud: Cloud) => string | undefined;

/** An error in the arguments: the property and the reason. */
export type ArgumentCheck = (inputs: Props, cloud: Cloud) => Fault | readonly Fault[] | undefined;
export type Fault = readonly [property: string, reason: string];

/** `Code: message` for a conflict; `id` is that of the resource itself in an update. */
export type Live = (
    self: Unborn & { readonly id: string | undefined; readonly known?: Props | undefined },
) => string | undefined;

export interface Reference {
    /** The type token of the referenced object. */
    readonly to: string;
    /** AWS refuses to delete the referenced object while this one refers to it. */
    readonly blocksDeletion?: boolean;
    /** `Code: message`, if the service words it differently. */
    readonly missing?: (value: string) => string;
    /** Which values are references; all of them by default. */
    readonly when?: (value: string) => boolean;
}

/** A path that refers to an object of a type. */
export function to(type: string, more: Omit<Reference, "to"> = {}): Reference {
    return { to: type, ...more };
}

/** A path that refers to an object of a type, which cannot be deleted in the meantime. */
export function blocksDeletion(type: string, more: Omit<Reference, "to" | "holds"> = {}): Reference {
    return { to: type, blocksDeletion: true, ...more };
}

/** Refuses as AWS does. */
export function refuse(message: string): never {
    throw new ProviderError(message);
}
