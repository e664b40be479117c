import type { Condition } from "./condition";
import type { Document } from "./document";
import { parsePattern } from "./pattern";

/**
 * Conditions under which no conditional Deny of a document applies: of each, one line the other way round. More than
 * needed where a Deny is about somebody else; a Deny of which no line can be turned round is left out.
 */
export function pastDenies({ statements }: Document): readonly Condition[] {
    const denies = statements.filter(({ effect, conditional }) => effect === "Deny" && conditional);
    return denies.flatMap(({ conditions }) => conditions.map(negated).find((one) => one !== undefined) ?? []);
}

/** The condition that holds where this one does not; undefined for numbers, dates and sets, of which none is needed. */
function negated(condition: Condition): Condition | undefined {
    const { operator, set, values } = condition;
    if (set !== undefined) {
        return undefined;
    }
    if (operator === "Null" || operator === "Bool") {
        const [value] = values;
        const other = String(value?.source.toLowerCase() !== "true");
        return values.length !== 1
            ? undefined
            : { ...condition, ifExists: false, values: [parsePattern(other, { variables: false, wildcards: false })] };
    }
    const [, kind, not, comparison] = /^(String|Arn)(Not)?(Equals|EqualsIgnoreCase|Like)$/.exec(operator) ?? [];
    if (kind !== undefined && comparison !== undefined) {
        return { ...condition, ifExists: false, operator: `${kind}${not === undefined ? "Not" : ""}${comparison}` };
    }
    return operator.endsWith("IpAddress")
        ? { ...condition, ifExists: false, operator: operator === "IpAddress" ? "NotIpAddress" : "IpAddress" }
        : undefined;
}
