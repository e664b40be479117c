import { Graph } from "../../../access/resources/graph";
import { readResources } from "../../../access/resources/read";
import type { Resource } from "../../../access/resources/resource";

/** The parts of a resource that a test sets; the rest is as in the engine's output. */
export interface Sketch {
    readonly type: string;
    readonly name: string;
    readonly id?: string;
    readonly inputs?: Record<string, unknown>;
    readonly outputs?: Record<string, unknown>;
    readonly provider?: string;
    readonly parent?: string;
    readonly custom?: boolean;
    readonly propertyDependencies?: Record<string, readonly string[]>;
    /** The type of the component that it is in, which is part of its URN. */
    readonly within?: string;
}

export function urn(type: string, name: string): string {
    return `urn:pulumi:test::keyless::${type}::${name}`;
}

function stateOf({ within, ...sketch }: Sketch): object & { readonly urn: string } {
    return {
        custom: true,
        ...sketch,
        urn: urn(within === undefined ? sketch.type : `${within}$${sketch.type}`, sketch.name),
        ...(sketch.provider === undefined ? {} : { provider: `${sketch.provider}::id` }),
    };
}

/** The output of `pulumi stack export`. */
export function exportOf(sketches: readonly Sketch[]): object {
    return { version: 3, deployment: { resources: sketches.map(stateOf) } };
}

/** The output of `pulumi preview --json --show-sames` if all resources have the same operation. */
export function previewOf(
    sketches: readonly Sketch[],
    op: "same" | "create" | "delete",
): { readonly steps: readonly object[]; readonly changeSummary: object } {
    const steps = sketches.map(stateOf).map((state) => ({
        op,
        urn: state.urn,
        ...(op === "create" ? {} : { oldState: state }),
        ...(op === "delete" ? {} : { newState: state }),
    }));
    return { steps, changeSummary: { [op]: steps.length } };
}

export function resourcesOf(sketches: readonly Sketch[]): readonly Resource[] {
    return readResources(exportOf(sketches)).after;
}

export function graphOf(sketches: readonly Sketch[]): Graph {
    return new Graph(resourcesOf(sketches));
}
