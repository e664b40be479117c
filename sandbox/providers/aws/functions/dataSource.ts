import type { CloudObject } from "../../../cloud/store";
import { type Props, type Value, isProps } from "../../../cloud/props";
import type { Cloud } from "../../../cloud/aws/cloud";
import { must, records, text, texts } from "../../../cloud/aws/values";
import { refuse } from "../declaring/declaration";

/** Answers a data source from its (checked) arguments and the existing objects. */
export type DataSource = (args: Props, cloud: Cloud) => Props;

/** A data source that finds an object by its id and returns all its outputs. */
export function byId(type: string, property: string, message: string): DataSource {
    return (args, cloud) => {
        const found = objectOf(type, text(args, property), cloud, message);
        return { ...found.state, id: found.id };
    };
}

export function objectOf(type: string, id: string | undefined, cloud: Cloud, message: string): CloudObject {
    return (id === undefined ? undefined : cloud.find(type, id)) ?? refuse(`${message}: ${id ?? ""}`);
}

/** What an object has for a filter of EC2's Describe actions, by the filter's name. */
export type FilterFacts = Readonly<Record<string, (object: CloudObject) => readonly string[]>>;

/**
 * Whether an object passes the filters and has the tags of a data source. Values can have the wildcards `*` and `?`:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
 */
export function passes(object: CloudObject, args: Props, facts: FilterFacts): boolean {
    const { filters, tags } = args;
    const own = object.state["tags"];
    const tagOf = (key: string): readonly string[] => {
        const value: Value | undefined = isProps(own) ? own[key] : undefined;
        return typeof value === "string" ? [value] : [];
    };
    const asked = [
        ...(Array.isArray(filters) ? records({ filters }, "filters") : []),
        ...Object.entries(isProps(tags) ? tags : {}).map(([key, value]) => ({
            name: `tag:${key}`,
            values: [value] as Value[],
        })),
    ];
    return asked.every((filter) => {
        const name = must(filter, "name");
        const has = name.startsWith("tag:") ? tagOf(name.slice("tag:".length)) : facts[name]?.(object);
        if (has === undefined) {
            refuse(`InvalidParameterValue: The filter '${name}' is invalid`);
        }
        return texts(filter, "values").some((wanted) => has.some((one) => like(wanted).test(one)));
    });
}

function like(pattern: string): RegExp {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}
