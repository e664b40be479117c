import type { Props } from "../../cloud/props";
import type { Checked, Context, Failure } from "../protocol/types";
import type { Cloud } from "../../cloud/aws/cloud";
import type { Declaration, Fault } from "./declaring/declaration";
import type { Naming } from "./declaring/naming";
import { named, naming } from "./declaring/naming";
import type { Catalogue } from "./references";
import { regions } from "../../cloud/aws/region";
import { schemaOf } from "./declaring/schema";
import { normalised, shapeFailures } from "./declaring/shape";
import { scalarsAt, text } from "../../cloud/aws/values";

/** How a type is named; undefined for a type without a generated name. */
export function namingOf(declaration: Declaration): Naming | undefined {
    const how = naming(declaration.naming);
    return declaration.naming !== undefined || schemaOf(declaration.type).inputs.has(how.property) ? how : undefined;
}

/** The arguments with defaults and name, and all errors that are known before AWS is called. */
export function check(
    declaration: Declaration,
    catalogue: Catalogue,
    base: Cloud,
    news: Props,
    olds: Props | undefined,
    context: Context,
): Checked {
    const { inputs: fields } = schemaOf(declaration.type);
    const plain = normalised(news, fields);
    const shape = shapeFailures(plain, fields);
    const region = text(plain, "region") ?? base.region;
    if (!regions.includes(region)) {
        shape.push({ property: "region", reason: `invalid AWS Region: ${region}` });
    }
    if (shape.length > 0) {
        return { inputs: plain, failures: shape };
    }
    const cloud = base.in(region);
    const how = namingOf(declaration);
    const filled = { ...declaration.defaults, ...plain };
    const failures: Failure[] = [];
    let inputs: Props = filled;
    try {
        inputs = how === undefined ? filled : named(filled, olds, how, context);
    } catch (error) {
        failures.push({ property: how?.property ?? "", reason: (error as Error).message });
    }
    failures.push(...valueFailures(declaration, inputs, cloud), ...ruleFailures(declaration, inputs, cloud));
    const certain = Object.entries(declaration.references ?? {}).filter(([, reference]) =>
        catalogue.hasRandomIds(reference.to),
    );
    failures.push(
        ...catalogue.broken({ ...declaration, references: Object.fromEntries(certain) }, inputs, olds, cloud),
    );
    return { inputs, failures };
}

function valueFailures(declaration: Declaration, inputs: Props, cloud: Cloud): Failure[] {
    return Object.entries(declaration.allowed ?? {}).flatMap(([path, rules]) =>
        scalarsAt(inputs, path).flatMap(({ path: property, value }) => {
            const reasons = [rules].flat().map((rule) => rule(value, property, cloud));
            return reasons.filter((reason) => reason !== undefined).map((reason) => ({ property, reason }));
        }),
    );
}

function ruleFailures(declaration: Declaration, inputs: Props, cloud: Cloud): Failure[] {
    return (declaration.rules ?? []).flatMap((rule) => {
        const faults = rule(inputs, cloud) ?? [];
        return (isFault(faults) ? [faults] : faults).map(([property, reason]) => ({ property, reason }));
    });
}

function isFault(faults: Fault | readonly Fault[]): faults is Fault {
    return typeof faults[0] === "string";
}
