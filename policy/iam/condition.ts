import { lower, parsePattern, UNKNOWN } from "./pattern";
import type { Pattern } from "./pattern";
import { isRecord, listOf, nameOf, shown } from "./value";

/** One line of a Condition: an operator, a key, and values, one of which must match. All lines must hold. */
export interface Condition {
    /** The operator without its set prefix and without IfExists, as AWS spells it: `StringEquals`. */
    readonly operator: string;
    /** With `ForAllValues`, a request without the key passes. */
    readonly set: "ForAllValues" | "ForAnyValue" | undefined;
    /** With IfExists, a request without the key passes. */
    readonly ifExists: boolean;
    /** The condition key, in lower case: keys are case-insensitive. */
    readonly key: string;
    /** Wildcards are literal text unless the operator supports them ({@link hasWildcards}). */
    readonly values: readonly Pattern[];
}

export interface ParsedConditions {
    readonly conditions: readonly Condition[];
    /** True if there is any condition, or one that is not known yet. */
    readonly conditional: boolean;
    /** True if there may be conditions that are not known yet. */
    readonly hidden: boolean;
    readonly problems: readonly string[];
}

/** IAM user guide, "Condition operators". */
const operators = new Set(
    [
        "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike",
        "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals",
        "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals",
        "Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null",
    ].flatMap((line) => line.split(" ")),
);

/** True for operators that treat `*` and `?` as wildcards. */
export function hasWildcards(operator: string): boolean {
    return operator === "StringLike" || operator === "StringNotLike" || operator.startsWith("Arn");
}

/** Parses a Condition; `variables` as in {@link parsePattern}. Never throws. */
export function parseConditions(value: unknown, variables: boolean): ParsedConditions {
    const conditions: Condition[] = [];
    const problems: string[] = [];
    if (value === undefined || value === UNKNOWN) {
        return { conditions, conditional: value === UNKNOWN, hidden: value === UNKNOWN, problems };
    }
    if (!isRecord(value)) {
        return {
            conditions,
            conditional: true,
            hidden: false,
            problems: [`Condition is ${nameOf(value)}; it must be an object`],
        };
    }
    for (const [name, keys] of Object.entries(value)) {
        const operator = parseOperator(name);
        if (operator === undefined) {
            problems.push(
                `Condition has the operator ${shown(name)}; operators have the form StringEquals, ForAnyValue:StringLike, BoolIfExists`,
            );
        } else if (isRecord(keys)) {
            for (const [key, given] of Object.entries(keys)) {
                const values = parseValues(given, operator.operator, variables, problems, key);
                conditions.push({ ...operator, key: lower(key), values });
            }
        } else if (keys !== UNKNOWN) {
            problems.push(`Condition ${name} is ${nameOf(keys)}; it must be an object of condition keys`);
        }
    }
    const hidden = Object.values(value).includes(UNKNOWN) || conditions.some(({ key }) => key.includes(UNKNOWN));
    return { conditions, conditional: Object.keys(value).length > 0, hidden, problems };
}

function parseOperator(name: string): Pick<Condition, "operator" | "set" | "ifExists"> | undefined {
    const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name);
    const operator = match?.[2];
    if (operator === undefined || !operators.has(operator)) {
        return undefined;
    }
    const set = match?.[1];
    return {
        operator,
        set: set === "ForAllValues" || set === "ForAnyValue" ? set : undefined,
        ifExists: match?.[3] !== undefined,
    };
}

function parseValues(given: unknown, operator: string, variables: boolean, problems: string[], key: string): Pattern[] {
    return listOf(given).flatMap((one) => {
        if (typeof one !== "string" && typeof one !== "boolean" && typeof one !== "number") {
            problems.push(
                `Condition ${operator} compares ${shown(key)} with ${nameOf(one)}; a value must be a string, a number or a boolean`,
            );
            return [];
        }
        const pattern = parsePattern(String(one), { variables, wildcards: hasWildcards(operator) });
        if (pattern.problem !== undefined) {
            problems.push(`Condition: ${pattern.problem}`);
        }
        return [pattern];
    });
}
