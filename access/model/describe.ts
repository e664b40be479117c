import type { Graph } from "../resources/graph";
import { label } from "../resources/resource";
import type { Use } from "../postgres/rights";
import { REFUSED_BY } from "../postgres/foreignCode";
import { PUBLIC } from "../postgres/serverState";
import type { AccessPath, Cell } from "./cell";
import type { State } from "../chain/link";
import type { Chain } from "./chains";

/** One step of a chain, in readable form. */
export interface Step {
    readonly text: string;
    readonly state: State;
    /** The resources behind it, as `aws:Role shop`. */
    readonly resources: readonly string[];
}

/** A complete access path: from the identity's credentials to what its login may do and why. */
export function stepsOf(graph: Graph, path: AccessPath, datum: Cell["datum"]): readonly Step[] {
    return [...chainSteps(graph, path.chain), ...rightSteps(graph, path, datum)];
}

/** The steps to a login. */
export function chainSteps(graph: Graph, { links }: Chain): readonly Step[] {
    return links.map(({ text, state, resources }) => ({ text, state, resources: labels(graph, resources) }));
}

/** The path to the data in the database, and what the login may do with it, one step for each reason. */
export function rightSteps(
    graph: Graph,
    { chain, right, unlisted, replicates, runs = [] }: AccessPath,
    datum: Cell["datum"],
): readonly Step[] {
    if (unlisted === true) {
        return [
            {
                text: `nothing among these resources says what ${chain.login} may do on ${datum.server}`,
                state: "expected",
                resources: [],
            },
        ];
    }
    if (replicates !== undefined) {
        const text = `${chain.login} may read every change on ${datum.server} by logical replication, if that is on: ${replicates}`;
        return [{ text, state: "expected", resources: [] }];
    }
    if (right === undefined) {
        return [
            {
                text: `${chain.login} administers ${datum.server}: it may do everything there`,
                state: "holds",
                resources: [],
            },
        ];
    }
    const entry = right.entry
        .filter(({ object }) => object !== right.object)
        .map(({ object, privilege, use }): Step => {
            const text = `${chain.login} has ${privilege} on ${object.kind} ${object.name}${reasonOf(graph, chain.login, use)}`;
            return { text, state: "holds", resources: labels(graph, sourcesOf(use)) };
        });
    const uses = [...right.uses].map(([privilege, use]): [string, Use] => [privilege, use]);
    const byReason = new Map<string, { privileges: string[]; use: Use }>();
    for (const [privilege, use] of right.owns === undefined ? uses : [["OWNER", right.owns] as const, ...uses]) {
        const reason = reasonOf(graph, chain.login, use);
        const known = byReason.get(reason) ?? { privileges: [], use };
        known.privileges.push(privilege);
        byReason.set(reason, known);
    }
    const held = [...byReason].map(([reason, { privileges, use }]): Step => ({
        text: `${chain.login} has ${privileges.join(", ")} on ${datum.label}${reason}`,
        state: "holds",
        resources: labels(graph, sourcesOf(use)),
    }));
    const code = runs.map((one): Step => {
        const why =
            one === "tables"
                ? "no setting refuses that, and only COPY … TO STDOUT of a plain table runs none"
                : `its sessions do not begin with ${REFUSED_BY[one]}`;
        const text = `reading ${datum.label} runs what ${right.object.owner} puts into ${one}, with the rights of ${chain.login}: ${why}`;
        return { text, state: "holds", resources: [] };
    });
    const lacking: readonly Step[] =
        right.blocked === undefined
            ? []
            : [{ text: `${right.blocked}, unless another stack grants it`, state: "expected", resources: [] }];
    return [...entry, ...lacking, ...held, ...code];
}

/** The sources of the memberships and the grant behind a privilege. */
export function sourcesOf({ acting, path, source }: Use): readonly string[] {
    return [...[...acting.path, ...path].map((one) => one.source), source];
}

function labels(graph: Graph, urns: readonly string[]): readonly string[] {
    const found = urns.flatMap((urn) => graph.get(urn) ?? []);
    return [...new Set(found.map(label))];
}

/** How a login obtains a privilege: `, as a member of team, granted to team by postgresql:Grant orders`. */
function reasonOf(graph: Graph, login: string, { acting, grantee, path, source }: Use): string {
    const how = {
        login: "",
        set: `, after SET ROLE ${acting.role}`,
        grant: `, after granting itself ${acting.role}`,
    }[acting.by];
    const members = path.length === 0 ? "" : `, as a member of ${path.map(({ role }) => role).join(" and so of ")}`;
    const resource = graph.get(source);
    const by = resource === undefined ? ` ${source}` : ` by ${label(resource)}`;
    const to =
        grantee === PUBLIC
            ? ", granted to PUBLIC"
            : grantee === login && acting.by === "login"
              ? ", granted"
              : `, granted to ${grantee}`;
    return resource === undefined && source.startsWith("(") ? `${how}${members}${by}` : `${how}${members}${to}${by}`;
}
