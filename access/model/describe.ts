import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import type { Use } from "../postgres/rights";
import { PUBLIC } from "../postgres/world";
import type { Cell, Way } from "./model";
import type { State } from "./chain";

/** One step of a chain, for a person. */
export interface Step {
    readonly text: string;
    readonly state: State;
    /** The resources behind it, as `aws:Role shop`. */
    readonly resources: readonly string[];
}

/** A way in full: from the identity's credentials to what its login may do and why. */
export function stepsOf(graph: Graph, { front, right }: Way, datum: Cell["datum"]): readonly Step[] {
    const name = (urn: string): readonly string[] => {
        const resource = graph.get(urn);
        return resource === undefined ? [] : [label(resource)];
    };
    const links = front.links.map(({ text, state, resources }) => ({ text, state, resources: [...new Set(resources.flatMap(name))] }));
    if (right === undefined) {
        return [...links, { text: `${front.login} administers ${datum.server}: it may do everything there`, state: "holds", resources: [] }];
    }
    const uses = [...right.uses].map(([privilege, use]) => ({ privilege: privilege as string, use }));
    const all = right.owns === undefined ? uses : [{ privilege: "OWNER", use: right.owns }, ...uses];
    const byReason = new Map<string, { privileges: string[]; use: Use }>();
    for (const { privilege, use } of all) {
        const reason = reasonOf(graph, front.login, use);
        const known = byReason.get(reason) ?? { privileges: [], use };
        known.privileges.push(privilege);
        byReason.set(reason, known);
    }
    const grants = [...byReason].map(([reason, { privileges, use }]) => ({
        text: `${front.login} has ${privileges.join(", ")} on ${datum.label}${reason}`,
        state: "holds" as const,
        resources: [...new Set([...use.acting.path, ...use.path].map(({ source }) => source).concat(use.source).flatMap(name))],
    }));
    return [...links, ...grants];
}

/** How a login comes by a privilege: `, as a member of team, granted to team by postgresql:Grant orders`. */
function reasonOf(graph: Graph, login: string, { acting, grantee, path, source }: Use): string {
    const how = {
        login: "",
        set: `, after SET ROLE ${acting.role}`,
        grant: `, after granting itself ${acting.role}`,
    }[acting.by];
    const members = path.length === 0 ? "" : `, as a member of ${path.map(({ role }) => role).join(" and so of ")}`;
    const resource = graph.get(source);
    const by = resource === undefined ? ` ${source}` : ` by ${label(resource)}`;
    const to = grantee === PUBLIC ? ", granted to PUBLIC" : grantee === login && acting.by === "login" ? ", granted" : `, granted to ${grantee}`;
    return resource === undefined && source.startsWith("(") ? `${how}${members}${by}` : `${how}${members}${to}${by}`;
}
