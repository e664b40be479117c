import type * as pulumi from "@pulumi/pulumi";

/**
 * Skips deleting objects inside a database that is itself being deleted (`deletedWith`). The database's own deletion
 * protection and final snapshot guard the data then, not each table.
 * Applies to all resources of a provider's package below the component that gets this transformation.
 */
export function deletedWithDatabase(container: pulumi.Resource, packageName: string): pulumi.ResourceTransformation {
    return ({ type, props, opts }) =>
        type.startsWith(`${packageName}:`) ? { props, opts: { ...opts, deletedWith: container } } : undefined;
}
