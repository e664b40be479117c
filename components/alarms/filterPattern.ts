import * as pulumi from "@pulumi/pulumi";

/** CloudWatch's limits: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const patternLength = 1024;
const filtersOfGroup = 100;

/** A line that holds all of these texts: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html */
export function allOf(...terms: readonly string[]): string {
    return terms.map((term) => JSON.stringify(term)).join(" ");
}

/** A line that holds one of these texts or more. */
export function oneOf(...terms: readonly string[]): string {
    return terms.map((term) => `?${JSON.stringify(term)}`).join(" ");
}

/** An event whose field has this value; a `*` in it stands for any text: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html */
export function is(field: string, value: string): string {
    return `($.${field} = ${JSON.stringify(value)})`;
}

/** An event that has the field with another value. */
export function isOther(field: string, value: string): string {
    return `($.${field} != ${JSON.stringify(value)})`;
}

/** An event that lacks the field, or has another value in it: what a comparison means where the field lacks is not said. */
export function isNot(field: string, value: string): string {
    return either(`($.${field} NOT EXISTS)`, isOther(field, value));
}

export function either(...conditions: readonly string[]): string {
    return `(${conditions.join(" || ")})`;
}

/**
 * An event for which all of this holds.
 *
 * @throws pulumi.RunError when CloudWatch would refuse the pattern for its length
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

/** A value that is known when its resource exists, and how long it can become at most. */
export interface LateValue {
    readonly value: pulumi.Input<string>;
    readonly longest: number;
}

/**
 * Patterns which together match the events for which the conditions hold and whose field has one of the values: as many as
 * CloudWatch's limit on the length of one makes necessary, before the values are known.
 *
 * @throws pulumi.RunError when they are more than a log group takes
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
