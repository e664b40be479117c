/** A holder of credentials: a workload, a person, or anyone with a password. */
export interface Identity {
    /** Unique, and stable across versions of a stack. */
    readonly key: string;
    readonly kind: "pod" | "instance" | "task" | "function" | "service" | "person" | "role" | "password";
    /** Human-readable: `payments/billing-api`. */
    readonly label: string;
    /** The urns of its resources. */
    readonly resources: readonly string[];
    /** Stands for more than can be listed: every service account of a cluster, any principal in an account. */
    readonly wide?: boolean;
    /** Labels of identities that a wide one includes. */
    readonly includes?: readonly string[];
}

/**
 * Three answers, never two. `holds`: the resources say so. `expected`: it cannot be known from these resources, because a value is
 * unknown or something that they name is defined elsewhere. `missing`: the resources rule it out, and the text says why.
 * What is not among the resources is unknown, not absent.
 */
export type State = "holds" | "expected" | "missing";

const ORDER: readonly State[] = ["holds", "expected", "missing"];

/** The state of a whole whose parts must all hold: the worst of them; without parts it holds. */
export function every(states: readonly State[]): State {
    return ORDER.findLast((state) => states.includes(state)) ?? "holds";
}

/** The state of alternatives, of which one is enough: the best of them; undefined without alternatives. */
export function some(states: readonly State[]): State | undefined {
    return ORDER.find((state) => states.includes(state));
}

/** One step of a chain. */
export interface Link {
    readonly kind: "credential" | "connect" | "network" | "login";
    readonly state: State;
    /** A sentence without its full stop. */
    readonly text: string;
    readonly resources: readonly string[];
    /** Why it is only expected: not a value that deployment will supply, but something that is not among the resources. */
    readonly elsewhere?: true;
}

/** The state of several links together. */
export function stateOf(links: readonly Link[]): State {
    return every(links.map(({ state }) => state));
}

export function link(
    kind: Link["kind"],
    state: State,
    text: string,
    ...resources: readonly (string | undefined)[]
): Link {
    return { kind, state, text, resources: resources.filter((urn) => urn !== undefined) };
}

/** A link that something decides which is not among the resources. */
export function elsewhere(kind: Link["kind"], text: string, ...resources: readonly (string | undefined)[]): Link {
    return { ...link(kind, "expected", text, ...resources), elsewhere: true };
}
