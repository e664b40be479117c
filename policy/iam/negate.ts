import type { Condition } from "./condition";
import type { Document } from "./document";
import { parsePattern } from "./pattern";

/**
 * Conditions under which no conditional Deny of a document applies: one negated line of each. Stricter than necessary
 * if a Deny concerns another principal; omits a Deny if none of its lines can be negated.
 */
export function pastDenies({ statements }: Document): readonly Condition[] {
    const denies = statements.filter(({ effect, conditional }) => effect === "Deny" && conditional);
    return denies.flatMap(({ conditions }) => conditions.map(negated).find((one) => one !== undefined) ?? []);
}

/** The negation of a condition; undefined for numbers, dates and sets, which are not needed. */
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
