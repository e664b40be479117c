import { isRecord } from "../../toolkit/record";

/** A stack's state as `pulumi stack export` prints it. */
export interface ExportedState {
    readonly deployment: { readonly resources?: readonly Readonly<Record<string, unknown>>[] };
}

const ACCESS = "keyless:access:Access";

/**
 * Gives moved resources the parent that they have in the program. `pulumi state move` makes a resource whose parent stays a
 * child of the stack, and shortens the types in its URN and its children's:
 * https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/cmd/pulumi/state/state_move.go
 *
 * @param planned the URNs that the program declares
 */
export function reparent(state: ExportedState, planned: ReadonlySet<string>): ExportedState {
    const { resources = [] } = state.deployment;
    const urns = resources.map(({ urn }) => String(urn));
    const renamed = new Map(
        urns.flatMap((urn) => {
            const wanted = below(urn);
            return planned.has(urn) || !planned.has(wanted) ? [] : [[urn, wanted] as const];
        }),
    );
    const access = [...planned].find((urn) => urn.split("::")[2] === ACCESS);
    const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.["urn"];
    if (renamed.size === 0 || access === undefined) {
        return state;
    }
    const component = { urn: access, custom: false, type: ACCESS, parent: root };
    const first = urns.findIndex((urn) => renamed.has(urn));
    const after = resources.map((resource) => {
        const moved = mapped(resource, renamed) as Record<string, unknown>;
        const isRoot = renamed.has(String(resource["urn"])) && resource["parent"] === root;
        return isRoot ? { ...moved, parent: access } : moved;
    });
    const parts = urns.includes(access) ? after : [...after.slice(0, first), component, ...after.slice(first)];
    return { ...state, deployment: { ...state.deployment, resources: parts } };
}

/** The URN of the same resource as a child of the access component. */
function below(urn: string): string {
    const [stack, project, type, ...name] = urn.split("::");
    return [stack, project, `${ACCESS}$${type}`, ...name].join("::");
}

/** References to resources are whole texts in a state, but for providers', which do not move. */
function mapped(value: unknown, renamed: ReadonlyMap<string, string>): unknown {
    if (typeof value === "string") {
        return renamed.get(value) ?? value;
    }
    if (Array.isArray(value)) {
        return value.map((one) => mapped(one, renamed));
    }
    return isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, renamed)]))
        : value;
}
