import type { Cloud } from "../cloud/aws/cloud";
import { putExisting, type Existing } from "../providers/aws/existing";
import { putInClusters, type ExistingInCluster } from "../providers/kubernetes/existing";

/** An object of AWS, or of a cluster among these. */
export type ExistingObject = Existing | ExistingInCluster;

/** Adds the objects to the stand-in cloud that a stack expects to find. Throws an Error that lists all invalid objects. */
export function putExistingObjects(cloud: Cloud, objects: readonly ExistingObject[]): void {
    putExisting(cloud, objects.filter(isOfAws));
    putInClusters(
        cloud,
        objects.filter((object) => !isOfAws(object)),
    );
}

export function isOfAws(object: ExistingObject): object is Existing {
    return !object.type.startsWith("kubernetes:");
}
