import * as pulumi from "@pulumi/pulumi";

/** CloudWatch's limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const patternLength = 1024;
const filtersOfGroup = 100;

/**
 * A line that contains all of these texts:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
 */
export function allOf(...terms: readonly string[]): string {
    return terms.map((term) => JSON.stringify(term)).join(" ");
}

/** A line that contains at least one of these texts. */
export function oneOf(...terms: readonly string[]): string {
    return terms.map((term) => `?${JSON.stringify(term)}`).join(" ");
}

/**
 * An event whose field has this value, in which `*` matches any text:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 */
export function is(field: string, value: string): string {
    return `($.${field} = ${JSON.stringify(value)})`;
}

/** An event that has the field with a different value. */
export function isOther(field: string, value: string): string {
    return `($.${field} != ${JSON.stringify(value)})`;
}

/**
 * An event that lacks the field or has a different value in it: how a comparison treats a missing field is not
 * documented.
 */
export function isNot(field: string, value: string): string {
    return either(`($.${field} NOT EXISTS)`, isOther(field, value));
}

export function both(...conditions: readonly string[]): string {
    return `(${conditions.join(" && ")})`;
}

export function either(...conditions: readonly string[]): string {
    return `(${conditions.join(" || ")})`;
}

/**
 * An event that meets all of these conditions.
 *
 * @throws pulumi.RunError when the pattern exceeds CloudWatch's length limit
 */
export function event(...conditions: readonly string[]): string {
    const pattern = `{ ${conditions.join(" && ")} }`;
    if (pattern.length > patternLength) {
        throw new pulumi.RunError(
            `a filter pattern of ${pattern.length} characters, CloudWatch takes ${patternLength}: ${pattern}`,
        );
    }
    return pattern;
}

/** A value that is known once its resource exists, and its maximum length. */
export interface LateValue {
    readonly value: pulumi.Input<string>;
    readonly longest: number;
}

/**
 * Patterns that together match the events that meet the conditions and whose field has one of the values. CloudWatch
 * limits a pattern's length, so the number of patterns is computed before the values are known.
 *
 * @throws pulumi.RunError when a log group cannot hold that many patterns
 */
export function eventsOf(
    conditions: readonly string[],
    field: string,
    values: readonly LateValue[],
): pulumi.Output<string>[] {
    const room = patternLength - event(...conditions, either()).length;
    const packs: LateValue[][] = [];
    let left = 0;
    for (const one of values) {
        const needed = is(field, "").length + one.longest + " || ".length;
        if (needed > left) {
            packs.push([]);
            left = room;
        }
        packs.at(-1)?.push(one);
        left -= needed;
    }
    if (packs.length > filtersOfGroup) {
        throw new pulumi.RunError(
            `${values.length} values of ${field} to watch take ${packs.length} metric filters, a log group takes ${filtersOfGroup}: split the stack, and give each part's trail a log group of its own`,
        );
    }
    return packs.map((pack) =>
        pulumi
            .output(pack.map(({ value }) => value))
            .apply((known) => event(...conditions, either(...known.map((value) => is(field, value))))),
    );
}
