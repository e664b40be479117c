import type { Value } from "../../../cloud/props";
import { parseArn } from "../../../../toolkit/arn";
import { parseIpv4Cidr } from "../../../../toolkit/cidr";
import type { Fault, ArgumentCheck, ValueRule } from "./declaration";
import { zonesOf } from "../../../cloud/aws/region";
import { given } from "../../../cloud/aws/values";

/** Rules that many types share, in the provider's words. */

function listed(values: readonly Value[]): string {
    return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}

export function oneOf(...values: readonly Value[]): ValueRule {
    return (value, property) =>
        values.includes(value)
            ? undefined
            : `expected ${property} to be one of ${listed(values)}, got ${String(value)}`;
}

export function between(min: number, max: number): ValueRule {
    return (value, property) =>
        typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
            ? undefined
            : `expected ${property} to be in the range (${min} - ${max}), got ${String(value)}`;
}

/** Text with a length within bounds. */
export function length(min: number, max: number): ValueRule {
    return (value, property) =>
        typeof value === "string" && value.length >= min && value.length <= max
            ? undefined
            : `expected length of ${property} to be in the range (${min} - ${max}), got ${String(value)}`;
}

/** Text that matches a pattern; `what` describes it. */
export function pattern(expression: RegExp, what: string): ValueRule {
    return (value, property) =>
        typeof value === "string" && expression.test(value)
            ? undefined
            : `invalid value for ${property} (${what}): ${String(value)}`;
}

/** An IPv4 network in canonical form, with its prefix length within bounds. */
export function cidr(min = 0, max = 32): ValueRule {
    return (value, property) => {
        const network = parseIpv4Cidr(String(value));
        if (network === undefined) {
            return `${JSON.stringify(value)} is not a valid CIDR block: invalid CIDR address: ${String(value)}`;
        }
        if (network.text !== value) {
            return `${JSON.stringify(value)} is not a valid IPv4 CIDR block; did you mean ${JSON.stringify(network.text)}?`;
        }
        return network.prefix >= min && network.prefix <= max
            ? undefined
            : `expected ${property} to contain a network Value with between ${min} and ${max} significant bits, got: ${network.prefix}`;
    };
}

/** An ARN of a service; of any service if none is given. */
export function arnOf(service?: string): ValueRule {
    return (value, property, cloud) => {
        const arn = parseArn(String(value));
        if (arn === undefined) {
            return `${JSON.stringify(property)} (${String(value)}) is an invalid ARN: arn: invalid prefix`;
        }
        if (arn.partition !== cloud.partition.id) {
            return `${JSON.stringify(property)} (${String(value)}) is an invalid ARN: partition ${arn.partition} is not the partition of ${cloud.region} (${cloud.partition.id})`;
        }
        // https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/verify/validate.go
        if (arn.account !== "" && !/^(aws|aws-managed|third-party|aws-marketplace|\d{12}|cw.{10})$/.test(arn.account)) {
            return `${JSON.stringify(property)} (${String(value)}) is an invalid ARN: invalid account ID value (expecting to match regular expression: ^(aws|aws-managed|third-party|aws-marketplace|\\d{12}|cw.{10})$)`;
        }
        return service === undefined || arn.service === service
            ? undefined
            : `${JSON.stringify(property)} (${String(value)}) is an invalid ARN: expected service ${service}, got ${arn.service}`;
    };
}

/** An availability zone of the region. */
export const zone: ValueRule = (value, property, cloud) =>
    zonesOf(cloud.region).includes(String(value))
        ? undefined
        : `InvalidParameterValue: Value (${String(value)}) for parameter ${property} is invalid. Subnets can currently only be created in the following availability zones: ${zonesOf(cloud.region).join(", ")}`;

/** Mutually exclusive arguments. */
export function conflict(first: string, ...others: readonly string[]): ArgumentCheck {
    return (inputs) => {
        const both = given(inputs, first) ? others.filter((other) => given(inputs, other)) : [];
        return both.map((other): Fault => [
            first,
            `Conflicting configuration arguments: "${first}": conflicts with ${other}`,
        ]);
    };
}

/** Exactly one of several arguments. */
export function exactlyOne(...properties: readonly string[]): ArgumentCheck {
    return (inputs) => {
        const present = properties.filter((property) => given(inputs, property));
        return present.length === 1 ? undefined : [properties[0] ?? "", countFault("only one of", properties, present)];
    };
}

/** An argument that requires another one. */
export function needs(property: string, other: string): ArgumentCheck {
    return (inputs) =>
        given(inputs, property) && !given(inputs, other)
            ? [property, `Missing required argument: "${property}": all of \`${property},${other}\` must be specified`]
            : undefined;
}

/** At least one of several arguments. */
export function someOf(...properties: readonly string[]): ArgumentCheck {
    return (inputs) =>
        properties.some((property) => given(inputs, property))
            ? undefined
            : [properties[0] ?? "", countFault("one of", properties, [])];
}

function countFault(how: string, wanted: readonly string[], present: readonly string[]): string {
    const names = `\`${wanted.join(",")}\``;
    return present.length === 0
        ? `Invalid combination of arguments: ${how} ${names} must be specified`
        : `Invalid combination of arguments: ${how} ${names} can be specified, but \`${present.join(",")}\` were specified`;
}
