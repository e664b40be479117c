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
 * `holds`: the resources say so. `expected`: values not yet known decide it, and the resources that
 * supply them point that way. `missing`: it does not hold, and the text says why.
 */
export type State = "holds" | "expected" | "missing";

/** One step of a chain. */
export interface Link {
    readonly kind: "credential" | "connect" | "network" | "login";
    readonly state: State;
    /** A sentence without its full stop. */
    readonly text: string;
    readonly resources: readonly string[];
}

/** The state of several links together: the worst of them. */
export function stateOf(links: readonly Link[]): State {
    return links.some((link) => link.state === "missing")
        ? "missing"
        : links.some((link) => link.state === "expected")
          ? "expected"
          : "holds";
}

export function link(
    kind: Link["kind"],
    state: State,
    text: string,
    ...resources: readonly (string | undefined)[]
): Link {
    return { kind, state, text, resources: resources.filter((urn) => urn !== undefined) };
}
