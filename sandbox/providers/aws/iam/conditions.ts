import type { Value } from "../../../cloud/props";
import { isProps } from "../../../cloud/props";

const operators = [
    ..."StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike".split(
        " ",
    ),
    ..."NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals".split(
        " ",
    ),
    ..."DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals".split(" "),
    ..."Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null".split(" "),
];

/** The error in a statement's conditions. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export function conditionFault(condition: Value | undefined): string | undefined {
    if (condition === undefined) {
        return undefined;
    }
    if (!isProps(condition)) {
        return "Syntax errors in policy: Condition must be an object";
    }
    for (const [operator, keys] of Object.entries(condition)) {
        if (!known(operator)) {
            return `Invalid Condition type : ${operator}.`;
        }
        if (!isProps(keys) || Object.keys(keys).length === 0) {
            return `Syntax errors in policy: ${operator} must be an object of condition keys`;
        }
        const bare = Object.keys(keys).find((key) => !key.includes(":"));
        if (bare !== undefined) {
            return `Condition key ${bare} is not valid: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.`;
        }
        const odd = Object.entries(keys).find(([, value]) =>
            [value].flat().some((each) => each === null || typeof each === "object"),
        );
        if (odd !== undefined) {
            return `Syntax errors in policy: the value of ${odd[0]} must be a string or a list of strings`;
        }
    }
    return undefined;
}

function known(operator: string): boolean {
    const plain = operator.replace(/^ForA(ll|ny)Values?:/, "");
    return (
        operators.includes(plain) ||
        (plain !== "NullIfExists" &&
            plain.endsWith("IfExists") &&
            operators.includes(plain.slice(0, -"IfExists".length)))
    );
}
