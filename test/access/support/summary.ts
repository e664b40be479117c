import { compare } from "../../../access/compare/compare";
import type { Comparison } from "../../../access/compare/compare";
import { rollUp } from "../../../access/compare/rollup";
import { Level, LEVEL_VERBS } from "../../../access/model/level";
import { accessOf } from "../../../access/matrix/model";
import type { AccessModel } from "../../../access/matrix/model";
import { resourcesOf } from "./resources";
import type { Sketch } from "./resources";

export function modelOf(sketches: readonly Sketch[]): AccessModel {
    return accessOf(resourcesOf(sketches));
}

/** A comparison in lines: `+ shop/shop → aurora/app/billing: write (crosses)`, then `! ` for each newly broken chain. */
export function linesOf(comparison: Comparison): string[] {
    const all = [...rollUp(comparison.gained), ...rollUp(comparison.lost)];
    // An identity that reads or writes also connects; that is reported only if it does nothing more.
    const more = new Set(
        all.filter((group) => group.level > Level.Use).map((group) => `${group.direction} ${group.identity.key}`),
    );
    const listed = all.filter(
        (group) => group.level > Level.Use || !more.has(`${group.direction} ${group.identity.key}`),
    );
    const groups = listed.map(({ direction, identity, place, level, risks }) => {
        const why = risks.length > 0 ? ` (${risks.join(", ")})` : "";
        return `${direction === "gained" ? "+" : "-"} ${identity.label} → ${place}: ${LEVEL_VERBS[level]}${why}`;
    });
    return [...groups, ...comparison.broken.map((line) => `! ${line}`)];
}

export function changeOf(before: readonly Sketch[], after: readonly Sketch[]): string[] {
    return linesOf(compare(modelOf(before), modelOf(after)));
}
