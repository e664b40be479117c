import type { Condition } from "./condition";
import { conditionMatches } from "./evaluateCondition";
import { ANY, lower, ONE } from "./pattern";
import { resolveVariables } from "./policyVariables";
import type { Context } from "./policyVariables";

/** Values that readers recognise, by the end of a key; `x` for all others. */
const familiar: readonly (readonly [key: RegExp, value: string])[] = [
    [/orgid$/, "o-a1b2c3d4e5"],
    [/orgpaths$/, "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"],
    [/account$/, "111122223333"],
    [/arn$/, "arn:aws:iam::111122223333:role/anyone"],
    [/sourceip$/, "203.0.113.7"],
];

/**
 * A request that meets every condition of a statement: each key of a condition with a matching value, or omitted if
 * that matches. `wanted` are the values to try first, by key. The conditions' literal values are tried last, so that
 * the request shows a principal that they do not name. Conditions with an unknown value are assumed to hold. Undefined
 * if no request is found.
 */
export function witness(
    conditions: readonly Condition[],
    wanted: Readonly<Record<string, readonly string[]>>,
): Context | undefined {
    const known = conditions.filter(({ values }) => !values.some(({ unknown }) => unknown));
    const variables = new Set(known.flatMap(({ values }) => values.flatMap((value) => value.variables.map(nameOf))));
    const byKey = byKeyOf(known);
    const context: Record<string, string> = {};
    for (const key of new Set([...variables, ...Object.keys(wanted), ...byKey.keys()])) {
        const about = byKey.get(key) ?? [];
        const past = (value: string | undefined): boolean => {
            if (value === undefined) {
                delete context[key];
            } else {
                context[key] = value;
            }
            return about.every((condition) => conditionMatches(condition, context));
        };
        if (!candidates(key, about, wanted[key] ?? [], context, variables.has(key)).some(past)) {
            return undefined;
        }
    }
    return context;
}

/** How many of a condition's values are tried. */
const tries = 50;

/** Values for a key, best first; undefined to omit it. */
function candidates(
    key: string,
    conditions: readonly Condition[],
    wanted: readonly string[],
    context: Context,
    needed: boolean,
): (string | undefined)[] {
    const values = conditions
        .flatMap((condition) => condition.values.map((value) => ({ value, operator: condition.operator })))
        .slice(0, tries);
    const filled = values.flatMap(({ value, operator }) => {
        const tokens = resolveVariables(value, context);
        const text = tokens === undefined ? undefined : fill(tokens);
        const open = value.variables.length > 0 || tokens?.some((token) => token === ANY || token === ONE) === true;
        return text === undefined ? [] : [{ text, open, operator }];
    });
    const usual = familiar.find(([pattern]) => pattern.test(key))?.[1] ?? "x";
    return [
        ...wanted,
        ...filled.filter(({ open }) => open).map(({ text }) => text),
        ...filled.filter(({ operator }) => operator.endsWith("IgnoreCase")).map(({ text }) => otherCase(text)),
        ...(needed ? [usual] : []),
        ...(conditions.length > 0 && !needed ? [undefined] : []),
        ...filled.flatMap(({ text, operator }) => nearby(text, operator)),
        usual,
    ];
}

function byKeyOf(conditions: readonly Condition[]): Map<string, Condition[]> {
    const groups = new Map<string, Condition[]>();
    for (const condition of conditions) {
        const group = groups.get(condition.key) ?? [];
        group.push(condition);
        groups.set(condition.key, group);
    }
    return groups;
}

/** A text that the tokens match. */
function fill(tokens: readonly number[]): string {
    return String.fromCharCode(...tokens.slice(0, 2000).flatMap((token) => (token >= 0 ? [token] : [0x78])));
}

/** Values on either side of a number, a date or an address range, and the value itself. */
function nearby(text: string, operator: string): string[] {
    if (operator.includes("IpAddress")) {
        return ["203.0.113.7", text.split("/")[0] ?? text, "2001:db8::7"];
    }
    if (operator.startsWith("Numeric")) {
        return [text, String(Number(text) - 1), String(Number(text) + 1)];
    }
    if (operator.startsWith("Date")) {
        const time = Date.parse(text);
        return Number.isNaN(time)
            ? [text]
            : [text, ...[-86_400_000, 86_400_000].map((step) => new Date(time + step).toISOString())];
    }
    return operator === "Null" ? ["x"] : operator === "Bool" ? ["true", "false"] : [text];
}

function otherCase(text: string): string {
    return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}

/** The key of a policy variable, without its default value. */
function nameOf(variable: string): string {
    return lower(variable.split(",")[0]?.trim() ?? "");
}

/** The other condition keys that a request needs, for a message. */
export function others(context: Context, stated: readonly string[]): string {
    const rest = Object.entries(context).filter(([key]) => !stated.includes(key));
    return rest.map(([key, value]) => `, with ${key} ${String(value)}`).join("");
}
