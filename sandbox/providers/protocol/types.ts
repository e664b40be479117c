import type { ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";

/**
 * What a stand-in provider is made of. The engine speaks gRPC to a provider (pulumi/provider.proto); `serve.ts` turns
 * that into these few plain functions, so that a resource type is a table entry and not a protocol.
 */

/** Stands where the engine does not know a value yet (during a preview). Compare by identity, or call {@link isUnknown}. */
export const UNKNOWN = Symbol.for("keyless:unknown");

export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | { [key: string]: Value };

/**
 * Property values by name, keys sorted. Secrets arrive unwrapped: the engine marks outputs secret whose name is that of
 * a secret input. A null property counts as absent and does not arrive.
 */
export type Props = Record<string, Value>;

/** True when the value itself, or anything inside it, is not known yet. */
export function isUnknown(value: Value | undefined): boolean {
    if (value === UNKNOWN) {
        return true;
    }
    if (Array.isArray(value)) {
        return value.some(isUnknown);
    }
    return typeof value === "object" && value !== null && Object.values(value).some(isUnknown);
}

/** One thing wrong with a resource's arguments; the engine shows it beside the resource and creates nothing. */
export interface Failure {
    readonly property: string;
    readonly reason: string;
}

/** What Check answers: the arguments with defaults filled in, and all that is wrong with them. */
export interface Checked {
    readonly inputs: Props;
    readonly failures: readonly Failure[];
}

/** What Diff answers: the top-level properties that changed, and those among them that only a new resource can take. */
export interface Difference {
    readonly changed: readonly string[];
    readonly replace: readonly string[];
    /** Delete the old resource before its replacement is made (names that must be unique). */
    readonly deleteBeforeReplace?: boolean;
}

/** Who is asking: enough to name a resource and to word an error. */
export interface Context {
    readonly urn: string;
    /** The resource's name in the program. */
    readonly name: string;
    readonly type: string;
    /** Engine-given randomness: equal at preview and at update, so that autonames are stable. Check only. */
    readonly randomSeed?: Uint8Array;
}

export interface Created {
    readonly id: string;
    /** All outputs, the inputs among them. */
    readonly state: Props;
}

export interface Current extends Created {
    /** What the program would have to say to get this state: differences from the program's inputs are drift. */
    readonly inputs: Props;
}

/** One resource type of a stand-in. Throw a {@link ProviderError} for what the real service would refuse. */
export interface Kind {
    check(news: Props, olds: Props | undefined, context: Context): Promise<Checked>;
    /** `state` is the last known outputs, `olds` the last inputs, `news` the checked new inputs (may hold unknowns). */
    diff(id: string, state: Props, olds: Props, news: Props): Promise<Difference>;
    /**
     * In a preview nothing may be touched: return the outputs as far as they can be known, {@link UNKNOWN} for the rest,
     * and an empty id where that is not known either.
     */
    create(news: Props, context: Context, preview: boolean): Promise<Created>;
    update(id: string, state: Props, news: Props, context: Context, preview: boolean): Promise<Props>;
    /** `undefined` when it is gone. `inputs` is undefined on import. */
    read(id: string, state: Props, inputs: Props | undefined, context: Context): Promise<Current | undefined>;
    delete(id: string, state: Props, context: Context): Promise<void>;
}

/** A provider instance: one process, one configuration. */
export interface StandIn {
    readonly name: string;
    /** The version the SDK asks for. */
    readonly version: string;
    /** Failures of the provider's own configuration. */
    checkConfig?(config: Props): Promise<readonly Failure[]>;
    configure(config: Props): Promise<void>;
    /**
     * Configuration keys that are not plain text (numbers, booleans, lists, objects): the SDKs send them as JSON text,
     * {@link configure} and {@link checkConfig} get them parsed.
     */
    readonly jsonConfig?: readonly string[];
    /** Top-level configuration keys whose change replaces every resource of this provider (a region, say). */
    readonly replaceOnConfig?: readonly string[];
    /** Undefined: the type is unknown to the stand-in, which is an error that names it. */
    kind(type: string): Kind | undefined;
    /** A data source (`aws:index/getRegion:getRegion`); undefined when unknown. */
    invoke?(token: string, args: Props): Promise<Props | undefined>;
    /** For component packages: makes the children of one component, in the protocol's own words. */
    construct?(request: ConstructRequest): Promise<ConstructResponse>;
}

/** An error for the person who runs the program: shown without a stack. */
export class ProviderError extends Error {}

/**
 * An operation that failed when the resource was there already: the engine keeps the resource in this state, notes that
 * it is not right, and updates it in the next run even if nothing else changed.
 */
export class HalfDone extends ProviderError {
    constructor(
        message: string,
        readonly left: Created,
    ) {
        super(message);
    }
}
