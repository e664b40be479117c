import type { Answer } from "../iam";
import { isUnknown, items } from "./unknownValues";
import type { Resource } from "./resource";

/** What an argument names. */
export interface Reference {
    /** The resource, if it is in this stack; one of several candidates if it is not certain. */
    readonly resource?: Resource;
    /** The id or name of something outside this stack: in another stack, or created manually. */
    readonly id?: string;
    /** False if several candidates remain; with neither resource nor id it may be anything. */
    readonly certain: boolean;
}

/** Outputs that identify a resource in the arguments of others. */
const names = [
    ...["id", "name", "arn", "groupId", "subnetId", "vpcId", "routeTableId", "defaultRouteTableId", "mainRouteTableId"],
    ...["dbClusterParameterGroupName", "dbParameterGroupName", "dbSubnetGroupName", "policyArn"],
];

/** The resources that an argument may name, by their identifiers; the first of two with the same identifier. */
export class Candidates {
    private readonly byName = new Map<string, Resource>();
    private readonly byUrn = new Map<string, Resource>();
    private readonly byComponent = new Map<string, Resource[]>();

    constructor(readonly all: readonly Resource[]) {
        for (const resource of all) {
            this.byUrn.set(resource.urn, resource);
            for (const name of identifiers(resource)) {
                this.byName.set(name, this.byName.get(name) ?? resource);
            }
            for (const parent of resource.parents) {
                this.byComponent.set(parent, [...(this.byComponent.get(parent) ?? []), resource]);
            }
        }
    }

    /**
     * What an argument names. Known ids are looked up; unknown values resolve to the argument's dependencies, as
     * reported by the engine. That is certain only if there are no more dependencies than unknown values: an output of
     * a component, for example, depends on everything in the component.
     */
    named(resource: Resource, argument: string): readonly Reference[] {
        const value = resource.props[argument];
        const values = Array.isArray(value) ? items(value) : [value];
        const known = values.flatMap((one): Reference[] => {
            if (typeof one !== "string" || one === "" || isUnknown(one)) {
                return [];
            }
            const named = this.byName.get(one.toLowerCase());
            return [{ ...(named === undefined ? { id: one } : { resource: named }), certain: true }];
        });
        const missing = values.filter(isUnknown).length;
        if (missing === 0) {
            return known;
        }
        const suppliers = this.suppliers(resource, argument).filter(
            (one) => !known.some((other) => other.resource === one),
        );
        const certain = suppliers.length <= missing;
        const made = suppliers.map((supplier): Reference => ({ resource: supplier, certain }));
        return [...known, ...(made.length > 0 ? made : [{ certain: false }])];
    }

    /** The argument's dependencies; those inside a component only if there are no direct ones. */
    private suppliers({ sources }: Resource, argument: string): readonly Resource[] {
        const urns = (sources[argument] ?? []).map(({ urn }) => urn);
        const direct = urns.flatMap((urn) => this.byUrn.get(urn) ?? []);
        return direct.length > 0 ? direct : [...new Set(urns.flatMap((urn) => this.byComponent.get(urn) ?? []))];
    }
}

/** A holder that refers to something, and whether that is certain. */
export interface Link<Holder> {
    readonly holder: Holder;
    /** `yes` or `maybe`. */
    readonly answer: Answer;
}

/** Finds the holders that refer to something. */
export class Links<Holder> {
    private readonly byKey: ReadonlyMap<string | undefined, readonly Named<Holder>[]>;

    constructor(holders: readonly Holder[], referencesOf: (holder: Holder) => readonly Reference[]) {
        const named = holders.flatMap((holder) => referencesOf(holder).map((reference) => ({ holder, reference })));
        this.byKey = grouped(named, ({ reference }) => keyOf(reference));
    }

    /**
     * The holders that refer, or may refer, to this. An unknown value is not one of the stack's own resources, because
     * the engine would have reported the dependency.
     */
    to(thing: Reference): readonly Link<Holder>[] {
        const key = keyOf(thing);
        const open = thing.resource === undefined ? (this.byKey.get(undefined) ?? []) : [];
        const named = key === undefined ? [] : (this.byKey.get(key) ?? []);
        const surely = named.map(({ holder, reference }): Link<Holder> => {
            return { holder, answer: reference.certain && thing.certain ? "yes" : "maybe" };
        });
        return [...surely, ...open.map(({ holder }): Link<Holder> => ({ holder, answer: "maybe" }))];
    }
}

interface Named<Holder> {
    readonly holder: Holder;
    readonly reference: Reference;
}

/** The name of a reference in a message. */
export function nameOf({ resource, id }: Reference): string {
    return resource?.name ?? id ?? "one that is not known yet";
}

/** A key that identifies the target of a reference; undefined if it may be anything. */
export function keyOf({ resource, id }: Reference): string | undefined {
    return resource?.urn ?? id;
}

function identifiers({ props }: Resource): ReadonlySet<string> {
    const given = names.flatMap((name) => {
        const value = props[name];
        return typeof value === "string" && !isUnknown(value) ? [value.toLowerCase()] : [];
    });
    // An ARN ends in the id: arn:aws:ec2:…:security-group/sg-0123.
    const ends = given.filter((name) => name.startsWith("arn:")).map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
    return new Set([...given, ...ends]);
}

/** Groups values by a key. */
export function grouped<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
    const groups = new Map<Key, Value[]>();
    for (const value of values) {
        const key = keyOf(value);
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [value]);
        } else {
            group.push(value);
        }
    }
    return groups;
}
