import * as pulumi from "@pulumi/pulumi";

/** Leaves arguments of a type, of which a package's component makes the resources, as they were when it made them. */
export function keeping(wanted: string, ...paths: readonly string[]): pulumi.ResourceTransform {
    return ({ type, props, opts }) =>
        type === wanted ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: [...paths] }) } : undefined;
}
