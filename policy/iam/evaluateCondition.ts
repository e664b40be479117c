import { BlockList, isIP } from "node:net";
import type { Condition } from "./condition";
import { lower, matches, textOf } from "./pattern";
import type { Pattern } from "./pattern";
import { resolveVariables } from "./policyVariables";
import type { Context } from "./policyVariables";

export type { Context } from "./policyVariables";

/** Whether one line of a Condition holds for a request; false if the line is not known yet. */
export function conditionMatches(condition: Condition, context: Context): boolean {
    const { operator, set, ifExists, key, values } = condition;
    const given = context[key];
    const present = given === undefined ? [] : typeof given === "string" ? [given] : given;
    if (operator === "Null") {
        return values.some((value) => lower(value.source) === String(present.length === 0));
    }
    if (present.length === 0) {
        // A negated comparison with a missing key is true (IAM user guide, "Condition operators").
        return ifExists || set === "ForAllValues" || (set === undefined && isNegated(operator));
    }
    const fits = (text: string): boolean => {
        const some = values.some((value) => compare(operator.replace("Not", ""), value, text, context));
        return some !== isNegated(operator);
    };
    return set === "ForAnyValue" ? present.some(fits) : present.every(fits);
}

function isNegated(operator: string): boolean {
    return operator.includes("Not");
}

/** One comparison by an operator, without its negation. */
function compare(operator: string, value: Pattern, text: string, context: Context): boolean {
    const tokens = value.unknown ? undefined : resolveVariables(value, context);
    if (tokens === undefined) {
        return false;
    }
    if (operator === "StringLike") {
        return matches(tokens, text);
    }
    if (operator === "ArnEquals" || operator === "ArnLike") {
        return matches(tokens, text);
    }
    const wanted = textOf(tokens);
    switch (operator) {
        case "StringEquals":
        case "BinaryEquals":
            return wanted === text;
        case "StringEqualsIgnoreCase":
        case "Bool":
            return wanted.toLowerCase() === text.toLowerCase();
        case "IpAddress":
            return inRange(text, wanted);
        default:
            return ordered(
                operator,
                operator.startsWith("Date") ? [instant(text), instant(wanted)] : [Number(text), Number(wanted)],
            );
    }
}

/** Numbers and dates: `NumericLessThan`, `DateGreaterThanEquals` and similar operators. */
function ordered(operator: string, [left, right]: readonly [number, number]): boolean {
    switch (operator.replace(/^(Numeric|Date)/, "")) {
        case "Equals":
            return left === right;
        case "LessThan":
            return left < right;
        case "LessThanEquals":
            return left <= right;
        case "GreaterThan":
            return left > right;
        case "GreaterThanEquals":
            return left >= right;
        default:
            return false;
    }
}

/** Milliseconds since 1970, from an ISO 8601 date or from seconds since 1970. */
function instant(text: string): number {
    return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

/** Whether an address is in a range of the same family. */
function inRange(address: string, range: string): boolean {
    const [network = "", bits] = range.split("/");
    const list = new BlockList();
    const family = isIP(network);
    if (family === 0 || isIP(address) !== family) {
        return false;
    }
    const name = family === 6 ? "ipv6" : "ipv4";
    const prefix = bits === undefined ? (family === 6 ? 128 : 32) : Number(bits);
    if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 6 ? 128 : 32)) {
        return false;
    }
    list.addSubnet(network, prefix, name);
    return list.check(address, name);
}
