import type { Identity } from "../chain/link";
import type { Level } from "../model/level";
import { RISKS } from "./risk";
import type { Risk } from "./risk";
import type { Change } from "./change";
import type { ResourceChange } from "./resources";

/** The changes of one identity in one schema, database or server together. */
export interface ChangeGroup {
    readonly direction: Change["direction"];
    readonly identity: Identity;
    /** `aurora/app/shop`: server, database and schema, as far as they apply. */
    readonly place: string;
    readonly level: Level;
    readonly risks: readonly Risk[];
    readonly causes: readonly ResourceChange[];
    readonly changes: readonly Change[];
}

/** Changes by identity and place, ordered by their first and therefore most dangerous one. */
export function rollUp(changes: readonly Change[]): readonly ChangeGroup[] {
    const groups = new Map<string, Change[]>();
    for (const change of changes) {
        const key = `${change.direction}\n${change.identity.key}\n${placeOf(change)}`;
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [change]);
        } else {
            group.push(change);
        }
    }
    return [...groups.values()].flatMap((group) => {
        const [first] = group;
        if (first === undefined) {
            return [];
        }
        const risks = new Set(group.flatMap((change) => change.risks));
        // Reaching data implies entering its schema.
        if (risks.has("crosses")) {
            risks.delete("enters");
        }
        const causes = new Map(group.flatMap((change) => change.causes).map((cause) => [cause.urn, cause]));
        return {
            direction: first.direction,
            identity: first.identity,
            place: placeOf(first),
            level: Math.max(...group.map((change) => change.level)),
            risks: RISKS.filter((risk) => risks.has(risk)),
            causes: [...causes.values()],
            changes: group,
        };
    });
}

function placeOf({ datum }: Change): string {
    return [datum.server, datum.database, datum.schema].filter((part) => part !== undefined).join("/");
}
