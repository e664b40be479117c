import type { Blocked, Cell } from "../model/cell";
import type { Right } from "../postgres/rights";
import type { Graph } from "../resources/graph";
import type { Opening } from "./opening";

/** SECURITY DEFINER functions callable by a login that cannot act as their owner: the call has the owner's privileges. */
export function routines(graph: Graph, cells: readonly Cell[]): readonly Opening[] {
    return cells.flatMap(({ identity, datum, paths }) =>
        paths.flatMap(({ right }): Opening[] => {
            if (right?.object.definer !== true || right.owns !== undefined || !right.uses.has("EXECUTE")) {
                return [];
            }
            const { owner, source } = right.object;
            const body = JSON.stringify(graph.get(source)?.inputs);
            return [
                {
                    key: `${identity.key} calls ${datum.key} ${owner} ${body}`,
                    text: `${identity.label} may run ${datum.label} as ${owner} (SECURITY DEFINER)`,
                },
            ];
        }),
    );
}

/** Granted privileges that are unusable only because CONNECT or USAGE is missing. */
export function dormant(blocked: readonly Blocked[]): readonly Opening[] {
    return blocked.flatMap(({ chain: { identity, server }, right }): Opening[] => {
        const granted = grantedBy(right);
        const { database, schema = "", name, owner } = right.object;
        const what = `${right.object.kind === "database" ? name : `${database}/${schema}`} ${right.object.kind} ${name} of ${owner}`;
        const text = `${identity.label} has ${granted.join(", ")} on ${server}/${what}; only this keeps it out: ${right.blocked ?? ""}`;
        return granted.length === 0 ? [] : [{ key: `${identity.key} ${server}/${what} ${granted.join()}`, text }];
    });
}

/** Whether a resource grants the right or makes the login an owner; PUBLIC's privileges by default do not count. */
export function isGranted(right: Right): boolean {
    return grantedBy(right).length > 0;
}

function grantedBy({ uses, owns }: Right): readonly string[] {
    const privileges = [...uses].flatMap(([privilege, { source }]) => (source.startsWith("urn:") ? [privilege] : []));
    return [...(owns === undefined ? [] : ["OWNER"]), ...privileges];
}
