import { isUnknown, replaceUnknowns } from "./unknownValues";

/** A resource as rules see it: plain values, with {@link UNKNOWN} in place of those that are not known yet. */
export interface Resource {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /**
     * Before the resource is created, its arguments; for a rule over the whole stack, its outputs, and its arguments
     * where an output is missing.
     */
    readonly props: Readonly<Record<string, unknown>>;
    /** Only its arguments: what the program sets, without AWS' defaults. */
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly provider: ProviderOf;
    /** For a rule over the whole stack: the resources that each argument depends on. */
    readonly sources: Readonly<Record<string, readonly Resource[]>>;
    /** The URNs of its parent components, innermost first. */
    readonly parents: readonly string[];
    /** For a rule over the whole stack: the types, of those that the rule does not read, that depend on it. */
    readonly usedBy: () => readonly string[];
}

/** The provider of a resource. */
export interface ProviderOf {
    /** Empty if the engine does not name it. */
    readonly urn: string;
    readonly props: Readonly<Record<string, unknown>>;
}

/** What the engine passes for a resource to both kinds of rules. */
export interface Given {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: unknown;
    readonly provider?: { readonly urn: string; readonly props: unknown };
}

export interface GivenInStack extends Given {
    readonly parent?: GivenInStack;
    readonly propertyDependencies: Record<string, readonly GivenInStack[]>;
}

/**
 * The arguments of each resource of a run, kept from before its creation until the stack's rules run. The engine
 * passes only outputs to a rule over the whole stack. At a preview, a resource whose provider is not configured yet has
 * no outputs, and every argument that AWS will choose has an unknown one
 * (https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/resource/plugin/provider_plugin.go#L1390).
 */
export class Arguments {
    private readonly given = new Map<string, Given>();
    private readonly read = new Map<string, Resource>();

    keep(given: Given): void {
        this.given.set(given.urn, given);
        this.read.delete(given.urn);
    }

    of(urn: string): Readonly<Record<string, unknown>> | undefined {
        return this.resource(urn)?.props;
    }

    /** The resources of some types that the engine has passed so far. */
    ofTypes(types: ReadonlySet<string>): readonly Resource[] {
        return [...this.given.values()]
            .filter(({ type }) => types.has(type))
            .flatMap(({ urn }) => this.resource(urn) ?? []);
    }

    private resource(urn: string): Resource | undefined {
        const given = this.given.get(urn);
        const known = given === undefined ? undefined : (this.read.get(urn) ?? read(given));
        if (known !== undefined) {
            this.read.set(urn, known);
        }
        return known;
    }
}

/** Reads a resource before it is created. */
export function read(given: Given): Resource {
    const { type, name, urn, provider } = given;
    const props = record(replaceUnknowns(given.props));
    return {
        type,
        name,
        urn,
        props,
        inputs: props,
        provider: { urn: provider?.urn ?? "", props: record(replaceUnknowns(provider?.props)) },
        sources: {},
        parents: [],
        usedBy: () => [],
    };
}

/** Reads the resources of some types in a stack, each with those that its arguments directly depend on. */
export function readStack(
    given: readonly GivenInStack[],
    types: ReadonlySet<string>,
    kept: Arguments,
): readonly Resource[] {
    // Only some rules ask, and the answer takes every dependency of the stack.
    let users: ReadonlyMap<string, ReadonlySet<string>> | undefined;
    const usedBy = (urn: string) => () => {
        users ??= usersOf(given.filter(({ type }) => !types.has(type)));
        return [...(users.get(urn) ?? [])];
    };
    const made = new Map<string, Resource>();
    const bare = (one: GivenInStack): Resource => {
        const known = made.get(one.urn) ?? { ...merged(one, kept), usedBy: usedBy(one.urn) };
        made.set(one.urn, known);
        return known;
    };
    return given
        .filter(({ type }) => types.has(type))
        .map((one) => {
            const sources = Object.entries(one.propertyDependencies).map(
                ([property, urns]) => [property, urns.map(bare)] as const,
            );
            return { ...bare(one), sources: Object.fromEntries(sources) };
        });
}

/** The types of the resources that depend on each URN. */
function usersOf(given: readonly GivenInStack[]): ReadonlyMap<string, ReadonlySet<string>> {
    const users = new Map<string, Set<string>>();
    for (const { type, propertyDependencies } of given) {
        for (const { urn } of Object.values(propertyDependencies).flat()) {
            users.set(urn, (users.get(urn) ?? new Set()).add(type));
        }
    }
    return users;
}

/** A resource with its outputs, or its arguments where an output is not known. */
function merged(given: GivenInStack, kept: Arguments): Resource {
    const resource = read(given);
    const inputs = kept.of(given.urn) ?? resource.props;
    const outputs = Object.entries(resource.props).filter(
        ([name, value]) => (value !== undefined && !isUnknown(value)) || inputs[name] === undefined,
    );
    return { ...resource, props: { ...inputs, ...Object.fromEntries(outputs) }, inputs, parents: parentsOf(given) };
}

function parentsOf({ parent }: GivenInStack): string[] {
    return parent === undefined ? [] : [parent.urn, ...parentsOf(parent)];
}

/** Whether the program sets an argument; otherwise AWS chooses. The provider takes an empty text for none. */
export function isStated({ inputs }: Resource, argument: string): boolean {
    return inputs[argument] !== undefined && inputs[argument] !== null && inputs[argument] !== "";
}

function record(value: unknown): Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null ? { ...value } : {};
}
