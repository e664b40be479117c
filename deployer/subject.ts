import type { Properties, Values } from "./template";

/** The resource that the calls are about. */
export interface Subject extends Values {
    readonly type: string;
    /** The tags of an object with this ARN; undefined if it has none or is not there. */
    readonly tagsOf: (arn: string) => Tags | undefined;
}

export type Tags = Readonly<Record<string, string>>;

/** A resource's tags, those of the provider included where they are known; undefined if its type has none. */
export function tagsIn(properties: Properties): Tags | undefined {
    const tags = properties["tagsAll"] ?? properties["tags"];
    return typeof tags === "object" && tags !== null ? (tags as Tags) : undefined;
}
