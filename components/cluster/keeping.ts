import * as pulumi from "@pulumi/pulumi";

/** Keeps the initial values of arguments of resources of a type that a package's component creates. */
export function keeping(wanted: string, ...paths: readonly string[]): pulumi.ResourceTransform {
    return ({ type, props, opts }) =>
        type === wanted ? { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: [...paths] }) } : undefined;
}
