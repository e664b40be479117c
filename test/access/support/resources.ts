import { Graph } from "../../../access/resources/graph";
import { readResources } from "../../../access/resources/read";
import type { Resource } from "../../../access/resources/resource";

/** What a test says of a resource; the rest is as the engine would have it. */
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
}

export function urn(type: string, name: string): string {
    return `urn:pulumi:test::keyless::${type}::${name}`;
}

/** What a `pulumi stack export` would give. */
export function exportOf(sketches: readonly Sketch[]): object {
    const resources = sketches.map((sketch) => ({
        custom: true,
        ...sketch,
        urn: urn(sketch.type, sketch.name),
        ...(sketch.provider === undefined ? {} : { provider: `${sketch.provider}::id` }),
    }));
    return { version: 3, deployment: { resources } };
}

export function resourcesOf(sketches: readonly Sketch[]): readonly Resource[] {
    return readResources(exportOf(sketches)).after;
}

export function graphOf(sketches: readonly Sketch[]): Graph {
    return new Graph(resourcesOf(sketches));
}
