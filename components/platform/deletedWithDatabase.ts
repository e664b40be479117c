import type * as pulumi from "@pulumi/pulumi";

/**
 * Lets what is inside a database go with the database: when both are to be deleted, nothing is asked of the database before
 * it is gone. Whoever deletes it is asked for the data then, by its own protection and last snapshot, and not table by table.
 * Applies to all resources of a provider's package below the component that gets this transformation.
 */
export function deletedWithDatabase(container: pulumi.Resource, packageName: string): pulumi.ResourceTransformation {
    return ({ type, props, opts }) =>
        type.startsWith(`${packageName}:`) ? { props, opts: { ...opts, deletedWith: container } } : undefined;
}
