import * as pulumi from "@pulumi/pulumi";
import { taggable } from "./taggable";

/** Tags by name. */
export type Tags = Readonly<Record<string, string>>;

/**
 * Adds these tags to all AWS resources that the program creates and that support tags, including those of remote components. A
 * resource's own tag takes precedence over one of the same name. Call it before the first resource is created.
 */
export function tagEverything(tags: Tags): void {
    pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
        taggable.has(type) ? { props: withTags(type, props, tags), opts } : undefined,
    );
}

/** The inputs of a resource of that type with the tags added. */
export function withTags(type: string, props: Readonly<Record<string, unknown>>, tags: Tags): Record<string, unknown> {
    const own = props["tags"] as pulumi.Input<Tags> | undefined;
    const tagged = { ...props, tags: merge(tags, own) };
    return type === "aws:ec2/launchTemplate:LaunchTemplate"
        ? { ...tagged, tagSpecifications: specifications(tags, tagged) }
        : tagged;
}

/** Resources launched from a template get the tags that the template specifies, not the template's own tags. */
function specifications(tags: Tags, { tagSpecifications = [] }: Record<string, unknown>): unknown[] {
    const given = tagSpecifications as { readonly resourceType: string; readonly tags?: pulumi.Input<Tags> }[];
    const others = ["instance", "volume"].filter((resourceType) =>
        given.every((one) => one.resourceType !== resourceType),
    );
    return [...given, ...others.map((resourceType) => ({ resourceType, tags: {} }))].map((one) => ({
        ...one,
        tags: merge(tags, one.tags),
    }));
}

function merge(tags: Tags, own: pulumi.Input<Tags> | undefined): pulumi.Input<Tags> {
    const together = (given: Tags | undefined) => ({ ...tags, ...given });
    return pulumi.Output.isInstance(own) || own instanceof Promise ? pulumi.output(own).apply(together) : together(own);
}
