import { DISRUPTIVE } from "../../access/consequences/effect";
import { TYPES } from "../../access/consequences/types";
import type { Outcome } from "./outcome";

/** What carries traffic or holds records without being known to the consequences as disruptive when it goes. */
const more: readonly string[] = ["aws:cloudwatch/logGroup:LogGroup", "aws:eks/nodeGroup:NodeGroup"];

/** The types of the resources that a change replaces or deletes and that hold data or carry traffic. */
export function guardedTypes({ replaced = [], deleted = [] }: Outcome): readonly string[] {
    const types = [...replaced, ...deleted].map((resource) => resource.split(" ")[0] ?? "");
    return [...new Set(types)].filter(isGuarded).sort();
}

function isGuarded(type: string): boolean {
    const gone = TYPES[type]?.gone;
    return more.includes(type) || (gone !== undefined && DISRUPTIVE.includes(gone));
}
