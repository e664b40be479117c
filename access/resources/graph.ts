import type { Resource } from "./resource";
import { property } from "./resource";
import type { Value } from "./value";
import { at, isValues, list, Unknown } from "./value";

/** The target of a property. */
export interface Reference {
    /** The resource, if it is among those read. */
    readonly resource?: Resource;
    /** The property's literal value; undefined if unknown. */
    readonly value?: string;
    /** True if the value is unknown and the resource is only its supplier. */
    readonly expected: boolean;
}

/** The resources read together, found by urn, by type and by identifier. */
export class Graph {
    private readonly byUrn = new Map<string, Resource>();
    private readonly byType = new Map<string, Resource[]>();
    private readonly children = new Map<string, Resource[]>();
    private readonly keys = new Map<string, Map<string, Resource>>();

    constructor(readonly resources: readonly Resource[]) {
        for (const resource of resources) {
            this.byUrn.set(resource.urn, resource);
            append(this.byType, resource.type, resource);
            if (resource.parent !== undefined) {
                append(this.children, resource.parent, resource);
            }
        }
    }

    get(urn: string): Resource | undefined {
        return this.byUrn.get(urn);
    }

    ofType(...types: readonly string[]): readonly Resource[] {
        return types.flatMap((type) => this.byType.get(type) ?? []);
    }

    childrenOf(urn: string): readonly Resource[] {
        return this.children.get(urn) ?? [];
    }

    /** The resource of one of these types whose id or given output (`arn`, `name`) is this text. */
    find(types: readonly string[], value: string, keys: readonly string[] = ["id", "arn"]): Resource | undefined {
        for (const type of types) {
            for (const key of keys) {
                const found = this.index(type, key).get(value);
                if (found !== undefined) {
                    return found;
                }
            }
        }
        return undefined;
    }

    /**
     * The targets of a resource's property: looks up each literal among the types, and follows each unknown to the
     * resources that supply it. A literal without a matching resource is returned with its value alone.
     */
    follow(
        from: Resource,
        path: readonly [string, ...(string | number)[]],
        types: readonly string[],
        keys: readonly string[] = ["id", "arn"],
    ): readonly Reference[] {
        const value = property(from, ...path);
        const references: Reference[] = [];
        let unknown = value instanceof Unknown;
        for (const entry of value instanceof Unknown ? [] : list(value)) {
            if (entry instanceof Unknown) {
                unknown = true;
            } else if (typeof entry === "string" && entry !== "") {
                const resource = this.find(types, entry, keys);
                references.push({ value: entry, expected: false, ...(resource === undefined ? {} : { resource }) });
            }
        }
        if (unknown) {
            const known = new Set(references.map((reference) => reference.resource?.urn));
            for (const resource of this.suppliersOf(from, path[0], types)) {
                if (!known.has(resource.urn)) {
                    references.push({ resource, expected: true });
                }
            }
        }
        return references;
    }

    /** The resources of these types that supply an input; a component stands for those that it contains. */
    suppliersOf(from: Resource, input: string, types: readonly string[]): readonly Resource[] {
        const found = new Map<string, Resource>();
        for (const urn of from.suppliers[input] ?? []) {
            this.collect(urn, types, found);
        }
        return [...found.values()];
    }

    /**
     * The resources of these types behind an input: its suppliers, else what supplies those, however many resources are in between,
     * as where a parameter or a record passes a database's name on.
     */
    originsOf(from: Resource, input: string, types: readonly string[]): readonly Resource[] {
        const direct = this.suppliersOf(from, input, types);
        const seen = new Set<string>();
        let found = direct;
        for (let next = from.suppliers[input] ?? []; found.length === 0 && next.length > 0;) {
            const fresh = next.flatMap((urn) => (seen.has(urn) ? [] : (this.byUrn.get(urn) ?? [])));
            fresh.forEach(({ urn }) => seen.add(urn));
            const inputs = fresh.flatMap((one) => Object.keys(one.suppliers).map((name) => [one, name] as const));
            found = inputs.flatMap(([one, name]) => this.suppliersOf(one, name, types));
            next = fresh.flatMap(({ suppliers }) => Object.values(suppliers).flat());
        }
        return [...new Set(found)];
    }

    /** The resource itself, or those inside the component, that are of one of the types. */
    inside(urn: string, types: readonly string[]): readonly Resource[] {
        const found = new Map<string, Resource>();
        this.collect(urn, types, found);
        return [...found.values()];
    }

    private collect(urn: string, types: readonly string[], found: Map<string, Resource>): void {
        const resource = this.byUrn.get(urn);
        if (resource !== undefined && types.includes(resource.type)) {
            found.set(urn, resource);
        } else if (resource === undefined || resource.component) {
            for (const child of this.childrenOf(urn)) {
                this.collect(child.urn, types, found);
            }
        }
    }

    private index(type: string, key: string): ReadonlyMap<string, Resource> {
        const name = `${type}\n${key}`;
        let index = this.keys.get(name);
        if (index === undefined) {
            index = new Map();
            for (const resource of this.byType.get(type) ?? []) {
                const value = key === "id" ? resource.id : identifying(resource, key);
                if (typeof value === "string" && value !== "") {
                    index.set(value, resource);
                }
            }
            this.keys.set(name, index);
        }
        return index;
    }
}

/** A resource's property by a dotted name: `metadata.name`, `arn`. */
function identifying(resource: Resource, key: string): Value | undefined {
    const [first = key, ...rest] = key.split(".");
    const value = property(resource, first);
    return rest.length === 0 ? value : isValues(value) ? at(value, ...rest) : undefined;
}

function append(map: Map<string, Resource[]>, key: string, resource: Resource): void {
    const existing = map.get(key);
    if (existing === undefined) {
        map.set(key, [resource]);
    } else {
        existing.push(resource);
    }
}
