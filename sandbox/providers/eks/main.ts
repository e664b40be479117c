import * as pulumi from "@pulumi/pulumi";
import { main, type ConstructResult, type Provider } from "@pulumi/pulumi/provider";
import { version } from "@pulumi/eks/package.json";
import { Cluster } from "./cluster";
import { ManagedNodeGroup } from "./managedNodeGroup";

const components = { "eks:index:Cluster": Cluster, "eks:index:ManagedNodeGroup": ManagedNodeGroup };

/** @pulumi/eks leaves its components to a plugin: the engine asks it to construct them, with children of our aws stand-in. */
const eks: Provider = {
    version,
    async construct(name, type, inputs, options): Promise<ConstructResult> {
        const component = Object.entries(components).find(([known]) => known === type)?.[1];
        if (component === undefined) {
            throw new pulumi.RunError(`the sandbox's stand-in for eks has no component ${type}, only ${Object.keys(components).join(" and ")}`);
        }
        const { urn, state } = new component(name, inputs, options);
        return { urn, state };
    },
};

void main(eks, process.argv.slice(2));
