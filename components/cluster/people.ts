import type { AccessEntryArgs } from "@pulumi/eks/types/input";
import * as pulumi from "@pulumi/pulumi";
import { accessPolicies, type Permission } from "./appTier";

/** A principal that may use the cluster's API. */
export interface Person {
    /** ARN of an IAM role or user, with its whole path. */
    readonly principal: string;
    readonly may: Permission;
    /**
     * Names of the namespaces in which it holds.
     * @default - all of them
     */
    readonly namespaces?: readonly string[] | undefined;
}

/** The access entries of people, by a key that stays when others come and go. */
export function accessEntries(
    people: readonly Person[],
    partition: pulumi.Input<string>,
): Record<string, AccessEntryArgs> {
    return Object.fromEntries(
        people.map(({ principal, may, namespaces = [] }) => [
            principal.replace(/[^A-Za-z0-9]+/g, "-"),
            {
                principalArn: principal,
                accessPolicies: {
                    [may]: {
                        policyArn: pulumi.interpolate`arn:${partition}:eks::aws:cluster-access-policy/${accessPolicies[may]}`,
                        accessScope:
                            namespaces.length === 0
                                ? { type: "cluster" }
                                : { type: "namespace", namespaces: [...namespaces] },
                    },
                },
            },
        ]),
    );
}

/**
 * Creates the cluster without the access entry that EKS otherwise makes for the creator, an administrator whom no resource
 * declares. @pulumi/eks always asks for that entry (https://github.com/pulumi/pulumi-eks/issues/2373).
 */
export function withoutCreator({
    type,
    props,
    opts,
}: pulumi.ResourceTransformArgs): pulumi.ResourceTransformResult | undefined {
    if (type !== "aws:eks/cluster:Cluster") {
        return undefined;
    }
    const { accessConfig } = props as { accessConfig?: object };
    return {
        props: { ...props, accessConfig: { ...accessConfig, bootstrapClusterCreatorAdminPermissions: false } },
        opts,
    };
}
