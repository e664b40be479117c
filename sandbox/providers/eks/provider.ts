import { jsonStringify } from "@pulumi/pulumi/output";
import { ComponentResource } from "@pulumi/pulumi/resource";
import { registerResourceModule } from "@pulumi/pulumi/runtime/rpc";
import type { AddonArgs, ManagedNodeGroupArgs } from "@pulumi/eks";
import type { Inputs, Output } from "@pulumi/pulumi/output";
import type { ConstructResult, InvokeResult, Provider } from "@pulumi/pulumi/provider";
import type { ComponentResourceOptions } from "@pulumi/pulumi/resource";

import { Addon } from "./addonComponent";
import { awsTypes, Child } from "./child";
import { Cluster } from "./cluster";
import { kubeconfig } from "./kubeconfig";
import { ManagedNodeGroup } from "./managedNodeGroup";

const components: Record<string, (name: string, inputs: Inputs, opts: ComponentResourceOptions) => ConstructResult> = {
    "eks:index:Addon": (name, inputs, opts) => resultOf(new Addon(name, inputs as AddonArgs, opts)),
    "eks:index:Cluster": (name, inputs, opts) => resultOf(new Cluster(name, inputs, opts)),
    "eks:index:ManagedNodeGroup": (name, inputs, opts) =>
        resultOf(new ManagedNodeGroup(name, inputs as ManagedNodeGroupArgs, opts)),
};

/** The stand-in for the component package @pulumi/eks: it creates resources of the aws package. */
export class EksStandIn implements Provider {
    constructor(readonly version: string) {
        // Arguments can refer to such resources: a role, a security group, the cluster itself.
        for (const type of awsTypes) {
            const [, module = ""] = type.split(":");
            registerResourceModule("aws", module, { construct: (name, _, urn) => new Child(type, name, {}, { urn }) });
        }
        registerResourceModule("eks", "index", {
            // Only a cluster's outputs are read; other references (its add-on) are not resolved.
            construct: (name, type, urn) =>
                type === "eks:index:Cluster"
                    ? new Cluster(name, {}, { urn })
                    : new ComponentResource(type, name, {}, { urn }),
        });
    }

    async construct(
        name: string,
        type: string,
        inputs: Inputs,
        opts: ComponentResourceOptions,
    ): Promise<ConstructResult> {
        const component = components[type];
        if (component === undefined) {
            throw new Error(
                `the sandbox's stand-in for eks does not support the component ${type}; it supports ${Object.keys(components).join(", ")}`,
            );
        }
        return component(name, inputs, opts);
    }

    async call(token: string, inputs: Inputs): Promise<InvokeResult> {
        if (token !== "eks:index:Cluster/getKubeconfig") {
            throw new Error(`the sandbox's stand-in for eks does not support the method ${token}`);
        }
        const { __self__: self, roleArn, profileName } = inputs as GetKubeconfig;
        const result = self.eksCluster.apply((cluster) =>
            jsonStringify(
                kubeconfig(cluster, true, { ...(roleArn && { roleArn }), ...(profileName && { profileName }) }),
            ),
        );
        return { outputs: { result } };
    }
}

interface GetKubeconfig {
    readonly __self__: { readonly eksCluster: Output<Child<"aws:eks/cluster:Cluster">> };
    readonly roleArn?: string;
    readonly profileName?: string;
}

function resultOf({ urn, state }: Cluster | ManagedNodeGroup | Addon): ConstructResult {
    return { urn, state };
}
