/** A holder of credentials: a workload, a person, or anyone with a password. */
export interface Identity {
    /** Unique, and the same from one version of a stack to the next. */
    readonly key: string;
    readonly kind: "pod" | "instance" | "task" | "function" | "service" | "person" | "role" | "password";
    /** For a person to read: `payments/billing-api`. */
    readonly label: string;
    /** The urns of the resources that make it. */
    readonly resources: readonly string[];
    /** Stands for more than can be listed: every service account of a cluster, anybody in an account. */
    readonly wide?: boolean;
    /** Labels of identities among those that a wide one stands for. */
    readonly includes?: readonly string[];
}

/**
 * `holds`: the resources say so. `expected`: values that are not known yet will decide it, and the resources that will
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
