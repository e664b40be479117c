import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";

import type { Props } from "../../cloud/props";

/**
 * The parts of a stand-in provider. The engine calls a provider with gRPC (pulumi/provider.proto); `serve.ts` maps that
 * to these few plain functions, so that a resource type is a table entry.
 */

/** One error in a resource's arguments; the engine shows it beside the resource and creates nothing. */
export interface Failure {
    readonly property: string;
    readonly reason: string;
}

/** The result of Check: the arguments with defaults, and all errors in them. */
export interface Checked {
    readonly inputs: Props;
    readonly failures: readonly Failure[];
}

/** The result of Diff: the top-level properties that changed, and those among them that require a new resource. */
export interface Difference {
    readonly changed: readonly string[];
    readonly replace: readonly string[];
    /** Delete the old resource before its replacement is created (unique names). */
    readonly deleteBeforeReplace?: boolean;
}

/** Identifies the resource of a request, to name it and to word errors. */
export interface Context {
    readonly urn: string;
    /** The resource's name in the program. */
    readonly name: string;
    readonly type: string;
    /** Randomness from the engine: equal in preview and update, so that generated names are stable. Check only. */
    readonly randomSeed?: Uint8Array;
}

export interface Created {
    readonly id: string;
    /** All outputs, including the inputs. */
    readonly state: Props;
}

export interface Current extends Created {
    /** The inputs that produce this state: differences from the program's inputs are drift. */
    readonly inputs: Props;
}

/** One resource type of a stand-in. Throw a {@link ProviderError} for what the real service refuses. */
export interface Kind {
    check(news: Props, olds: Props | undefined, context: Context): Promise<Checked>;
    /** `state`: the last outputs; `olds`: the last inputs; `news`: the checked new inputs (can contain unknowns). */
    diff(id: string, state: Props, olds: Props, news: Props): Promise<Difference>;
    /**
     * In a preview nothing may change: return the known outputs, UNKNOWN for the rest, and an empty id if that
     * is unknown.
     */
    create(news: Props, context: Context, preview: boolean): Promise<Created>;
    /**
     * Answers as {@link create} would outside a preview, in the preview's own copy of the stand-ins' objects; refuses
     * nothing that another change of the same update may permit. Without it, `create` answers as in any preview.
     */
    foresee?(news: Props, context: Context): Promise<Created>;
    update(id: string, state: Props, news: Props, context: Context, preview: boolean): Promise<Props>;
    /** `undefined` if it was deleted. `inputs` is undefined on import. */
    read(id: string, state: Props, inputs: Props | undefined, context: Context): Promise<Current | undefined>;
    delete(id: string, state: Props, context: Context): Promise<void>;
}

/** A provider instance: one process, one configuration. */
export interface StandIn {
    readonly name: string;
    /** The version that the SDK requests. */
    readonly version: string;
    /** Failures of the provider's own configuration. */
    checkConfig?(config: Props): Promise<readonly Failure[]>;
    configure(config: Props): Promise<void>;
    /**
     * Configuration keys that are not strings (numbers, booleans, lists, objects): the SDKs send them as JSON,
     * and {@link configure} and {@link checkConfig} receive them parsed.
     */
    readonly jsonConfig?: readonly string[];
    /** Top-level configuration keys whose change replaces every resource of this provider (a region, say). */
    readonly replaceOnConfig?: readonly string[];
    /**
     * The configuration key that names what the provider manages: while its value stays, no other key replaces anything.
     * https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.2/provider/pkg/provider/provider.go (`DiffConfig`)
     */
    readonly identityConfig?: string;
    /** Undefined if the stand-in does not support the type: an error names it. */
    kind(type: string): Kind | undefined;
    /** A data source (`aws:index/getRegion:getRegion`); undefined if unsupported. */
    invoke?(token: string, args: Props): Promise<Props | undefined>;
    /** For component packages: creates the children of one component, with the protocol's own messages. */
    construct?(request: ConstructRequest): Promise<ConstructResponse>;
}

/** An error for the person who runs the program: shown without a stack. */
export class ProviderError extends Error {}

/**
 * An operation that failed after the resource was created: the engine stores the resource in this state, records that
 * it is incomplete, and updates it in the next run even without other changes.
 */
export class HalfDone extends ProviderError {
    constructor(
        message: string,
        readonly left: Created,
    ) {
        super(message);
    }
}
