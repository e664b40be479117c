import * as aws from "@pulumi/aws";
import type { AccessEntryArgs } from "@pulumi/eks/types/input";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { refuseIf } from "../refusal";
import { accessPolicies, type Permission } from "./appTier";

/** A principal that may use the cluster's API. */
export interface Person {
    /** ARN of an IAM role or user, including its path. */
    readonly principal: string;
    readonly may: Permission;
    /**
     * Names of the namespaces to which the access is limited.
     * @default - all of them
     */
    readonly namespaces?: readonly string[] | undefined;
}

/** The access entries of people, with keys that do not depend on other entries. */
export function accessEntries(
    people: readonly Person[],
    partition: pulumi.Input<string>,
): Record<string, AccessEntryArgs> {
    return Object.fromEntries(
        people.map(({ principal, may, namespaces = [] }) => [
            keyOf(principal),
            {
                principalArn: principal,
                accessPolicies: {
                    [may]: {
                        policyArn: policyArn(partition, may),
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

/** ARN of the principal that runs the program, as an access entry names it: the role of a session, with its path. */
export function callerArn(parent: pulumi.Resource): pulumi.Output<string> {
    const { callerArn: arn } = accountLookups(parent);
    return aws.iam.getSessionContextOutput({ arn }, { parent }).issuerArn;
}

/**
 * The access entry of a cluster that names no people. The entry that EKS would create for the creator is not a
 * resource, and EKS would refuse a later one for the same principal:
 * https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2968
 */
export function callersEntry(
    caller: pulumi.Output<string>,
    partition: pulumi.Input<string>,
): Record<string, AccessEntryArgs> {
    const accessScope = { type: "cluster" };
    return {
        [callersKey]: {
            principalArn: caller,
            accessPolicies: { "cluster-admin": { policyArn: policyArn(partition, "cluster-admin"), accessScope } },
        },
    };
}

/**
 * Keeps the caller's entry when the caller is added to the people or removed from them: a principal has one
 * entry in a cluster, so a second resource for it could not be created before the first one is deleted.
 */
export function oneEntryForCaller(
    cluster: string,
    caller: pulumi.Output<string>,
    refusal: pulumi.ResourceHook,
): pulumi.ResourceTransform {
    return async ({ type, name, props, opts }) => {
        const kinds = ["aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"];
        if (!kinds.includes(type)) {
            return undefined;
        }
        const arn = await new Promise<string>((resolve) => caller.apply(resolve));
        const keys = [callersKey, keyOf(arn)];
        const key = keys.find((one) => name === `${cluster}-${one}` || name.startsWith(`${cluster}-${one}-`));
        if (key === undefined || props["principalArn"] !== arn) {
            return undefined;
        }
        const rest = name.slice(`${cluster}-${key}`.length);
        const aliases = keys.filter((one) => one !== key).map((one) => ({ name: `${cluster}-${one}${rest}` }));
        const hooks = type === kinds[0] ? { beforeCreate: [refusal] } : {};
        return { props, opts: pulumi.mergeOptions(opts, { aliases, hooks }) };
    };
}

/**
 * Refuses to create an entry for the caller where the cluster has one that is not a resource: EKS makes one for the creator of a
 * cluster, as earlier versions of the program let it, and takes no second one (ResourceInUseException).
 */
export function refuseSecondEntry(name: string, parent: pulumi.Resource): pulumi.ResourceHook {
    return refuseIf(`${name}-entry-before-create`, "platform.cluster", async ({ newInputs = {} }) => {
        const { clusterName, principalArn } = newInputs as Readonly<Record<string, unknown>>;
        if (typeof clusterName !== "string" || typeof principalArn !== "string") {
            // Unknown names are a new cluster's.
            return undefined;
        }
        return aws.eks.getAccessEntry({ clusterName, principalArn }, { parent }).then(
            () =>
                `the cluster ${clusterName} has an access entry for ${principalArn} that EKS made when it was created, and takes no second one: ` +
                `run \`aws eks delete-access-entry --cluster-name ${clusterName} --principal-arn ${principalArn}\` once, and then run this again`,
            () => undefined,
        );
    });
}

const callersKey = "deployer";

function keyOf(principal: string): string {
    return principal.replace(/[^A-Za-z0-9]+/g, "-");
}

function policyArn(partition: pulumi.Input<string>, may: Permission): pulumi.Output<string> {
    return pulumi.interpolate`arn:${partition}:eks::aws:cluster-access-policy/${accessPolicies[may]}`;
}

/**
 * Creates the cluster without the access entry that EKS otherwise creates for the creator, an administrator that no
 * resource declares. @pulumi/eks always requests that entry (https://github.com/pulumi/pulumi-eks/issues/2373).
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
